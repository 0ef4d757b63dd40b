"""The ledger of facts in the SQLAlchemy form of `sync.ledger.Ledger`: the origin's mark is locked first, each event counts once."""

from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Books, Tx, add_many
from central.store.schema_sync import ledger, ledger_repeats
from sync.envelope import Batch, Lane, Origin, PushReply, Receipt, Verdict
from sync.ledger import Judge, Mark, Step, judged, next_mark, plan, skew_ms

_KEY = "store_id = :store_id AND node = :node AND epoch = :epoch AND lane = :lane"
# The update takes the row's lock before anything is read, on every database; two pushes of one origin stand in line here.
_LOCK = sql(
    "INSERT INTO origins (store_id, node, epoch, lane, mark, term, first_at_ms, last_at_ms)"
    " VALUES (:store_id, :node, :epoch, :lane, 0, :term, :at_ms, :at_ms)"
    " ON CONFLICT (store_id, node, epoch, lane) DO UPDATE SET last_at_ms = excluded.last_at_ms, term = excluded.term"
    " RETURNING mark, mark_event_id"
)
_MOVE = sql(f"UPDATE origins SET mark = :mark, mark_event_id = :event WHERE {_KEY}")  # noqa: S608 - text of our own
_SPAN = f"{_KEY} AND sequence BETWEEN :first AND :last"
_HELD = sql(
    f"SELECT sequence, event_id FROM ledger WHERE {_SPAN}"  # noqa: S608 - text of our own
    f" UNION ALL SELECT sequence, event_id FROM ledger_repeats WHERE {_SPAN}"
)
_KNOWN = sql("SELECT event_id FROM ledger WHERE store_id = :store AND lane < 2 AND event_id IN :events").bindparams(
    bindparam("events", expanding=True)
)
# In the order in which `take_in` puts a row together.
_REPEAT_COLUMNS = ("store_id", "node", "epoch", "lane", "sequence", "event_id")
_LEDGER_COLUMNS = (
    *_REPEAT_COLUMNS,
    "kind",
    "subject",
    "occurred_at_ms",
    "received_at_ms",
    "skew_ms",
    "verdict",
    "reason",
    "envelope",
)


@runtime_checkable
class BatchJudge(Protocol):
    """A judge that can be told the whole batch, so that it looks at the books once for all its rows."""

    def for_batch(self, tx: Tx, batch: Batch) -> AbstractContextManager[Judge[Tx]]:
        """The judge for these rows; what they changed is written when the block is left."""
        ...


class SqlLedger:
    """The port `sync.ledger.Ledger` on central's books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def take(self, batch: Batch, judge: Judge[Tx], *, received_at_ms: int) -> PushReply:
        """See `sync.ledger.Ledger.take`."""
        with self._books.writing() as tx:
            if not isinstance(judge, BatchJudge):
                return take_in(tx, batch, judge, received_at_ms=received_at_ms)
            with judge.for_batch(tx, batch) as judge_row:
                return take_in(tx, batch, judge_row, received_at_ms=received_at_ms)


def take_in(tx: Tx, batch: Batch, judge: Judge[Tx], *, received_at_ms: int) -> PushReply:
    """Apply the batch inside an open transaction; raises OriginForked or SequenceGap, then the caller rolls back."""
    key = _key(batch.origin)
    mark = _locked(tx, key, batch.term, received_at_ms)
    steps = plan(mark, batch, _held(tx, key, batch, mark), _known(tx, batch))
    origin, skew = tuple(key.values()), skew_ms(batch, received_at_ms)
    receipts, new, repeats = [], [], []
    for row, step in zip(batch.rows, steps, strict=True):
        envelope = row.envelope
        number, verdict, reason = envelope.number, Verdict.DUPLICATE, None
        if step is Step.APPLY:
            verdict, reason = judged(judge, tx, envelope)
            told = (envelope.type, envelope.subject, envelope.occurred_at_ms, received_at_ms, skew)
            new.append((*origin, number, envelope.id, *told, verdict.value, reason, row.raw))
        elif step is Step.SEEN_ELSEWHERE:
            repeats.append((*origin, number, envelope.id))
        receipts.append(Receipt(event_id=envelope.id, sequence=number, verdict=verdict, reason=reason))
    add_many(tx, ledger, _LEDGER_COLUMNS, new)
    add_many(tx, ledger_repeats, _REPEAT_COLUMNS, repeats)
    mark = next_mark(mark, batch)
    tx.execute(_MOVE, key | {"mark": mark.sequence, "event": mark.event_id})
    return PushReply(receipts=tuple(receipts), mark=mark.sequence, mark_event_id=mark.event_id)


def _key(origin: Origin) -> dict[str, object]:
    return {"store_id": origin.store, "node": origin.node, "epoch": origin.epoch, "lane": origin.lane}


def _locked(tx: Tx, key: dict[str, object], term: int, at_ms: int) -> Mark:
    row = tx.execute(_LOCK, key | {"term": term, "at_ms": at_ms}).one()
    return Mark(row.mark, row.mark_event_id)


def _held(tx: Tx, key: dict[str, object], batch: Batch, mark: Mark) -> dict[int, str]:
    if batch.first > mark.sequence:  # all of it is new to this origin
        return {}
    rows = tx.execute(_HELD, key | {"first": batch.first, "last": batch.last})
    return {row.sequence: row.event_id for row in rows}


def _known(tx: Tx, batch: Batch) -> set[str]:
    if batch.origin.lane == Lane.TELEMETRY:
        return set()
    asked = {"store": batch.origin.store, "events": [row.envelope.id for row in batch.rows]}
    return {row.event_id for row in tx.execute(_KNOWN, asked)}
