"""Write what a recorded fact did into the book, the reservations and the returns, without deciding or recording it again.

For facts this store recorded before its file was lost: from the journal, or back from central. A fact that is folded
twice, or late, changes nothing more; one that contradicts the book is folded as far as it can be.
"""

import msgspec

from edge.app.act import UNHEARD, ActReason
from edge.app.keep_ledger import follow
from edge.domain.errors import Refusal
from edge.domain.facts import (
    CartChangeAsked,
    Condition,
    Fact,
    OrderAsked,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupFact,
    PickupHandedOver,
    PickupPassSeen,
    PickupStaged,
    PickupVoided,
    ReturnRecorded,
    decode,
)
from edge.domain.pickup import fold
from edge.store import (
    answers,
    cancel_asks,
    closed_orders,
    facts_back,
    handovers,
    pickups,
    reservations,
    returns,
    roll_labels,
    seen_codes,
    wishes,
)
from edge.store.answers import Answered
from edge.store.facts_back import LeftUnknown
from sync.db import Connection


def fold_fact(conn: Connection, fact: Fact, *, event_id: str, at_ms: int) -> None:
    """Fold one fact that was recorded at `at_ms` into this book, in the caller's transaction.

    A press that is asked again under its event_id is told that it was recorded before the restore, instead of being
    done a second time; an answer that is still known stands.
    """
    match fact:
        case PickupPassSeen():
            seen_codes.keep_pass(conn, order_id=fact.order, pass_id=fact.pass_id, event_id=event_id, now_ms=at_ms)
        case PickupFact():
            _fold_pickup(conn, fact, event_id, at_ms)
        case ReturnRecorded():
            _fold_return(conn, fact, at_ms)
        case CartChangeAsked() | OrderAsked():
            if wishes.get(conn, event_id) is None:
                wishes.insert(conn, fact.wish(event_id), at_ms)
        case _:
            pass  # presence, visits and calls are over; the clock's corrections were told
    if answers.find(conn, event_id) is None:
        told = Refusal(ActReason.recorded_before_restore, {"at_ms": at_ms})
        answers.keep(conn, event_id, Answered(asked=UNHEARD, refused=True, body=msgspec.json.encode(told)), at_ms)


def fold_left(conn: Connection, order_id: str) -> None:
    """An order has arrived: parcels of it that left before are gone from the start."""
    for left in facts_back.left_of(conn, order_id):
        fact = decode(PickupHandedOver.KIND, left.fact)
        assert isinstance(fact, PickupHandedOver)
        _fold_pickup(conn, fact, left.event_id, left.at_ms)


def remember_left(conn: Connection, fact: PickupHandedOver, *, event_id: str, at_ms: int) -> None:
    """What left has left, even of an order this book does not hold."""
    handovers.note(conn, fact, event_id=event_id, at_ms=at_ms)
    body = msgspec.json.encode(fact)
    for number in fact.parcels:
        facts_back.keep_left(conn, fact.order, LeftUnknown(number=number, event_id=event_id, at_ms=at_ms, fact=body))


def _fold_pickup(conn: Connection, fact: PickupFact, event_id: str, at_ms: int) -> None:
    before = pickups.get(conn, fact.order)
    if before is None:  # of an order this book does not hold, only what left matters
        if isinstance(fact, PickupHandedOver) and not closed_orders.is_forgotten(conn, fact.order):
            remember_left(conn, fact, event_id=event_id, at_ms=at_ms)
        return
    after = fold(before, fact, event_id=event_id, occurred_at_ms=at_ms)
    pickups.put(conn, before, after, at_ms)
    follow(conn, before, after, event_id=event_id, at_ms=at_ms)
    if isinstance(fact, PickupStaged) and fact.roll is not None:
        roll_labels.tie(conn, fact.roll, fact.order, fact.parcel)
    if isinstance(fact, PickupHandedOver):
        handovers.note(conn, fact, event_id=event_id, at_ms=at_ms)
    if isinstance(fact, PickupVoided) and not any(each.left_event == fact.event for each in after.parcels):
        handovers.void(conn, fact.event, at_ms=at_ms, by=fact.actor, reason=fact.reason)
    if isinstance(fact, (PickupCancelGranted, PickupCancelRefused)):
        cancel_asks.remember(conn, fact.order, fact.ask_id)
        cancel_asks.settle(conn, fact.order)


def _fold_return(conn: Connection, fact: ReturnRecorded, at_ms: int) -> None:
    if returns.is_known(conn, fact.return_id):
        return
    returns.insert(conn, fact, at_ms)
    sellable = [(line.gtin, line.qty) for line in fact.lines if line.condition is Condition.as_new]
    reservations.restock(conn, fact.return_id, sellable, at_ms)
