"""Takes what arrives from below, each event once: the rule that decides about a batch, and its SQLite form.

`plan` is the whole rule and is pure; every form of the ledger locks the origin's mark first, reads what `plan` asks
for, and does what it says, in one transaction.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Protocol, TypeVar

from msgspec import Struct

from sync import outbox
from sync.db import Connection, Database, Migrations
from sync.envelope import SKIPPED, Batch, Envelope, Lane, Origin, PushReply, Receipt, Row, Verdict
from sync.errors import OriginForked, SequenceGap

MIGRATIONS = Migrations("ledger", "sync", "migrations/ledger")

TxT_co = TypeVar("TxT_co", covariant=True)  # what a ledger hands to a judge: its own kind of transaction
TxT_contra = TypeVar("TxT_contra", contravariant=True)

Judgement = tuple[Verdict, str | None]


class Judge(Protocol[TxT_contra]):
    """Looks at one new event inside the ledger's transaction and says recorded, flagged(reason) or unreadable(reason).

    It never refuses: what happened, happened. It writes what follows from the event (books, feeds) through `tx`.
    """

    def __call__(self, tx: TxT_contra, envelope: Envelope, /) -> Judgement:
        """The verdict, and the reason for a person unless it is recorded."""
        ...


class Ledger(Protocol[TxT_co]):
    """The port: one method, atomic and durable when it returns."""

    def take(self, batch: Batch, judge: Judge[TxT_co], *, received_at_ms: int) -> PushReply:
        """Apply the batch and give a receipt per row.

        Raises OriginForked or SequenceGap with nothing applied; after any other exception nothing was applied either.
        """
        ...


class Step(StrEnum):
    """What to do with one row."""

    APPLY = "apply"  # new: judge it, write it to the ledger, move the mark
    SEEN_HERE = "seen_here"  # this very row was taken before: only a receipt
    SEEN_ELSEWHERE = "seen_elsewhere"  # its event is held under another number: note the number, move the mark


class Mark(Struct, frozen=True):
    """How far an origin has come: the highest sequence taken and the event_id at it. 0 and None before the first."""

    sequence: int = 0
    event_id: str | None = None


def plan(mark: Mark, batch: Batch, held: Mapping[int, str], known: AbstractSet[str]) -> tuple[Step, ...]:
    """One step per row, or OriginForked / SequenceGap when nothing of the batch may be applied.

    `held`: event_id by sequence for what the ledger holds of this origin within the batch, repeats included.
    `known`: which of the batch's event_ids the store's ledger holds in lanes 0 and 1; not asked for in lane 2.
    A number alone proves nothing (a copied file counts on with the same epoch), so both it and the event_id must fit.
    """
    if batch.first > mark.sequence + 1:
        raise SequenceGap(mark.sequence + 1, mark.event_id)
    if batch.first == mark.sequence + 1 and batch.previous != mark.event_id:
        raise OriginForked(f"before {batch.first} stands {batch.previous}, the ledger holds {mark.event_id}")
    is_telemetry = batch.origin.lane == Lane.TELEMETRY
    if is_telemetry and batch.first > mark.sequence:
        return (Step.APPLY,) * len(batch.rows)
    seen = set(known)
    steps: list[Step] = []
    for row in batch.rows:
        event_id, sequence = row.envelope.id, row.envelope.number
        if sequence <= mark.sequence:
            if held.get(sequence) != event_id:
                raise OriginForked(f"at {sequence} stands {event_id}, the ledger holds {held.get(sequence)}")
            if row.envelope.type == SKIPPED:
                _must_be_skipped_here(mark, row.envelope, held)
            steps.append(Step.SEEN_HERE)
        elif event_id in seen:
            steps.append(Step.SEEN_ELSEWHERE)
        else:
            steps.append(Step.APPLY)
        if not is_telemetry:
            seen.add(event_id)
    return tuple(steps)


def _must_be_skipped_here(mark: Mark, envelope: Envelope, held: Mapping[int, str]) -> None:
    """A stretch that was taken before ends where it ended then: what was in a push never changes."""
    first, last = envelope.number, envelope.last_number
    if last > mark.sequence or any(first < number <= last for number in held):
        raise OriginForked(f"{first} to {last} were not skipped, the ledger holds rows there")


def judged(judge: Judge[TxT_contra], tx: TxT_contra, envelope: Envelope) -> Judgement:
    """What the judge says of a fact. A skipped stretch is none: it is recorded with its reason and has no effect."""
    if envelope.type == SKIPPED:
        return Verdict.RECORDED, envelope.skipped().reason.value
    return judge(tx, envelope)


def next_mark(mark: Mark, batch: Batch) -> Mark:
    """Where the origin stands after the batch: never backwards."""
    return mark if batch.last <= mark.sequence else Mark(batch.last, batch.rows[-1].envelope.id)


def receipt(row: Row, verdict: Verdict, reason: str | None = None) -> Receipt:
    """The receipt of one row."""
    return Receipt(event_id=row.envelope.id, sequence=row.envelope.number, verdict=verdict, reason=reason)


class SqliteLedger:
    """The ledger of a node with SQLite. With `relay`, every row that moves the mark is also owed upwards, unchanged."""

    def __init__(self, db: Database, *, relay: bool = False) -> None:
        self._db = db
        self._relay = relay

    def take(self, batch: Batch, judge: Judge[Connection], *, received_at_ms: int) -> PushReply:
        """See `Ledger.take`."""
        with self._db.writing() as tx:
            mark = _locked_mark(tx, batch.origin, received_at_ms)
            steps = plan(mark, batch, _held(tx, batch), _known(tx, batch))
            taking = _Taking(batch, judge, received_at_ms)
            receipts = tuple(self._do(tx, taking, row, step) for row, step in zip(batch.rows, steps, strict=True))
            mark = next_mark(mark, batch)
            tx.execute(
                "UPDATE origins SET mark = ?, mark_event_id = ?, last_at_ms = ?"
                " WHERE store = ? AND node = ? AND epoch = ? AND lane = ?",
                (mark.sequence, mark.event_id, received_at_ms, *_key(batch.origin)),
            )
        return PushReply(receipts=receipts, mark=mark.sequence, mark_event_id=mark.event_id)

    def _do(self, tx: Connection, taking: "_Taking", row: Row, step: Step) -> Receipt:
        verdict, reason = Verdict.DUPLICATE, None
        if step is Step.APPLY:
            verdict, reason = judged(taking.judge, tx, row.envelope)
            _write_row(tx, taking, row, (verdict, reason))
        elif step is Step.SEEN_ELSEWHERE:
            tx.execute(
                "INSERT INTO ledger_repeats (store, node, epoch, lane, sequence, event_id) VALUES (?, ?, ?, ?, ?, ?)",
                (*_key(taking.batch.origin), row.envelope.number, row.envelope.id),
            )
        if self._relay and step is not Step.SEEN_HERE:
            outbox.relay_append(tx, taking.batch.origin, row.envelope, row.raw, taking.at_ms)
        return receipt(row, verdict, reason)


class _Taking(Struct, frozen=True):
    """One call of `take`."""

    batch: Batch
    judge: Judge[Connection]
    at_ms: int


def marks(conn: Connection) -> dict[Origin, Mark]:
    """How far every origin has come in this file's ledger."""
    found = conn.execute("SELECT store, node, epoch, lane, mark, mark_event_id FROM origins")
    return {
        Origin(store=store, node=node, epoch=epoch, lane=lane): Mark(sequence, event_id)
        for store, node, epoch, lane, sequence, event_id in found
    }


def skew_ms(batch: Batch, received_at_ms: int) -> int | None:
    """How far the receiver's clock is ahead of the sender's at this delivery; None when the sender did not say."""
    return received_at_ms - batch.sent_at_ms if batch.sent_at_ms else None


def _key(origin: Origin) -> tuple[str, str, str, int]:
    return (origin.store, origin.node, origin.epoch, origin.lane)


def _locked_mark(tx: Connection, origin: Origin, at_ms: int) -> Mark:
    # BEGIN IMMEDIATE has locked the file; elsewhere this is the row that must be locked before anything is read.
    tx.execute(
        "INSERT INTO origins (store, node, epoch, lane, first_at_ms, last_at_ms) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (*_key(origin), at_ms, at_ms),
    )
    row = tx.execute(
        "SELECT mark, mark_event_id FROM origins WHERE store = ? AND node = ? AND epoch = ? AND lane = ?", _key(origin)
    ).fetchone()
    return Mark(row[0], row[1])


def _held(tx: Connection, batch: Batch) -> dict[int, str]:
    span = (*_key(batch.origin), batch.first, batch.last)
    rows = tx.execute(
        "SELECT sequence, event_id FROM ledger"
        " WHERE store = ? AND node = ? AND epoch = ? AND lane = ? AND sequence BETWEEN ? AND ?"
        " UNION ALL SELECT sequence, event_id FROM ledger_repeats"
        " WHERE store = ? AND node = ? AND epoch = ? AND lane = ? AND sequence BETWEEN ? AND ?",
        span + span,
    )
    return dict(map(tuple, rows))


def _known(tx: Connection, batch: Batch) -> set[str]:
    if batch.origin.lane == Lane.TELEMETRY:
        return set()
    found: set[str] = set()
    for row in batch.rows:  # one index probe each; an IN list would be re-planned for every length
        probe = tx.execute(
            "SELECT 1 FROM ledger WHERE store = ? AND event_id = ? AND lane < 2", (batch.origin.store, row.envelope.id)
        )
        if probe.fetchone() is not None:
            found.add(row.envelope.id)
    return found


def _write_row(tx: Connection, taking: _Taking, row: Row, judgement: Judgement) -> None:
    e = row.envelope
    numbered = (*_key(taking.batch.origin), e.number, e.id, e.type, e.subject, e.occurred_at_ms)
    received = (taking.at_ms, skew_ms(taking.batch, taking.at_ms), *judgement, row.raw)
    tx.execute(
        "INSERT INTO ledger (store, node, epoch, lane, sequence, event_id, kind, subject, occurred_at_ms,"
        " received_at_ms, skew_ms, verdict, reason, envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        numbered + received,
    )
