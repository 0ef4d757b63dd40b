"""Decline an order: the shop's no, with its reason; what was reserved may be promised again."""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now
from edge.domain.errors import Refusal
from edge.domain.facts import PickupDeclined
from edge.domain.pickup import DeclineReason, decide_decline
from edge.store import pickups


class DeclineAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The shop says no to a whole order."""

    event_id: EventId
    order_id: OrderId = ""
    reason: DeclineReason


def decline_order(hub: Hub, asked: DeclineAsked, actor: str) -> OrderNow | Refusal:
    """Decline the order, unless something of it is packed already."""

    def act(tx: Tx) -> OrderNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        refusal = recovering.refusal(tx.conn) or decide_decline(pickup)
        if refusal is not None:
            return refusal
        fact = PickupDeclined(actor=actor, at=tx.at, order=pickup.order_id, reason=asked.reason)
        return order_now(move(tx, pickup, fact, asked.event_id), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)
