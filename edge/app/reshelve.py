"""Put a parcel on another shelf, or take parcels apart: their goods are loose again, or back on the sales floor."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId, Shelf
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now
from edge.domain.errors import Refusal
from edge.domain.facts import PickupReshelved, PickupUnpacked
from edge.domain.pickup import decide_reshelve, decide_unpack, found_of
from edge.store import pickups

Number = Annotated[int, Meta(ge=0, le=255)]


class ReshelveAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Parcel `number` now lies on `shelf`."""

    event_id: EventId
    order_id: OrderId = ""
    number: Number = 0
    shelf: Shelf


class UnpackAsked(msgspec.Struct, frozen=True, kw_only=True):
    """These parcels are opened. `restocked`: their goods are back on the sales floor; else they lie loose and are packed anew."""

    event_id: EventId
    order_id: OrderId = ""
    parcels: Annotated[tuple[Number, ...], Meta(min_length=1, max_length=255)]
    restocked: bool = False


def reshelve(hub: Hub, asked: ReshelveAsked, actor: str) -> OrderNow | Refusal:
    """Write down the parcel's new place; the same shelf again changes nothing and is no fault."""

    def act(tx: Tx) -> OrderNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        refusal = decide_reshelve(pickup, asked.number, asked.shelf)
        if refusal is not None:
            return refusal
        fact = PickupReshelved(
            actor=actor,
            at=tx.at,
            order=pickup.order_id,
            parcel=asked.number,
            shelf=asked.shelf,
            found=found_of(pickup),
        )
        return order_now(move(tx, pickup, fact, asked.event_id), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)


def unpack(hub: Hub, asked: UnpackAsked, actor: str) -> OrderNow | Refusal:
    """Open parcels; waits while the book may be old, for what lies in them may have been collected by it."""

    def act(tx: Tx) -> OrderNow | Refusal:
        waits = recovering.refusal(tx.conn)
        pickup = pickups.get(tx.conn, asked.order_id)
        if waits is not None or pickup is None:
            return waits or UNKNOWN
        numbers = tuple(sorted(set(asked.parcels)))
        refusal = decide_unpack(pickup, numbers, restocked=asked.restocked)
        if refusal is not None:
            return refusal
        fact = PickupUnpacked(
            actor=actor,
            at=tx.at,
            order=pickup.order_id,
            parcels=numbers,
            restocked=asked.restocked,
            found=found_of(pickup),
        )
        return order_now(move(tx, pickup, fact, asked.event_id), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)
