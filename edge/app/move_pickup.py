"""The step every act on a pickup shares: fold the fact into the order, write the difference, keep the ledger, owe the fact."""

import msgspec

from edge.app.act import Tx
from edge.app.keep_ledger import follow
from edge.domain.errors import Refusal
from edge.domain.facts import PickupFact, PickupReady
from edge.domain.pickup import OrderState, Pickup, PickupReason, decide_ready, fold, found_of
from edge.store import pickups


class OrderNow(msgspec.Struct, frozen=True, kw_only=True):
    """How an order stands after an act."""

    order_id: str
    display_code: str
    state: OrderState
    units: int
    picked_units: int
    short_units: int
    substituted_units: int = 0
    open_questions: int = 0
    at_ms: int


UNKNOWN = Refusal(PickupReason.unknown_order.value)


def order_now(pickup: Pickup, at_ms: int) -> OrderNow:
    """The order in a few figures."""
    return OrderNow(
        order_id=pickup.order_id,
        display_code=pickup.display_code,
        state=pickup.state,
        units=sum(line.qty for line in pickup.lines if line.for_line is None),
        picked_units=sum(line.picked_qty for line in pickup.lines),
        short_units=sum(line.short_qty for line in pickup.lines),
        substituted_units=sum(line.substituted_qty for line in pickup.lines),
        open_questions=len(pickup.open_questions),
        at_ms=at_ms,
    )


def move(tx: Tx, before: Pickup, fact: PickupFact, event_id: str) -> Pickup:
    """The order after `fact`, written, with what it holds of the stock; the fact is owed under `event_id`.

    The caller has asked the rule book.
    """
    after = fold(before, fact, event_id=event_id, occurred_at_ms=tx.now_ms)
    pickups.put(tx.conn, before, after, tx.now_ms)
    follow(tx.conn, before, after, event_id=event_id, at_ms=tx.now_ms)
    tx.owe(fact, event_id)
    tell_order(tx, after)
    return after


def ready_if_staged(tx: Tx, pickup: Pickup) -> Pickup:
    """The last parcel is on its shelf: the shopper may be told, as a fact of its own."""
    if decide_ready(pickup) is not None:
        return pickup
    ready = PickupReady(actor=tx.hub.actor, at=tx.at, order=pickup.order_id, found=found_of(pickup))
    return move(tx, pickup, ready, tx.hub.new_id())


def tell_order(tx: Tx, pickup: Pickup) -> None:
    """Tell the screens that this order changed."""
    tx.tell("order", order_id=pickup.order_id, display_code=pickup.display_code, state=pickup.state.value)
