"""Makes rows, batches, time and chance the way the tests of the exchange want them: the same in every run."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Raw

from sync import cursor, feed, ledger, outbox
from sync.db import Connection, Database
from sync.envelope import (
    SKIPPED,
    Batch,
    Envelope,
    Origin,
    Row,
    Skipped,
    SkipReason,
    Verdict,
    schema_urn,
    sequence_text,
    write_time,
)
from sync.outbox import OwedBatch

MORNING_MS = 1_795_237_500_000  # 2026-11-21T05:05:00Z

HUB = Origin(store="S001", node="H1", epoch="e1", lane=0)

ALL_TABLES = (outbox.MIGRATIONS, ledger.MIGRATIONS, feed.MIGRATIONS, cursor.MIGRATIONS)


class Ticks:
    """A clock that stands still until it is moved."""

    def __init__(self, now_ms: int = MORNING_MS) -> None:
        self.at_ms = now_ms

    def now_ms(self) -> int:
        return self.at_ms


def dice(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same for the same seed."""
    drawn = 0

    def rng(count: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(f"{seed}/{drawn}".encode()).digest(count)

    return rng


def envelope(event_id: str, number: int, *, kind: str = "pickup.ready", data: bytes = b'{"order":"A"}') -> Envelope:
    return Envelope(
        id=event_id,
        source="/S001/H1",
        type=kind,
        subject="order/A",
        time=write_time(MORNING_MS),
        dataschema=schema_urn(kind, 1),
        data=Raw(data),
        sequence=sequence_text(number),
        recordedtime=write_time(MORNING_MS + 5),
    )


def row(event_id: str, number: int, *, kind: str = "pickup.ready") -> Row:
    made = envelope(event_id, number, kind=kind)
    return Row(made, msgspec.json.encode(made))


def skipped(event_id: str, first: int, last: int, reason: SkipReason = SkipReason.DROPPED) -> Row:
    """A row that stands for `first` to `last`."""
    data = msgspec.json.encode(Skipped(first=first, last=last, count=last - first + 1, reason=reason))
    made = envelope(event_id, first, kind=SKIPPED, data=data)
    return Row(made, msgspec.json.encode(made))


def batch(
    events: Sequence[str], *, first: int = 1, previous: str | None = None, origin: Origin = HUB, sent_at_ms: int = 0
) -> Batch:
    rows = tuple(row(event_id, first + i) for i, event_id in enumerate(events))
    return Batch(origin=origin, previous=previous, rows=rows, sent_at_ms=sent_at_ms)


def events(prefix: str, numbers: Iterable[int]) -> list[str]:
    """Names for events, as a1, a2 and so on."""
    return [f"{prefix}{n}" for n in numbers]


def recorded(tx: object, seen: Envelope) -> tuple[Verdict, str | None]:
    """The judge that finds nothing wrong."""
    return Verdict.RECORDED, None


def open_hub(path: Path | str, *, seed: str = "hub") -> Database:
    """A hub's file with every table `sync` knows and an epoch of its own."""
    db = Database(path, migrations=ALL_TABLES)
    with db.writing() as conn:
        outbox.prepare(conn, store="S001", node="H1", rng=dice(seed))
    return db


def owe(db: Database, *event_ids: str, lane: int = 0, now_ms: int = MORNING_MS, kind: str = "pickup.ready") -> None:
    """Owe facts, each in a transaction of its own, as acts do."""
    for event_id in event_ids:
        with db.writing() as conn:
            owe_in(conn, event_id, lane=lane, now_ms=now_ms, kind=kind)


def owe_in(
    conn: Connection, event_id: str, *, lane: int = 0, now_ms: int = MORNING_MS, kind: str = "pickup.ready"
) -> int:
    return outbox.append(
        conn,
        lane=lane,
        kind=kind,
        subject="order/A",
        data=b'{"order":"A"}',
        event_id=event_id,
        occurred_at_ms=now_ms - 5,
        now_ms=now_ms,
    )


def next_batch(db: Database, *, lane: int = 0, limit: int = 200) -> OwedBatch | None:
    """What would be sent next from a lane of our own."""
    with db.reading() as conn:
        own = [o.number for o in outbox.owed_origins(conn) if o.lane == lane and o.own]
        return outbox.take_batch(conn, own[0], limit) if own else None


def owed_ids(db: Database, *, lane: int = 0) -> list[str]:
    """The event_ids a lane still owes, in their order."""
    waiting = next_batch(db, lane=lane, limit=100_000)
    return [owed.event_id for owed in waiting.rows] if waiting else []
