"""The shopper says she heard nothing: ask central to tell her once more; until it did, the card says that she was not told."""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now
from edge.domain.errors import Refusal
from edge.domain.facts import PickupToldAgainAsked
from edge.domain.pickup import decide_tell_again
from edge.store import pickups


class TellAgainAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The order that is ready."""

    event_id: EventId
    order_id: OrderId = ""


def tell_again(hub: Hub, asked: TellAgainAsked, actor: str) -> OrderNow | Refusal:
    """Ask for it; only for an order that is ready."""

    def act(tx: Tx) -> OrderNow | Refusal:
        waits = recovering.refusal(tx.conn)
        pickup = pickups.get(tx.conn, asked.order_id)
        if waits is not None or pickup is None:
            return waits or UNKNOWN
        refusal = decide_tell_again(pickup)
        if refusal is not None:
            return refusal
        fact = PickupToldAgainAsked(actor=actor, at=tx.at, order=pickup.order_id, told_at_ms=pickup.marks.told_at_ms)
        return order_now(move(tx, pickup, fact, asked.event_id), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)
