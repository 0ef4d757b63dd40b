"""Look after the hub's own files while it serves: a log that somebody holds back, a file that the disk has damaged.

Nothing here stops the shop. What is found is written where a person sees it; copies are fetched anew, because central
has them, and what this hub owns is never touched.
"""

from pathlib import Path

from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.store import incidents
from edge.store.databases import KEYS_FILE
from sync.db import faults_in
from sync.file_health import log_bytes
from sync.link import LinkState

LOG_HELD_BACK = "log_held_back"
FILE_DAMAGED = "file_damaged"

DAY_MS = 24 * 3_600_000

LOG_SAID_BYTES = 64 * 1024 * 1024
"""SQLite empties its log at 4 MiB; sixteen times that in one log means that somebody has been reading for far too long."""

CHECK_EVERY_MS = DAY_MS
"""How often every page is read. A hundred megabytes take a second, and a disk rarely dies within a day."""


class FileWatch:
    """The watch over one hub's files; `look` is called every few seconds by a loop."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._held_back: set[str] = set()
        self._checked_ms: int | None = None

    def look(self) -> None:
        """One look at the sizes of the logs, and once a day at every page."""
        for path in self._paths()[:2]:
            self._look_at_log(path)
        now_ms = self._hub.clock.monotonic_ms()
        if self._checked_ms is None or now_ms - self._checked_ms >= CHECK_EVERY_MS:
            self._checked_ms = now_ms
            for path in self._paths():
                self._look_at_pages(path)

    def _paths(self) -> tuple[Path, ...]:
        state = Path(self._hub.state.path)
        return state, Path(self._hub.replica.path), state.with_name(KEYS_FILE)

    def _look_at_log(self, path: Path) -> None:
        size = log_bytes(path)
        if size <= LOG_SAID_BYTES:
            if path.name in self._held_back:
                self._held_back.discard(path.name)
                in_one_transaction(self._hub, _let_go)
        elif path.name not in self._held_back:
            self._held_back.add(path.name)
            detail = f"{path.name}-wal: {size // 1024**2} MiB; find what reads {path.name}, or start the hub anew"
            self._say(LOG_HELD_BACK, path.name, detail)

    def _look_at_pages(self, path: Path) -> None:
        found = faults_in(path, most=1)
        if not found:
            return
        self._say(FILE_DAMAGED, path.name, f"{path.name}: {found[0]}")
        if path == Path(self._hub.replica.path) and self._hub.link.state is LinkState.UP:
            with self._hub.replica.building():
                pass  # an empty file asks central for everything
            self._hub.replica.replace()

    def _say(self, kind: str, name: str, detail: str) -> None:
        """Once per day and file, so that what comes and goes does not fill the page."""

        def act(tx: Tx) -> None:
            subject = f"{name}/{tx.now_ms // DAY_MS}"
            incidents.raise_one(tx.conn, kind=kind, subject=subject, detail=detail, now_ms=tx.now_ms)

        in_one_transaction(self._hub, act)


def _let_go(tx: Tx) -> None:
    incidents.done_by_itself(tx.conn, kind=LOG_HELD_BACK, by=tx.hub.actor, now_ms=tx.now_ms)


def say_set_aside(hub: Hub) -> None:
    """At start: copies or keys that could not be opened were set aside, and are fetched anew as soon as the line is up."""

    def act(tx: Tx) -> None:
        for each in hub.files.set_aside:
            detail = f"{each.name}: {each.why}; kept as {each.kept_as}"
            subject = f"{each.name}/{tx.now_ms // DAY_MS}"
            incidents.raise_one(tx.conn, kind=FILE_DAMAGED, subject=subject, detail=detail, now_ms=tx.now_ms)

    if hub.files.set_aside:
        in_one_transaction(hub, act)
