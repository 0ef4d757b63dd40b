"""What this hub recorded and took over, a second time on another disk: appended after each commit and before any answer.

The journal follows state.db: after a commit it writes whatever the file has and it lacks, found by the numbers that both
keep. So a journal that was away for a while catches up by the same step, and nothing in an act knows of it.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from edge.store import backups, heard_rows, journal_file
from edge.store.journal_file import SegmentWriter
from sync.db import Connection, Database
from sync.envelope import Origin

AT_ONCE = 2_000
"""Rows of one write; catching up after an outage of the second disk goes in such steps."""


class Begins(StrEnum):
    """Why a segment was begun."""

    FIRST = "first"  # the journal begins
    BACKUP = "backup"  # a backup was made
    WENT_BACK = "went_back"  # state.db is older than the journal: it was copied back
    RESTORED = "restored"  # state.db was put together from what lies here


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far one origin is in the journal: its last row, and the last row that got a receipt with its event_id."""

    origin: Origin
    last: int = 0
    settled: int = 0


class Begun(msgspec.Struct, frozen=True, kw_only=True, tag="begun"):
    """The first entry of a segment: from where it goes on, when, and why it was begun."""

    store: str
    node: str
    segment: int
    reason: Begins
    at_ms: int
    heard: int
    positions: tuple[Position, ...]


class Owed(msgspec.Struct, frozen=True, kw_only=True, tag="owed"):
    """One row of the outbox as it stands there; `last` ends its stretch. With the answer that its press was given."""

    origin: Origin
    sequence: int
    last: int
    own: bool
    envelope: bytes
    recorded_at_ms: int
    asked: bytes | None = None
    answer: bytes | None = None


class Settled(msgspec.Struct, frozen=True, kw_only=True, tag="settled"):
    """Every row of an origin up to this one has its receipt."""

    origin: Origin
    sequence: int


class Heard(msgspec.Struct, frozen=True, kw_only=True, tag="heard"):
    """A row of the store's feed that was applied."""

    number: int
    row: bytes


Entry = Begun | Owed | Settled | Heard
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Entry] = msgspec.msgpack.Decoder(Entry)


def read_entries(folder: Path, number: int) -> Iterator[Entry]:
    """What a segment holds, up to its end or to its first fault."""
    for payload in journal_file.read(journal_file.path_of(folder, number)):
        yield _decoder.decode(payload.body)


class Journal:
    """Follows one state.db into the newest segment of `folder`. One thread at a time; raises OSError of the second disk."""

    def __init__(self, folder: Path, db: Database, *, store: str, node: str) -> None:
        self._folder = folder
        self._db = db
        self._store, self._node = store, node
        self._heard = 0
        self._positions: dict[Origin, Position] = {}
        self._writer: SegmentWriter | None = None
        self.segment = 0

    def open(self, now_ms: int) -> None:
        """Go on behind the newest segment, or begin the first; then catch up.

        A file that knows less than the journal was copied or put back. What it makes from now on has numbers that the
        journal has seen before, so a new segment says from where they count.
        """
        self.close()
        self._heard, self._positions = 0, {}
        self.segment = max(journal_file.segments(self._folder), default=0)
        path = journal_file.path_of(self._folder, self.segment)
        is_begun = False
        for entry in read_entries(self._folder, self.segment) if path.exists() else ():
            is_begun = True
            self._note(entry)
        went_back = self._as_the_file_stands() if is_begun else None
        if went_back is not None:
            self._heard, self._positions = went_back
            self.begin_segment(backups.next_number(self._folder), Begins.WENT_BACK, now_ms)
        elif is_begun:
            self._writer = SegmentWriter(path)
        else:
            self.begin_segment(self.segment, Begins.FIRST, now_ms)
        self.catch_up()

    def _as_the_file_stands(self) -> tuple[int, dict[Origin, Position]] | None:
        """Where the file stands, when that is behind the journal: then it is an older copy, and counts on from there."""
        with self._db.reading() as conn:
            heard = heard_rows.last(conn)
            stands = {each.origin: each for each in positions(conn)}
        behind = (
            each.last < self._positions[each.origin].last for each in stands.values() if each.origin in self._positions
        )
        return (heard, stands) if heard < self._heard or any(behind) else None

    def begin_segment(self, number: int, reason: Begins, now_ms: int) -> None:
        """Go on in a new segment, which says from where."""
        self.close()
        self._writer = SegmentWriter(journal_file.path_of(self._folder, number))
        self.segment = number
        begun = Begun(
            store=self._store,
            node=self._node,
            segment=number,
            reason=reason,
            at_ms=now_ms,
            heard=self._heard,
            positions=tuple(self._positions.values()),
        )
        self._writer.append([_encoder.encode(begun)])

    def begin_anew(self, number: int, now_ms: int) -> None:
        """Go on in a new segment from where the file stands, whatever lay here before: it was put together from that."""
        with self._db.reading() as conn:
            self._heard = heard_rows.last(conn)
            self._positions = {each.origin: each for each in positions(conn)}
        self.begin_segment(number, Begins.RESTORED, now_ms)

    def catch_up(self) -> int:
        """Append what state.db has and the journal lacks; gives how many entries. On the disk when it returns."""
        assert self._writer is not None, "open the journal first"
        with self._db.reading() as conn:
            new = list(self._lacking(conn))
        for start in range(0, len(new), AT_ONCE):
            entries = new[start : start + AT_ONCE]
            self._writer.append(_encoder.encode(entry) for entry in entries)
            for entry in entries:
                self._note(entry)
        return len(new)

    def heard(self) -> int:
        """Up to which number rows of the feed are in the journal."""
        return self._heard

    def close(self) -> None:
        """Close the segment."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _note(self, entry: Entry) -> None:
        match entry:
            case Begun():
                self._heard = entry.heard
                self._positions = {position.origin: position for position in entry.positions}
            case Heard():
                self._heard = entry.number
            case Owed():
                was = self._positions.get(entry.origin, Position(origin=entry.origin))
                self._positions[entry.origin] = msgspec.structs.replace(was, last=entry.last)
            case Settled():
                was = self._positions.get(entry.origin, Position(origin=entry.origin))
                self._positions[entry.origin] = msgspec.structs.replace(was, settled=entry.sequence)

    def _lacking(self, conn: Connection) -> Iterator[Entry]:
        """What was heard comes before what was made of it."""
        for number, row in heard_rows.after(conn, self._heard):
            yield Heard(number=number, row=row)
        for number, store, node, epoch, lane, own, last, settled in conn.execute(
            "SELECT origin, store, node, epoch, lane, standing = 'own', last_sequence, settled_sequence"
            " FROM outbox_origins WHERE standing <> 'past' ORDER BY origin"
        ).fetchall():
            origin = Origin(store=store, node=node, epoch=epoch, lane=lane)
            known = self._positions.get(origin, Position(origin=origin))
            if last > known.last:
                yield from _rows_after(conn, number, origin, known.last, own=bool(own))
            if settled > known.settled:
                yield Settled(origin=origin, sequence=settled)


def positions(conn: Connection) -> list[Position]:
    """Where every origin that still grows stands in this file."""
    rows = conn.execute(
        "SELECT store, node, epoch, lane, last_sequence, settled_sequence FROM outbox_origins WHERE standing <> 'past'"
    )
    return [
        Position(origin=Origin(store=row[0], node=row[1], epoch=row[2], lane=row[3]), last=row[4], settled=row[5])
        for row in rows
    ]


def _rows_after(conn: Connection, number: int, origin: Origin, after: int, *, own: bool) -> Iterable[Owed]:
    rows = conn.execute(
        "SELECT r.sequence, coalesce(r.skipped_to, r.sequence), r.envelope, r.recorded_at_ms, a.asked, a.body"
        " FROM outbox_rows r LEFT JOIN answers a ON a.event_id = r.event_id AND a.refused = 0 AND r.born_here = 1"
        " WHERE r.origin = ? AND r.sequence > ? ORDER BY r.sequence",
        (number, after),
    )
    for sequence, last, envelope, recorded_at_ms, asked, answer in rows:
        yield Owed(
            origin=origin,
            sequence=sequence,
            last=last,
            own=own,
            envelope=envelope,
            recorded_at_ms=recorded_at_ms,
            asked=asked,
            answer=answer,
        )
