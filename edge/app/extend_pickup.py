"""Keep an order longer, because its shopper asked for it: until a moment, or for so many opening hours from now."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, move
from edge.app.no_show import NoShowReason
from edge.app.store_config import opening_hours, read_store
from edge.domain.errors import Refusal
from edge.domain.facts import PickupExtended
from edge.domain.pickup import decide_extend
from edge.store import pickups

HOUR_MS = 3_600_000
LONGEST_MS = 60 * 24 * HOUR_MS
"""Two months: longer is a shelf nobody has."""


class ExtendReason(StrEnum):
    """Why it is not kept until then."""

    say_until_when = "say_until_when"  # neither a moment nor hours, or both
    too_long = "too_long"  # past, or further away than two months


class ExtendAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Either `until_ms` or `hours` (opening hours from now)."""

    event_id: EventId
    order_id: OrderId = ""
    until_ms: Annotated[int, Meta(ge=0, le=1 << 53)] | None = None
    hours: Annotated[int, Meta(ge=1, le=1_000)] | None = None


class Extended(msgspec.Struct, frozen=True, kw_only=True):
    """Until when it is kept now."""

    order_id: str
    display_code: str
    until_ms: int


def extend_pickup(hub: Hub, asked: ExtendAsked, actor: str) -> Extended | Refusal:
    """Keep it until then; no run closes it before."""

    def act(tx: Tx) -> Extended | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return recovering.refusal(tx.conn) or UNKNOWN
        until_ms = _until(tx, asked)
        if isinstance(until_ms, Refusal):
            return until_ms
        refusal = decide_extend(pickup, until_ms)
        if refusal is not None:
            return refusal
        fact = PickupExtended(actor=actor, at=tx.at, order=pickup.order_id, until_ms=until_ms, by=actor)
        move(tx, pickup, fact, asked.event_id)
        return Extended(order_id=pickup.order_id, display_code=pickup.display_code, until_ms=until_ms)

    return once(hub, asked.event_id, asked, Extended, act)


def _until(tx: Tx, asked: ExtendAsked) -> int | Refusal:
    if not tx.at.confirmed:  # "until Friday" by a clock that stands in 1970 is over at once
        return Refusal(NoShowReason.time_unconfirmed)
    store = read_store(tx.conn)
    if (asked.until_ms is None) is (asked.hours is None) or store is None:
        return Refusal(ExtendReason.say_until_when if store else NoShowReason.no_store)
    until_ms = asked.until_ms
    if until_ms is None:
        until_ms = opening_hours(store).after_open_ms(tx.now_ms, (asked.hours or 0) * HOUR_MS)
    if until_ms is None or not tx.now_ms < until_ms <= tx.now_ms + LONGEST_MS:
        return Refusal(ExtendReason.too_long)
    return until_ms
