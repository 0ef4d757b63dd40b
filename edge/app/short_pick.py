"""Write down that units of a line are not to be found, with the reason; nobody waits for them any longer."""

import msgspec

from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId, Place, Qty
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now, ready_if_staged
from edge.domain.errors import Refusal
from edge.domain.facts import PickupShort
from edge.domain.pickup import ShortReason, decide_short, found_of
from edge.store import pickups


class ShortAsked(msgspec.Struct, frozen=True, kw_only=True):
    """`qty` units of a line cannot be picked."""

    event_id: EventId
    order_id: OrderId = ""
    line: Place
    qty: Qty
    reason: ShortReason


def short_pick(hub: Hub, asked: ShortAsked, actor: str) -> OrderNow | Refusal:
    """Record the short; if that was the last open line and every picked unit is packed, the order is ready."""

    def act(tx: Tx) -> OrderNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        refusal = decide_short(pickup, asked.line, asked.qty)
        if refusal is not None:
            return refusal
        fact = PickupShort(
            actor=actor,
            at=tx.at,
            order=pickup.order_id,
            line=asked.line,
            qty=asked.qty,
            reason=asked.reason,
            found=found_of(pickup, asked.line),
        )
        after = move(tx, pickup, fact, asked.event_id)
        return order_now(ready_if_staged(tx, after), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)
