"""Sends one batch and settles it by its receipts alone; mends what the two ends disagree about.

The next batch is taken in the transaction that commits the receipts of the last, which also writes down that its rows
are about to be in a push.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from msgspec import Raw, Struct, field

from sync import mending, outbox, wire
from sync.db import Connection, Database
from sync.envelope import PushReply, Receipt
from sync.errors import BadWire, OriginForked, RowDamaged, SequenceGap
from sync.http_client import Peer, Problem, Reply
from sync.outbox import Owed, OwedBatch, OwedOrigin, Rng
from sync.pace import Pace
from sync.pull import Standing

#: So often a single row is refused, while the peer records others in between, before the rows behind it go on without it.
REFUSALS_MAX = 20


class Trouble(StrEnum):
    """What a person has to hear of."""

    ORIGIN_FORKED = "origin_forked"  # the peer holds another history under our numbers: this file was copied
    ROW_REFUSED = "row_refused"  # one row was refused on its own; it stays owed and holds back its origin
    ROW_GIVEN_UP = "row_given_up"  # refused so often that it is parked here for a person; the rows behind it go on
    ROW_DAMAGED = "row_damaged"  # a row is no longer what was written here; it is parked, the rows behind it go on
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
    ROW_GIVEN_UP = "row_given_up"  # refused for the last time; a skipped row stands in its place
    NEW_EPOCH = "new_epoch"
    OWED_AGAIN = "owed_again"
    HELD_BACK = "held_back"  # rows of another node that the peer cannot take as they are, and we may not change


class Load(Struct, frozen=True):
    """One batch about to be sent, already noted as pushed, what is owed with it, and as who it is sent."""

    origin: OwedOrigin
    batch: OwedBatch
    owed: Owed
    standing: Standing


class Pushed(Struct, frozen=True):
    """One batch: how it ended, how many rows were sent and what receipts came. `following` was taken as they settled."""

    outcome: PushOutcome
    sent: int = 0
    receipts: tuple[Receipt, ...] = ()
    following: Load | None = None


class Pusher(Struct, frozen=True, kw_only=True):
    """What pushing needs: the file, the peer, label time, randomness for a new epoch, and who hears of trouble.

    `standing` reads from the file which hub of its store pushes; a kiosk has none. `batch_rows` is the most one push
    carries; how much it really carries is found out by `pace`.
    """

    db: Database
    peer: Peer
    now_ms: Callable[[], int]
    rng: Rng
    on_incident: OnIncident
    standing: Callable[[Connection], Standing] | None = None
    batch_rows: int = wire.BATCH_ROWS_MAX
    pace: Pace = field(default_factory=Pace)


class _Conflict(Problem, frozen=True, kw_only=True):
    """A 409: `expected` and `mark_event_id` belong to a sequence gap."""

    expected: int = 0
    mark_event_id: str | None = None


_NOBODY = Standing(term=0, epoch="")

#: What takes the next batch in the transaction that settled the last.
Follow = Callable[[Connection], Load | None]


def load_of(pusher: Pusher, tx: Connection, origin: OwedOrigin, limit: int | None = None) -> Load | None:
    """The next batch of an origin, written down as pushed in `tx`; send it only after COMMIT. None: nothing is owed."""
    if limit is None:
        limit = pusher.pace.limit(origin.number, pusher.batch_rows)
    batch = _whole_batch(pusher, tx, origin.number, limit)
    if batch is None:
        return None
    outbox.mark_pushed(tx, batch.number, batch.last)
    standing = pusher.standing(tx) if pusher.standing is not None else _NOBODY
    return Load(origin, batch, outbox.owed(tx), standing)


def _whole_batch(pusher: Pusher, tx: Connection, number: int, limit: int) -> OwedBatch | None:
    """The next batch; rows that this disk has changed since they were written are set aside and told of."""
    while True:
        try:
            return outbox.take_batch(tx, number, limit)
        except RowDamaged as damaged:
            mending.set_aside_damaged(tx, number, damaged.sequence, pusher.now_ms())
            pusher.on_incident(tx, Incident(Trouble.ROW_DAMAGED, damaged.origin, f"row {damaged.sequence}"))


def push_once(pusher: Pusher, origin: OwedOrigin, limit: int) -> Pushed:
    """Send the oldest owed rows of one origin once, and settle what comes back.

    Raises PeerUnreachable and its kin, BadWire and PeerRefusedUs; then every row of the batch is still owed.
    """
    with pusher.db.writing() as tx:
        load = load_of(pusher, tx, origin, limit)
    return send(pusher, load, lambda _tx: None) if load else Pushed(PushOutcome.NOTHING_OWED)


def send(pusher: Pusher, load: Load, follow: Follow) -> Pushed:
    """Send one batch; see `push_once`. `follow` is called in the transaction that settles it."""
    begun_ms = pusher.now_ms()
    reply = pusher.peer.request("POST", "/v1/push", body=_body(pusher, load))
    if reply.status == 200:
        return _settle(pusher, load, reply, begun_ms, follow)
    if reply.status == 409:
        return _mend(pusher, load, reply)
    if 400 <= reply.status < 500:
        return _refused(pusher, load, reply.status)
    raise BadWire(f"a push was answered with {reply.status}")


def count_refusal(pusher: Pusher, load: Load, status: int, *, is_sure: bool) -> Pushed:
    """Note that a batch of one row was refused. It counts while the peer records other pushes in between.

    `is_sure`: the first refusal is told to a person at once; a 5xx may be the peer's own trouble, so one alone is not.
    After REFUSALS_MAX the row is parked here and a skipped row stands in its place.
    """
    row, now_ms = load.batch.rows[0], pusher.now_ms()
    counts = pusher.pace.refused_alone(load.batch.number, now_ms)
    if not counts and (row.tries or not is_sure):
        return Pushed(PushOutcome.ROW_REFUSED, 1)
    with pusher.db.writing() as tx:
        tries = mending.count_refusal(tx, load.batch.number, row.sequence)
        if tries == 1:
            _tell(pusher, tx, Trouble.ROW_REFUSED, load, f"{row.event_id} with {status}")
        if tries < REFUSALS_MAX:
            return Pushed(PushOutcome.ROW_REFUSED, 1)
        mending.skip_undeliverable(tx, load.batch.number, row.sequence, now_ms)
        _tell(pusher, tx, Trouble.ROW_GIVEN_UP, load, f"{row.event_id} after {tries} tries, last with {status}")
    pusher.pace.given_up(load.batch.number)
    return Pushed(PushOutcome.ROW_GIVEN_UP, 1)


def _body(pusher: Pusher, load: Load) -> bytes:
    batch, beyond = load.batch, list(load.owed.per_lane)
    beyond[batch.origin.lane] -= len(batch.rows)
    return wire.write(
        wire.PushBody(
            origin=batch.origin,
            previous=batch.previous,
            rows=[Raw(row.envelope) for row in batch.rows],
            term=load.standing.term,
            epoch=load.standing.epoch,
            sent_at_ms=pusher.now_ms(),
            owed=(beyond[0], beyond[1], beyond[2]),
        )
    )


def _settle(pusher: Pusher, load: Load, reply: Reply, begun_ms: int, follow: Follow) -> Pushed:
    batch, sent = load.batch, len(load.batch.rows)
    answer = reply.read(PushReply)
    due = [(row.sequence, row.event_id) for row in batch.rows]
    if [(r.sequence, r.event_id) for r in answer.receipts] != due:
        raise BadWire("the receipts are not those of the rows that were sent")
    now_ms = pusher.now_ms()
    pusher.pace.settled(batch.number, sent, now_ms - begun_ms)
    with pusher.db.writing() as tx:
        outbox.settle(tx, batch.number, answer.receipts, now_ms)
        following = follow(tx)
    return Pushed(PushOutcome.SETTLED, sent, answer.receipts, following)


def _mend(pusher: Pusher, load: Load, reply: Reply) -> Pushed:
    conflict = reply.read(_Conflict)
    if conflict.reason == OriginForked.reason:
        return _forked(pusher, load) if load.origin.own else _wait_for_a_person(pusher, load, reply.status)
    if conflict.reason != SequenceGap.reason or load.batch.rows[0].sequence == 1:
        raise BadWire(f"a push was answered with a conflict that cannot be: {conflict.reason[:40]}")
    with pusher.db.writing() as tx:
        if mending.owe_again(tx, load.batch.number, conflict.expected, conflict.mark_event_id):
            return Pushed(PushOutcome.OWED_AGAIN, len(load.batch.rows))
    return _lost(pusher, load, conflict.expected) if load.origin.own else _wait_for_a_person(pusher, load, reply.status)


def _forked(pusher: Pusher, load: Load) -> Pushed:
    with pusher.db.writing() as tx:
        if not outbox.is_own(tx, load.batch.number):  # begun anew by another while this push was on its way
            return Pushed(PushOutcome.NEW_EPOCH, len(load.batch.rows))
        epoch = mending.start_epoch(tx, pusher.rng)
        _tell(pusher, tx, Trouble.ORIGIN_FORKED, load, f"owed rows go on under epoch {epoch}")
    return Pushed(PushOutcome.NEW_EPOCH, len(load.batch.rows))


def _lost(pusher: Pusher, load: Load, expected: int) -> Pushed:
    """The peer misses rows that are no longer all here: what is here goes there once more, and a person hears of the rest."""
    with pusher.db.writing() as tx:
        mending.owe_held_again(tx, load.batch.number, expected)
        epoch = mending.start_epoch(tx, pusher.rng)
        _tell(pusher, tx, Trouble.ROWS_LOST_UPSTREAM, load, f"expected {expected}; what is held goes on under {epoch}")
    return Pushed(PushOutcome.NEW_EPOCH, len(load.batch.rows))


def _wait_for_a_person(pusher: Pusher, load: Load, status: int) -> Pushed:
    """Rows of another node keep their numbers, so the two ends cannot be brought together from here."""
    row = load.batch.rows[0]
    pusher.pace.refused_alone(load.batch.number, pusher.now_ms())
    if not row.tries:
        with pusher.db.writing() as tx:
            mending.count_refusal(tx, load.batch.number, row.sequence)
            _tell(pusher, tx, Trouble.ROW_REFUSED, load, f"{row.event_id} with {status}")
    return Pushed(PushOutcome.HELD_BACK, len(load.batch.rows))


def _refused(pusher: Pusher, load: Load, status: int) -> Pushed:
    sent = len(load.batch.rows)
    if sent == 1:
        return count_refusal(pusher, load, status, is_sure=True)
    pusher.pace.halve(load.batch.number, sent)
    return Pushed(PushOutcome.MAKE_SMALLER, sent)


def _tell(pusher: Pusher, tx: Connection, trouble: Trouble, load: Load, detail: str) -> None:
    o = load.batch.origin
    pusher.on_incident(tx, Incident(trouble, f"{o.store}/{o.node}/{o.epoch}/{o.lane}", detail))
