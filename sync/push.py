"""Sends what is owed, oldest first, lane 0 first, and believes nothing but receipts.

Batches of one origin follow one another: the next is taken only after the receipts of the last were committed.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from msgspec import Raw, Struct

from sync import mending, outbox, wire
from sync.db import Connection, Database
from sync.envelope import PushReply, Receipt, Verdict
from sync.errors import BadWire, OriginForked, SequenceGap
from sync.http_client import Peer, Problem, Reply
from sync.outbox import OwedBatch, OwedOrigin, Rng

#: Rows of one batch. 200 rows of 500 bytes are one commit of 100 KB at the peer and a second on a thin line.
BATCH_ROWS = 200


#: One fork renews all lanes. A peer that calls a fresh epoch forked as well is out of its mind, and must not make us fill
#: our file with epochs and a person's page with incidents; the next round comes after the loop's wait.
EPOCHS_PER_ROUND = 1


class Trouble(StrEnum):
    """What a person has to hear of."""

    ORIGIN_FORKED = "origin_forked"  # the peer holds another history under our numbers: this file was copied
    ROW_REFUSED = "row_refused"  # one row was refused on its own; it stays owed and holds back its origin
    ROWS_LOST_UPSTREAM = "rows_lost_upstream"  # the peer misses rows that this file no longer holds


class Incident(Struct, frozen=True):
    """One trouble with its origin. `detail` names numbers and ids, never what a fact says."""

    trouble: Trouble
    origin: str
    detail: str


class OnIncident(Protocol):
    """Told in the transaction that dealt with the trouble, once each time."""

    def __call__(self, tx: Connection, incident: Incident, /) -> None:
        """Write it where a person will see it."""
        ...


class PushOutcome(StrEnum):
    """How one batch ended."""

    SETTLED = "settled"
    NOTHING_OWED = "nothing_owed"
    MAKE_SMALLER = "make_smaller"  # refused as a whole: ask again with half of it
    ROW_REFUSED = "row_refused"  # refused, and it was a single row
    NEW_EPOCH = "new_epoch"
    OWED_AGAIN = "owed_again"
    ROWS_LOST_UPSTREAM = "rows_lost_upstream"


class Pushed(Struct, frozen=True):
    """One batch: how it ended, how many rows were sent and what receipts came."""

    outcome: PushOutcome
    sent: int = 0
    receipts: tuple[Receipt, ...] = ()


class RoundReport(Struct, frozen=True):
    """One round over all origins: receipts by verdict, rows still owed, origins that are held back."""

    settled: int = 0
    flagged: int = 0
    unreadable: int = 0
    held_back: int = 0


class Pusher(Struct, frozen=True, kw_only=True):
    """What pushing needs: the file, the peer, label time, randomness for a new epoch, and who hears of trouble."""

    db: Database
    peer: Peer
    now_ms: Callable[[], int]
    rng: Rng
    on_incident: OnIncident
    term: int = 0
    batch_rows: int = BATCH_ROWS


def push_round(pusher: Pusher) -> RoundReport:
    """Send until nothing is owed or every origin left is held back. Raises PeerUnreachable, BadWire, PeerRefusedUs.

    After each batch the order is asked for again, so a handover never waits behind telemetry.
    """
    held_back: set[int] = set()
    limits: dict[int, int] = {}
    receipts: list[Receipt] = []
    epochs = 0
    while epochs <= EPOCHS_PER_ROUND and (origin := _next_origin(pusher, held_back)) is not None:
        limit = limits.get(origin.number, pusher.batch_rows)
        pushed = push_once(pusher, origin, limit)
        receipts.extend(pushed.receipts)
        if pushed.outcome is PushOutcome.MAKE_SMALLER:
            limits[origin.number] = pushed.sent // 2
        elif pushed.outcome in (PushOutcome.ROW_REFUSED, PushOutcome.ROWS_LOST_UPSTREAM):
            held_back.add(origin.number)
        elif pushed.outcome is PushOutcome.SETTLED:
            limits[origin.number] = min(limit * 2, pusher.batch_rows)
        elif pushed.outcome is PushOutcome.NEW_EPOCH:
            epochs += 1
    return _report(receipts, len(held_back))


def push_once(pusher: Pusher, origin: OwedOrigin, limit: int) -> Pushed:
    """Send the oldest owed rows of one origin once, and settle what comes back.

    Raises PeerUnreachable, PeerBusy, BadWire and PeerRefusedUs; then every row of the batch is still owed.
    """
    with pusher.db.reading() as conn:
        batch = outbox.take_batch(conn, origin.number, limit)
        owed = outbox.owed(conn)
    if batch is None:
        return Pushed(PushOutcome.NOTHING_OWED)
    reply = pusher.peer.request("POST", "/v1/push", body=_body(pusher, batch, owed))
    if reply.status == 200:
        return _settle(pusher, batch, reply)
    if reply.status == 409:
        return _mend(pusher, origin, batch, reply)
    if 400 <= reply.status < 500:
        return _refused(pusher, batch, reply)
    raise BadWire(f"a push was answered with {reply.status}")


class _Conflict(Problem, frozen=True, kw_only=True):
    """A 409: `expected` and `mark_event_id` belong to a sequence gap."""

    expected: int = 0
    mark_event_id: str | None = None


def _next_origin(pusher: Pusher, held_back: set[int]) -> OwedOrigin | None:
    with pusher.db.reading() as conn:
        waiting = outbox.owed_origins(conn)
    return next((origin for origin in waiting if origin.number not in held_back), None)


def _body(pusher: Pusher, batch: OwedBatch, owed: outbox.Owed) -> bytes:
    beyond = list(owed.per_lane)
    beyond[batch.origin.lane] -= len(batch.rows)
    return wire.write(
        wire.PushBody(
            origin=batch.origin,
            previous=batch.previous,
            rows=[Raw(row.envelope) for row in batch.rows],
            term=pusher.term,
            sent_at_ms=pusher.now_ms(),
            owed=(beyond[0], beyond[1], beyond[2]),
        )
    )


def _settle(pusher: Pusher, batch: OwedBatch, reply: Reply) -> Pushed:
    answer = reply.read(PushReply)
    due = [(row.sequence, row.event_id) for row in batch.rows]
    if [(r.sequence, r.event_id) for r in answer.receipts] != due:
        raise BadWire("the receipts are not those of the rows that were sent")
    with pusher.db.writing() as tx:
        outbox.settle(tx, batch.number, answer.receipts, pusher.now_ms())
    return Pushed(PushOutcome.SETTLED, len(batch.rows), answer.receipts)


def _mend(pusher: Pusher, origin: OwedOrigin, batch: OwedBatch, reply: Reply) -> Pushed:
    conflict = reply.read(_Conflict)
    if conflict.reason == OriginForked.reason and origin.own:
        with pusher.db.writing() as tx:
            epoch = mending.start_epoch(tx, pusher.rng)
            _tell(pusher, tx, Trouble.ORIGIN_FORKED, batch, f"owed rows go on under epoch {epoch}")
        return Pushed(PushOutcome.NEW_EPOCH, len(batch.rows))
    if conflict.reason == SequenceGap.reason:
        with pusher.db.writing() as tx:
            if mending.owe_again(tx, batch.number, conflict.expected, conflict.mark_event_id):
                return Pushed(PushOutcome.OWED_AGAIN, len(batch.rows))
            _tell(pusher, tx, Trouble.ROWS_LOST_UPSTREAM, batch, f"the peer expects {conflict.expected}")
        return Pushed(PushOutcome.ROWS_LOST_UPSTREAM, len(batch.rows))
    return _refused(pusher, batch, reply)


def _refused(pusher: Pusher, batch: OwedBatch, reply: Reply) -> Pushed:
    if len(batch.rows) > 1:
        return Pushed(PushOutcome.MAKE_SMALLER, len(batch.rows))
    row = batch.rows[0]
    with pusher.db.writing() as tx:
        tries = mending.count_refusal(tx, batch.number, row.sequence)
        if tries == 1:
            _tell(pusher, tx, Trouble.ROW_REFUSED, batch, f"{row.event_id} with {reply.status}")
    return Pushed(PushOutcome.ROW_REFUSED, 1)


def _tell(pusher: Pusher, tx: Connection, trouble: Trouble, batch: OwedBatch, detail: str) -> None:
    o = batch.origin
    pusher.on_incident(tx, Incident(trouble, f"{o.store}/{o.node}/{o.epoch}/{o.lane}", detail))


def _report(receipts: list[Receipt], held_back: int) -> RoundReport:
    verdicts = [r.verdict for r in receipts]
    return RoundReport(
        settled=len(verdicts),
        flagged=verdicts.count(Verdict.FLAGGED),
        unreadable=verdicts.count(Verdict.UNREADABLE),
        held_back=held_back,
    )
