"""One press when something was recorded as gone and is in the hand: it voids that record and makes the new one, or neither."""

from msgspec.structs import replace

from edge.app import recovering
from edge.app.act import Tx
from edge.app.at_the_desk import HandOverAsked, Press, fact_of, why_not
from edge.app.hand_over import press_once, unknown_order
from edge.app.hub import Hub
from edge.app.leave_shop import HandedOver, leave
from edge.app.void_handover import Void, take_back, why_not_void
from edge.domain.errors import Refusal
from edge.domain.facts import VoidReason
from edge.domain.pickup import Pickup, fold
from edge.store import pickups


def parcel_is_here(hub: Hub, asked: HandOverAsked, *, actor: str, desk: str) -> HandedOver | Refusal:
    """Hand over parcels whose labels were just scanned although the book says that they left: what is in the hand is here."""
    return press_once(hub, asked, _act, actor=actor, desk=desk)


def _act(tx: Tx, press: Press) -> HandedOver | Refusal:
    waits = recovering.refusal(tx.conn)
    if waits is not None:
        return waits
    pickup = pickups.get(tx.conn, press.shown.order_id)
    if pickup is None:
        return unknown_order(tx, press)
    voids = _voids(press, pickup)
    refusal = _why_not(tx, press, pickup, voids)
    if refusal is not None:
        return refusal
    for void in voids:
        pickup = take_back(tx, pickup, void, tx.hub.new_id())
    done = leave(tx, pickup, fact_of(tx, press, pickup), press.asked.event_id)
    return replace(done, voided=tuple(void.handover for void in voids))


def _voids(press: Press, pickup: Pickup) -> list[Void]:
    """One per earlier handover of the parcels in the hand."""
    numbers = {label.number for label in press.labels if label.order_id == pickup.order_id}
    left: dict[str, list[int]] = {}
    for parcel in pickup.parcels_left:
        if parcel.number in numbers and parcel.left_event is not None:
            left.setdefault(parcel.left_event, []).append(parcel.number)
    return [
        Void(handover=event, parcels=tuple(parcels), reason=VoidReason.parcel_is_here, actor=press.actor)
        for event, parcels in left.items()
    ]


def _why_not(tx: Tx, press: Press, pickup: Pickup, voids: list[Void]) -> Refusal | None:
    """Every void, then the new handover, asked of the rule book before anything is written."""
    for void in voids:
        refusal = why_not_void(tx, pickup, void)
        if refusal is not None:
            return refusal
        pickup = fold(pickup, void.fact(tx, pickup), event_id=tx.hub.new_id(), occurred_at_ms=tx.now_ms)
    return why_not(tx, press, pickup)
