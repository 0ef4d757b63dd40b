"""One machine of the shop: the real hub on its files, its loops turn by turn, a plug that can be pulled, a disk that can be copied."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from edge.app.accept_order import accept_waiting
from edge.app.apply_changes import cursor_of, read_unread_again
from edge.app.hub import open_hub
from edge.app.keep_line import clock_floor_ms, note_start
from edge.app.take_facts import judge_device_fact
from edge.domain.clock import SimClock
from edge.domain.pickup import Pickup
from edge.gateway.central import CentralClient
from edge.loops import Loops, Peers
from edge.store import pickups
from sync import outbox, wire
from sync.errors import OriginForked, PeerUnreachable, SequenceGap, SyncError
from sync.http_client import Peer, Reply
from sync.http_stream import Stream
from sync.ledger import SqliteLedger
from sync.waiting import Bell
from tests.cast.office import STORE
from tests.cast.place import place_of
from tests.sim.line import Line

T = TypeVar("T")

HOUR_S = 3600.0


class SilentBell(Bell):
    """Nobody waits in here: the next turn comes when the dice say so."""

    def wait(self, heard: int, timeout_s: float) -> None:
        """Go on at once."""


class Cable:
    """What a machine hears through its line while its plug is in; nothing afterwards."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.dead = False

    def request(
        self, method: str, target: str, *, body: bytes = b"", wait_s: float = 0.0, media_type: str = "application/json"
    ) -> Reply:
        """See `Line.request`."""
        if self.dead:
            raise PeerUnreachable("the plug is pulled")
        return self._line.request(method, target, body=body, wait_s=wait_s, media_type=media_type)

    def get(self, target: str, kind: type[T]) -> T:
        """See `Line.get`."""
        if self.dead:
            raise PeerUnreachable("the plug is pulled")
        return self._line.get(target, kind)

    @contextmanager
    def streaming(self, target: str) -> Iterator[Stream | Reply]:
        """See `Line.streaming`."""
        if self.dead:
            raise PeerUnreachable("the plug is pulled")
        with self._line.streaming(target) as answer:
            yield answer


class Box:
    """A hub in its folder. `turn` is what its three loops do once; `die` lets it find only what was committed."""

    def __init__(self, name: str, folder: Path, clock: SimClock, line: Line, dice: random.Random) -> None:
        self.name, self.folder, self.clock, self.line = name, folder, clock, line
        self._dice = dice
        self.starts = 0
        self._begin()

    def turn(self, pages: int, *, beats: bool = False) -> str:
        """A beat where it may matter, one round of pushing, at most so many pages; gives what stopped it, or "done"."""
        if beats or self._dice.random() < 0.3 or not self.clock.confirmed():
            self._loops._beat()
        outcome = self._try(self._loops._push)
        for _ in range(pages):
            self._loops._pushed.set()  # so long has nobody answered that the pull goes on alone
            before = self.reached()
            outcome = self._try(self._loops._pull) or outcome
            if outcome or self.reached() == before:
                break
        return outcome or "done"

    def _try(self, turn: Callable[[], object]) -> str:
        try:
            turn()
        except SyncError as error:
            return type(error).__name__
        return ""

    def owed(self) -> int:
        """Facts without a receipt."""
        with self.hub.state.reading() as conn:
            return outbox.owed(conn).total

    def reached(self) -> dict[str, int]:
        """How far every feed was applied."""
        return dict(cursor_of(self.hub))

    def orders(self) -> list[Pickup]:
        """Every order this machine holds, the oldest first."""
        with self.hub.state.reading() as conn:
            ids = [row[0] for row in conn.execute("SELECT order_id FROM pickups ORDER BY placed_at_ms, order_id")]
            return pickups.get_many(conn, ids)

    def is_aside(self) -> bool:
        """Central goes on with another machine in this one's place."""
        return place_of(self.hub).superseded_since_ms is not None

    def epoch(self) -> str:
        """The history it writes now."""
        return place_of(self.hub).epoch

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of state.db, for whoever checks them."""
        with self.hub.state.reading() as conn:
            return [tuple(row) for row in conn.execute(statement)]

    def take_from_kiosk(self, body: bytes) -> Reply:
        """What a kiosk pushes to this hub, by the same rule as everywhere."""
        batch = wire.read_batch(wire.read(body, wire.PushBody))
        try:
            ledger = SqliteLedger(self.hub.state, relay=True)
            answer: object = ledger.take(batch, judge_device_fact, received_at_ms=self.clock.now_ms())
            status = 200
        except OriginForked as error:
            status, answer = 409, {"reason": error.reason}
        except SequenceGap as error:
            answer = {"reason": error.reason, "expected": error.expected, "mark_event_id": error.mark_event_id}
            status = 409
        return Reply(status=status, body=wire.write(answer), media_type="application/json", signed=True)

    def copy_disk(self, folder: Path) -> None:
        """Copy the files as they lie there this moment, in the middle of whatever is being written."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*-shm"))

    def start_again(self, clock: SimClock, folder: Path | None = None) -> None:
        """Stop, then start from these files (its own when none are given), by this clock."""
        self.hub.close()
        if folder is not None:
            shutil.rmtree(self.folder)
            folder.rename(self.folder)
        self.clock = clock
        self._begin()

    def die_during(self, act: Callable[[], object], after: int, spare: Path, clock: SimClock) -> bool:
        """Run `act`, but the plug is pulled before its statement number `after`, or after its last. True: in the middle.

        What a person was told after that moment was never said; what was sent after it was never sent.
        """
        watch = _Watch(lambda: self._die(spare), after)
        for database in (self.hub.state, self.hub.replica, self.hub.keys._db):
            with database.writing() as conn:
                conn.set_trace_callback(watch)
        act()
        if not watch.fired:
            self._die(spare)
        self.start_again(clock, spare)
        return watch.fired

    def close(self) -> None:
        """Stop for good."""
        self.hub.close()

    def _die(self, spare: Path) -> None:
        self._cable.dead = True
        self.copy_disk(spare)
        log = spare / "replica.db-wal"  # a copy does not wait for the disk: an end of its log may not have reached it
        if log.exists() and self._dice.random() < 0.5:
            with log.open("r+b") as file:
                file.truncate(self._dice.randrange(log.stat().st_size + 1))

    def _begin(self) -> None:
        self.starts += 1
        self.clock.boot_id = f"{self.name}-{self.starts}"
        self._cable = Cable(self.line)
        peer = cast("Peer", self._cable)
        hub = open_hub(
            self.folder,
            store=STORE,
            node="H1",
            clock=self.clock,
            rng=self._dice.randbytes,
            central=CentralClient(peer),
        )
        behind_ms = clock_floor_ms(hub.state) - self.clock.now_ms()
        if behind_ms > 0 and not self.clock.confirmed():
            self.clock.advance(behind_ms)  # as the system's clock is lifted to the latest time that was written down
        self.hub = replace(hub, bell=SilentBell(), started_at_ms=self.clock.now_ms())
        peers = Peers(beat=peer, push=peer, pull=peer)
        rows = self._dice.choice((2, 20, 200))
        self._loops = Loops(self.hub, peers, heartbeat_s=HOUR_S, poll_wait_s=0.0, batch_rows=rows)
        read_unread_again(self.hub)
        accept_waiting(self.hub)
        note_start(self.hub)


class _Watch:
    """Counts statements and calls once, before the one it waits for runs."""

    def __init__(self, die: Callable[[], None], after: int) -> None:
        self._die, self._left = die, after
        self.fired = False

    def __call__(self, _statement: str) -> None:
        self._left -= 1
        if self._left == 0:
            self.fired = True
            self._die()
