"""What a phone may see of an order: how far it is and what it cost, nothing of the shop's insides."""

import msgspec

from central.store.orders import HeldOrder
from edge.domain.pickup import Charge, LineState, OrderState, PickupLine


class OrderLineView(msgspec.Struct, frozen=True, kw_only=True):
    """One line as ordered, and what became of it."""

    line: int
    gtin: str
    qty: int
    price_minor: int
    picked_qty: int
    short_qty: int
    state: LineState


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """One order for the phone that made it. `pickup` is false for an order of charges only: there is nothing to collect."""

    order_id: str
    asked_by: str
    """The event_id of the wish or the call that this order answers, so that who asked finds it again."""
    store: str
    store_number: int
    display_code: str
    state: OrderState
    revision: int
    pickup: bool
    guest: bool
    lines: tuple[OrderLineView, ...]
    charges: tuple[Charge, ...]
    currency: str
    total_minor: int
    amount_due_minor: int
    placed_at_ms: int
    promised_at_ms: int | None
    cancel_asked_at_ms: int | None
    closed_at_ms: int | None
    closed_reason: str | None
    parcels_here: int
    parcels_left: int


def view_of(order: HeldOrder) -> OrderView:
    """The order as its own phone sees it."""
    pickup = order.pickup
    return OrderView(
        order_id=pickup.order_id,
        asked_by=order.owner.asked_by,
        store=pickup.store,
        store_number=pickup.store_number,
        display_code=pickup.display_code,
        state=pickup.state,
        revision=pickup.revision,
        pickup=order.owner.is_pickup,
        guest=pickup.guest,
        lines=tuple(_line(line) for line in pickup.lines),
        charges=pickup.charges,
        currency=pickup.currency,
        total_minor=pickup.total_minor,
        amount_due_minor=pickup.amount_due_minor,
        placed_at_ms=pickup.placed_at_ms,
        promised_at_ms=pickup.promised_at_ms,
        cancel_asked_at_ms=pickup.marks.cancel_asked_at_ms,
        closed_at_ms=pickup.closed_at_ms,
        closed_reason=pickup.closed_reason,
        parcels_here=len(pickup.parcels_here),
        parcels_left=len(pickup.parcels_left),
    )


def _line(line: PickupLine) -> OrderLineView:
    return OrderLineView(
        line=line.line,
        gtin=line.gtin,
        qty=line.qty,
        price_minor=line.price_minor,
        picked_qty=line.picked_qty,
        short_qty=line.short_qty,
        state=line.state,
    )
