"""Puts a hub's state.db together again from its second disk: the newest good backup, then everything in the journal after it.

It is built beside, and takes its place only when it is whole. It works without the line; what central knows beyond it is
asked for by the hub itself, once it runs.
"""

import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec

from edge.app.hub import NodeClock, open_hub
from edge.app.put_back import begin_again, put_back, receipts_in
from edge.domain.ids import Rng
from edge.domain.truth import CentralAway
from edge.store import backups, facts_back, journal_file
from edge.store.databases import STATE_FILE, open_state
from edge.store.facts_back import holds
from edge.store.journal import Begins, Begun, Entry, Journal, read_entries
from edge.store.journal_file import sync_folder
from sync import outbox
from sync.copy_live import is_in_use
from sync.db import faults_in
from sync.envelope import Lane
from sync.errors import DatabaseUnusable

BUILDING = ".restoring"
NAMED_MAX = 5
"""Facts that a refusal names; the rest are counted."""


class RestoreRefused(Exception):
    """Nothing was changed; the message says why, and what to do about it."""


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was done. `journal` counts entries by what became of them; `set_aside` is the file that was there before."""

    backup: int | None
    damaged: tuple[int, ...]
    segments: tuple[int, ...]
    torn: tuple[int, ...]
    journal: dict[str, int]
    owed: tuple[int, int, int]
    epoch: str
    set_aside: str | None
    kept_on: bool


class _NoLine:
    """A restore asks nobody."""

    def identify(self, u1: str) -> CentralAway:  # noqa: ARG002 - the port's own name
        """Nobody is asked."""
        return CentralAway()

    def shopper(self, identity: str) -> CentralAway:  # noqa: ARG002 - the port's own name
        """Nobody is asked."""
        return CentralAway()


def restore(source: Path, target: Path, *, clock: NodeClock, rng: Rng, replace: bool = False) -> Restored:
    """Restore the hub in folder `target` from `source`. Raises RestoreRefused; then nothing was changed.

    Refused are a folder in use, a folder whose own state.db holds facts that would be lost (unless `replace`), and a
    source with neither a good backup nor a journal from the beginning.
    """
    found = _look(source)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (target / STATE_FILE).exists() and is_in_use(target / STATE_FILE):
        raise RestoreRefused(f"{target} is in use: stop the hub first")
    building = target / BUILDING
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    try:
        built = _build(found, source, building, clock, rng)
        lost = _held_only_by(target, building)
        if lost and not replace:
            raise RestoreRefused(_would_be_lost(target, lost))
        set_aside = _put_in_place(building, target, clock.now_ms())
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Restored(
        backup=found.backup,
        damaged=found.damaged,
        segments=found.segments,
        torn=tuple(each for each in found.segments if journal_file.is_torn(journal_file.path_of(source, each))),
        journal=dict(built.counts),
        owed=built.owed,
        epoch=built.epoch,
        set_aside=set_aside,
        kept_on=_keep_on(source, target, built, clock.now_ms()),
    )


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the second disk."""

    backup: int | None
    damaged: tuple[int, ...]
    segments: tuple[int, ...]
    entries: tuple[Entry, ...]


class _Built(msgspec.Struct, frozen=True, kw_only=True):
    """The file that was put together."""

    store: str
    node: str
    counts: Counter[str]
    owed: tuple[int, int, int]
    epoch: str


def _look(source: Path) -> _Found:
    number, damaged = backups.newest_good(source)
    known = journal_file.segments(source)
    first = max((each for each in known if number is not None and each <= number), default=0)
    segments = tuple(each for each in known if each >= first)
    entries = tuple(entry for segment in segments for entry in read_entries(source, segment))
    is_from_the_beginning = bool(entries) and isinstance(entries[0], Begun) and entries[0].reason is Begins.FIRST
    if number is None and not is_from_the_beginning:
        raise RestoreRefused(f"{source} holds no good backup and no journal from the beginning")
    return _Found(backup=number, damaged=tuple(damaged), segments=segments, entries=entries)


def _build(found: _Found, source: Path, building: Path, clock: NodeClock, rng: Rng) -> _Built:
    if found.backup is not None:
        shutil.copyfile(backups.path_of(source, found.backup), building / STATE_FILE)
    store, node = _whose(found, building)
    hub = open_hub(building, store=store, node=node, clock=clock, rng=rng, central=_NoLine())
    try:
        receipts = receipts_in(found.entries)
        epoch = begin_again(hub, receipts)
        counts = put_back(hub, found.entries, receipts)
        with hub.state.reading() as conn:
            owed = outbox.owed(conn).per_lane
    finally:
        hub.close()
    return _Built(store=store, node=node, counts=counts, owed=owed, epoch=epoch)


def _whose(found: _Found, building: Path) -> tuple[str, str]:
    """The hub this was: as its journal says, or its backup."""
    for entry in found.entries:
        if isinstance(entry, Begun):
            return entry.store, entry.node
    with closing(open_state(building)) as state, state.reading() as conn:
        store, node = conn.execute("SELECT store, node FROM outbox_origins WHERE standing = 'own'").fetchone()
    return store, node


def _held_only_by(target: Path, building: Path) -> list[str]:
    """Facts of the file that is there now, as far as it can be read, which the restored one would not hold."""
    if not (target / STATE_FILE).exists() or faults_in(target / STATE_FILE):
        return []
    with closing(open_state(target)) as old, closing(open_state(building)) as new:
        with old.reading() as conn:
            there = facts_back.own_events(conn)
        with new.reading() as conn:
            return sorted(event for event, lane in there.items() if lane < Lane.TELEMETRY and not holds(conn, event))


def _would_be_lost(target: Path, lost: list[str]) -> str:
    named = ", ".join(lost[:NAMED_MAX]) + (" …" if len(lost) > NAMED_MAX else "")
    return (
        f"{target} holds {len(lost)} facts that are neither in the backup nor in the journal ({named});"
        " say --replace to set that file aside all the same"
    )


def _put_in_place(building: Path, target: Path, now_ms: int) -> str | None:
    """The old file is set aside under another name, never deleted."""
    aside = None
    if (target / STATE_FILE).exists():
        aside = f"{STATE_FILE}.before-restore-{now_ms}"
        for end in ("", "-wal", "-shm"):
            if (target / f"{STATE_FILE}{end}").exists():
                (target / f"{STATE_FILE}{end}").rename(target / f"{aside}{end}")
    (building / STATE_FILE).rename(target / STATE_FILE)
    sync_folder(target)
    return aside


def _keep_on(source: Path, target: Path, built: _Built, now_ms: int) -> bool:
    """Begin a new segment that says why, with a backup of what was restored; False when the second disk takes nothing."""
    with closing(open_state(target)) as state:
        journal = Journal(source, state, store=built.store, node=built.node)
        try:
            number = backups.next_number(source)
            journal.begin_anew(number, now_ms)
            backups.make(target, source, number, now_ms)
        except (OSError, DatabaseUnusable):
            return False
        finally:
            journal.close()
    return True
