"""For what follows by itself once a unit more is settled: an order of which nothing was found is declined, a packed one is ready."""

from edge.app.act import Tx
from edge.app.move_pickup import move, ready_if_staged
from edge.domain.facts import PickupDeclined
from edge.domain.pickup import DeclineReason, Pickup, all_short, decide_decline


def settle(tx: Tx, pickup: Pickup) -> Pickup:
    """The order after what follows: declined with `all_short`, ready, or as it is."""
    if not all_short(pickup) or decide_decline(pickup) is not None:
        return ready_if_staged(tx, pickup)
    fact = PickupDeclined(actor=tx.hub.actor, at=tx.at, order=pickup.order_id, reason=DeclineReason.all_short)
    return move(tx, pickup, fact, tx.hub.new_id())
