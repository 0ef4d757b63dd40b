"""The one way parcels leave the book: the fact is owed, and the handover is written down."""

import msgspec

from edge.app.act import Tx
from edge.app.move_pickup import move
from edge.domain.facts import PickupHandedOver
from edge.domain.pickup import OrderState, Pickup
from edge.store import handovers


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """What left, when, and what of the order is still here; `voided` are the earlier records it took the place of."""

    order_id: str
    display_code: str
    parcels: tuple[int, ...]
    parcels_here: int
    state: OrderState
    at_ms: int
    by: str
    voided: tuple[str, ...] = ()


def leave(tx: Tx, pickup: Pickup, fact: PickupHandedOver, event_id: str) -> HandedOver:
    """Let the parcels of `fact` go. The caller has asked the rule book."""
    after = move(tx, pickup, fact, event_id)
    handovers.note(tx.conn, fact, event_id=event_id, at_ms=tx.now_ms)
    return HandedOver(
        order_id=after.order_id,
        display_code=after.display_code,
        parcels=fact.parcels,
        parcels_here=len(after.parcels_here),
        state=after.state,
        at_ms=tx.now_ms,
        by=fact.actor,
    )
