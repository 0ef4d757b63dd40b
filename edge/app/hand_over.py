"""Hand an order over: the shopper's pass and the labels of the parcels in the clerk's hand, in one request.

The COMMIT of this transaction is the handover. Asked again with the same event_id it gives the same answer; asked by
another desk the parcel has left already, with when and by whom.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app.act import Tx, once
from edge.app.asked import EventId, Name, Scan
from edge.app.hub import Hub
from edge.app.move_pickup import move
from edge.app.show_pass import ScanReason, genuine_pass, order_of, shown_for_unknown_order
from edge.domain.errors import Refusal
from edge.domain.facts import HandoverHow, PickupHandedOver
from edge.domain.pickup import OrderState, ParcelSeen, PassSeen, Pickup, decide_handover, found_of
from edge.passes import read_label
from edge.store import reservations


class HandOverAsked(msgspec.Struct, frozen=True, kw_only=True, rename={"pass_text": "pass"}):
    """What the clerk scanned. `receipt_no` is the till's, needed when money is due; `name_checked` opens an expired pass."""

    event_id: EventId
    pass_text: Scan
    labels: Annotated[tuple[Scan, ...], Meta(max_length=255)]
    receipt_no: Name | None = None
    name_checked: bool = False


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """What left, when, and what of the order is still here."""

    order_id: str
    display_code: str
    parcels: tuple[int, ...]
    parcels_here: int
    state: OrderState
    at_ms: int
    by: str


def hand_over(hub: Hub, asked: HandOverAsked, *, actor: str, desk: str) -> HandedOver | Refusal:
    """Hand over exactly the parcels whose labels were scanned, if the pass opens their order."""
    seen = genuine_pass(hub, asked.pass_text)
    labels = tuple(read_label(label) for label in asked.labels)

    def act(tx: Tx) -> HandedOver | Refusal:
        if isinstance(seen, Refusal):
            return seen
        if None in labels:
            return Refusal(ScanReason.unreadable_label)
        readable = tuple(dict.fromkeys(label for label in labels if label is not None))
        return _hand_over(tx, asked, seen, readable, actor=actor, desk=desk)

    return once(hub, asked.event_id, asked, HandedOver, act)


def _hand_over(
    tx: Tx, asked: HandOverAsked, seen: PassSeen, labels: tuple[ParcelSeen, ...], *, actor: str, desk: str
) -> HandedOver | Refusal:
    pickup = order_of(tx, seen)
    if pickup is None:
        return shown_for_unknown_order(tx, seen, actor)
    refusal = decide_handover(
        pickup,
        seen,
        labels,
        tx.now_ms,
        tx.at.confirmed,
        store_number=seen.store_number,
        receipt_no=asked.receipt_no,
        name_checked=asked.name_checked,
    )
    if refusal is not None:
        return refusal
    numbers = tuple(sorted({label.number for label in labels}))
    fact = PickupHandedOver(
        actor=actor,
        at=tx.at,
        order=pickup.order_id,
        parcels=numbers,
        pass_id=seen.pass_id,
        pass_revision=seen.revision,
        receipt_no=asked.receipt_no,
        how=HandoverHow.pass_,
        desk=desk,
        found=found_of(pickup),
    )
    reservations.leave(tx.conn, pickup.order_id, _units(pickup, numbers), event_id=asked.event_id, at_ms=tx.now_ms)
    after = move(tx, pickup, fact, asked.event_id)
    return HandedOver(
        order_id=after.order_id,
        display_code=after.display_code,
        parcels=numbers,
        parcels_here=len(after.parcels_here),
        state=after.state,
        at_ms=tx.now_ms,
        by=actor,
    )


def _units(pickup: Pickup, numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    parcels = [parcel for parcel in pickup.parcels if parcel.number in numbers]
    return [(units.line, units.qty) for parcel in parcels for units in parcel.units]
