"""Hand an order over: the shopper's pass and the labels of the parcels in the clerk's hand, in one request.

The COMMIT of this transaction is the handover. Asked again with the same event_id it gives the same answer; asked by
another desk the parcel has left already, with when and by whom.
"""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId, Name, Scan
from edge.app.fold_fact import remember_left
from edge.app.hub import Hub
from edge.app.move_pickup import move
from edge.app.recovering import RecoveringReason
from edge.app.show_pass import ScanReason, genuine_pass, order_of, shown_for_unknown_order
from edge.app.sign_in import ManagerSays, vouch
from edge.domain.errors import Refusal
from edge.domain.facts import HandoverHow, PickupHandedOver
from edge.domain.pickup import (
    OrderState,
    ParcelSeen,
    PassSeen,
    Pickup,
    PickupReason,
    as_in_hand,
    decide_handover,
    found_of,
)
from edge.passes import read_label
from edge.store import answers, facts_back


class HandOverAsked(msgspec.Struct, frozen=True, kw_only=True, rename={"pass_text": "pass"}):
    """What the clerk scanned. `receipt_no` is the till's, needed when money is due; `name_checked` opens an expired pass.

    `manager` vouches for it, which is needed while the hub is recovering and looked at only then.
    """

    event_id: EventId
    pass_text: Scan
    labels: Annotated[tuple[Scan, ...], Meta(max_length=255)]
    receipt_no: Name | None = None
    name_checked: bool = False
    manager: ManagerSays | None = None


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
    """Hand over exactly the parcels whose labels were scanned, if the pass opens their order.

    While the hub is recovering its book may be old: then pass and labels alone count, and a manager vouches each time.
    """
    question = asked if asked.manager is None else replace(asked, manager=replace(asked.manager, pin=""))
    vouched = _vouched(hub, asked)
    if isinstance(vouched, Refusal):
        return vouched
    seen = genuine_pass(hub, asked.pass_text)
    labels = tuple(read_label(label) for label in asked.labels)

    def act(tx: Tx) -> HandedOver | Refusal:
        if isinstance(seen, Refusal):
            return seen
        if None in labels:
            return Refusal(ScanReason.unreadable_label)
        readable = tuple(dict.fromkeys(label for label in labels if label is not None))
        if recovering.is_recovering(tx.conn):
            return _hand_over_by_hand(tx, question, seen, readable, actor=actor, desk=desk, vouched=vouched)
        return _hand_over(tx, question, seen, readable, actor=actor, desk=desk)

    return once(hub, asked.event_id, question, HandedOver, act)


def _vouched(hub: Hub, asked: HandOverAsked) -> str | Refusal | None:
    """The manager who vouches, while one is needed; a no is not kept, so the same press may come again with her PIN."""
    with hub.state.reading() as conn:
        if not recovering.is_recovering(conn) or answers.find(conn, asked.event_id) is not None:
            return None
    if asked.manager is None:
        return Refusal(RecoveringReason.manager_needed)
    return vouch(hub, asked.manager)


def _hand_over(
    tx: Tx, asked: HandOverAsked, seen: PassSeen, labels: tuple[ParcelSeen, ...], *, actor: str, desk: str
) -> HandedOver | Refusal:
    pickup = order_of(tx, seen)
    if pickup is None:
        return shown_for_unknown_order(tx, seen, actor)
    refusal = _why_not(tx, asked, pickup, seen, labels)
    if refusal is not None:
        return refusal
    return _left(tx, pickup, _fact(tx, asked, pickup, seen, labels, actor=actor, desk=desk), asked.event_id)


def _why_not(
    tx: Tx, asked: HandOverAsked, pickup: Pickup, seen: PassSeen, labels: tuple[ParcelSeen, ...]
) -> Refusal | None:
    return decide_handover(
        pickup,
        seen,
        labels,
        tx.now_ms,
        tx.at.confirmed,
        store_number=seen.store_number,
        receipt_no=asked.receipt_no,
        name_checked=asked.name_checked,
    )


def _fact(
    tx: Tx,
    asked: HandOverAsked,
    pickup: Pickup,
    seen: PassSeen,
    labels: tuple[ParcelSeen, ...],
    *,
    actor: str,
    desk: str,
) -> PickupHandedOver:
    return PickupHandedOver(
        actor=actor,
        at=tx.at,
        order=pickup.order_id,
        parcels=tuple(sorted({label.number for label in labels})),
        pass_id=seen.pass_id,
        pass_revision=seen.revision,
        receipt_no=asked.receipt_no,
        how=HandoverHow.pass_,
        desk=desk,
        found=found_of(pickup),
    )


def _left(tx: Tx, pickup: Pickup, fact: PickupHandedOver, event_id: str) -> HandedOver:
    after = move(tx, pickup, fact, event_id)
    return HandedOver(
        order_id=after.order_id,
        display_code=after.display_code,
        parcels=fact.parcels,
        parcels_here=len(after.parcels_here),
        state=after.state,
        at_ms=tx.now_ms,
        by=fact.actor,
    )


def _hand_over_by_hand(
    tx: Tx,
    asked: HandOverAsked,
    seen: PassSeen,
    labels: tuple[ParcelSeen, ...],
    *,
    actor: str,
    desk: str,
    vouched: str | None,
) -> HandedOver | Refusal:
    if vouched is None:  # the hub began to recover between the two looks
        return Refusal(RecoveringReason.manager_needed)
    pickup = order_of(tx, seen)
    left = {each.number: each for each in facts_back.left_of(tx.conn, seen.order_id)}
    gone = next((left[label.number] for label in labels if label.number in left), None)
    if pickup is None and gone is not None:
        found: dict[str, str | int] = {"parcel": gone.number, "when_ms": gone.at_ms, "by": ""}
        return Refusal(PickupReason.parcel_left.value, found)
    before_her = as_in_hand(pickup, seen, labels)
    refusal = _why_not(tx, asked, before_her, seen, labels)
    if refusal is not None:
        return refusal
    fact = replace(_fact(tx, asked, before_her, seen, labels, actor=actor, desk=desk), vouched_by=vouched)
    if pickup is not None:
        return _left(tx, pickup, fact, asked.event_id)
    tx.owe(fact, asked.event_id)
    remember_left(tx.conn, fact, event_id=asked.event_id, at_ms=tx.now_ms)
    return HandedOver(
        order_id=seen.order_id,
        display_code="",
        parcels=fact.parcels,
        parcels_here=0,
        state=OrderState.handed_over,
        at_ms=tx.now_ms,
        by=actor,
    )
