"""Answer central's ask to cancel: by itself where nothing is packed and nobody waits, else by a clerk, once per ask."""

from enum import StrEnum

import msgspec

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now
from edge.domain.errors import Refusal
from edge.domain.facts import PickupCancelGranted, PickupCancelRefused
from edge.domain.pickup import OrderState, Pickup, decide_cancel, found_of
from edge.store import cancel_asks, pickups


class CancelReason(StrEnum):
    """Why there is nothing to answer, or why the shop said no."""

    not_asked = "not_asked"
    shopper_is_here = "shopper_is_here"


class CancelAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk's answer: grant it, or the shopper is here and takes it."""

    event_id: EventId
    order_id: OrderId = ""
    grant: bool


def answer_cancel(hub: Hub, asked: CancelAnswered, actor: str) -> OrderNow | Refusal:
    """Answer the ask that stands on the order."""

    def act(tx: Tx) -> OrderNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        waits = recovering.refusal(tx.conn)
        if waits is not None:
            return waits
        ask_id = cancel_asks.waiting(tx.conn, asked.order_id)
        if ask_id is None:
            return Refusal(CancelReason.not_asked)
        reason = None if asked.grant else CancelReason.shopper_is_here.value
        after = _answer(tx, pickup, ask_id, actor=actor, event_id=asked.event_id, reason=reason)
        return order_now(after, tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)


def answer_if_clear(tx: Tx, pickup: Pickup, ask_id: str) -> Pickup:
    """Answer at once where no person has to decide; otherwise the mark stands and the card on the board asks for it.

    While the hub is recovering nothing is answered: `answer_waiting` does it once the book is whole.
    """
    if recovering.is_recovering(tx.conn):
        return pickup
    refused = decide_cancel(pickup) is not None
    untouched = pickup.state in (OrderState.placed, OrderState.accepted, OrderState.picking) and not pickup.parcels_here
    if refused or (untouched and pickup.marks.arrived_at_ms is None):
        return _answer(tx, pickup, ask_id, actor=tx.hub.actor, event_id=tx.hub.new_id(), reason=None)
    return pickup


def answer_waiting(tx: Tx) -> None:
    """Answer, where no person has to decide, every ask that came while nothing could be answered."""
    for order_id, ask_id in cancel_asks.all_waiting(tx.conn):
        pickup = pickups.get(tx.conn, order_id)
        if pickup is not None:
            answer_if_clear(tx, pickup, ask_id)


def _answer(tx: Tx, pickup: Pickup, ask_id: str, *, actor: str, event_id: str, reason: str | None) -> Pickup:
    """One fact for one ask: refused for `reason`, or because the rule book says so; else granted."""
    refusal = decide_cancel(pickup)
    if refusal is not None or reason is not None:
        fact = PickupCancelRefused(
            actor=actor,
            at=tx.at,
            order=pickup.order_id,
            ask_id=ask_id,
            reason=refusal.reason if refusal else reason or "",
            found=found_of(pickup),
        )
        after = move(tx, pickup, fact, event_id)
    else:
        granted = PickupCancelGranted(actor=actor, at=tx.at, order=pickup.order_id, ask_id=ask_id)
        after = move(tx, pickup, granted, event_id)
    cancel_asks.settle(tx.conn, pickup.order_id)
    return after
