"""Hand an order over: what the shopper shows and the labels of the parcels in the clerk's hand, in one request.

The COMMIT of this transaction is the handover. Asked again with the same event_id it gives the same answer; asked by
another desk the parcel has left already, with when and by whom.
"""

from collections.abc import Callable

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.at_the_desk import HandOverAsked, Press, fact_of, is_kept, question_of, read_press, was_answered, why_not
from edge.app.fold_fact import remember_left
from edge.app.hub import Hub
from edge.app.leave_shop import HandedOver, leave
from edge.app.recovering import RecoveringReason
from edge.app.show_pass import shown_for_unknown_order
from edge.app.typed_at_desk import allow_for_the_shift
from edge.domain.errors import Refusal
from edge.domain.pickup import OrderState, Pickup, PickupReason, as_in_hand
from edge.store import facts_back, handovers, pickups

__all__ = ["Act", "HandOverAsked", "HandedOver", "hand_over", "press_once", "unknown_order"]

_RECORDED = (PickupReason.already_collected, PickupReason.parcel_left)

Act = Callable[[Tx, Press], HandedOver | Refusal]


def hand_over(hub: Hub, asked: HandOverAsked, *, actor: str, desk: str) -> HandedOver | Refusal:
    """Hand over exactly the parcels whose labels were scanned, if what is shown opens their order.

    While the hub is recovering its book may be old: then pass and labels alone count, and a manager vouches each time.
    """
    return press_once(hub, asked, _act, actor=actor, desk=desk)


def press_once(hub: Hub, asked: HandOverAsked, act: Act, *, actor: str, desk: str) -> HandedOver | Refusal:
    """Answer one press with `act`, or as it was answered before; a no that a PIN may turn into a yes is not kept."""
    press: Press | Refusal | None = None
    if not was_answered(hub, asked.event_id):
        press = read_press(hub, asked, actor=actor, desk=desk)
        if isinstance(press, Refusal) and not is_kept(press):
            return press

    def first(tx: Tx) -> HandedOver | Refusal:
        assert press is not None, "an answer is never forgotten between two looks"
        if isinstance(press, Refusal):
            return press
        if asked.is_typed and asked.manager is not None and press.beside.vouched_by is not None:
            allow_for_the_shift(tx, actor=actor, desk=desk, by=press.beside.vouched_by)
        return act(tx, press)

    return once(hub, asked.event_id, question_of(asked), HandedOver, first)


def _act(tx: Tx, press: Press) -> HandedOver | Refusal:
    if recovering.is_recovering(tx.conn):
        return _hand_over_by_hand(tx, press)
    pickup = pickups.get(tx.conn, press.shown.order_id)
    if pickup is None:
        return unknown_order(tx, press)
    refusal = why_not(tx, press, pickup)
    if refusal is not None:
        return _with_desk(tx, pickup, refusal)
    return leave(tx, pickup, fact_of(tx, press, pickup), press.asked.event_id)


def _with_desk(tx: Tx, pickup: Pickup, refusal: Refusal) -> Refusal:
    """Where it was recorded ("14:02 at desk 1"), so that the parcel in the hand can be held against it."""
    if refusal.reason not in _RECORDED:
        return refusal
    last = max(pickup.parcels_left, key=lambda each: each.left_at_ms or 0, default=None)
    parcel = pickup.parcel(int(refusal.found["parcel"])) if "parcel" in refusal.found else last
    made = handovers.get(tx.conn, parcel.left_event) if parcel and parcel.left_event else None
    return Refusal(refusal.reason, {**refusal.found, "desk": made.desk}) if made else refusal


def unknown_order(tx: Tx, press: Press) -> Refusal:
    """Nothing is released for an order that has not arrived; a genuine pass for it leaves its trace."""
    if press.shown.seen is None:
        return Refusal(PickupReason.unknown_order.value)
    return shown_for_unknown_order(tx, press.shown.seen, press.actor)


def _hand_over_by_hand(tx: Tx, press: Press) -> HandedOver | Refusal:
    """While the book may be old: the pass, the labels, and a manager who vouches. A code is looked up in a book, so it opens nothing."""
    seen = press.shown.seen
    if press.beside.vouched_by is None or seen is None:  # the hub may have begun to recover between the two looks
        return Refusal(RecoveringReason.manager_needed if seen else RecoveringReason.recovering)
    pickup = pickups.get(tx.conn, seen.order_id)
    if pickup is None and (gone := _gone(tx, press)) is not None:
        return gone
    before_her = as_in_hand(pickup, seen, press.labels)
    refusal = why_not(tx, press, before_her, look=False)
    if refusal is not None:
        return refusal
    return _leave_by_hand(tx, press, pickup, before_her)


def _leave_by_hand(tx: Tx, press: Press, pickup: Pickup | None, before_her: Pickup) -> HandedOver:
    fact, event_id = fact_of(tx, press, before_her), press.asked.event_id
    if pickup is not None:
        return leave(tx, pickup, fact, event_id)
    tx.owe(fact, event_id)
    remember_left(tx.conn, fact, event_id=event_id, at_ms=tx.now_ms)
    return HandedOver(
        order_id=fact.order,
        display_code="",
        parcels=fact.parcels,
        parcels_here=0,
        state=OrderState.handed_over,
        at_ms=tx.now_ms,
        by=press.actor,
    )


def _gone(tx: Tx, press: Press) -> Refusal | None:
    """A parcel of an unknown order that left before this book began."""
    left = {each.number: each for each in facts_back.left_of(tx.conn, press.shown.order_id)}
    gone = next((left[label.number] for label in press.labels if label.number in left), None)
    if gone is None:
        return None
    found: dict[str, str | int] = {"parcel": gone.number, "when_ms": gone.at_ms, "by": ""}
    return Refusal(PickupReason.parcel_left.value, found)
