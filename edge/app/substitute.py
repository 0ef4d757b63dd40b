"""Put another product in for one that is not to be had: the one she chose, or agreed to beforehand, confirmed by scanning it."""

from collections.abc import Mapping

import msgspec

from edge.app.act import Tx, once
from edge.app.ask_shopper import substitutes_for_line
from edge.app.asked import EventId, Gtin, OrderId, Place, Qty
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now
from edge.app.settle_order import settle
from edge.app.substitutes import chosen_left, price_of
from edge.domain.errors import Refusal
from edge.domain.facts import PickupSubstituted
from edge.domain.pickup import (
    IfShort,
    Pickup,
    PickupReason,
    decide_substitute,
    found_of,
)
from edge.domain.stock import StockHere
from edge.store import catalogue, pickups


class SubstituteAsked(msgspec.Struct, frozen=True, kw_only=True):
    """`qty` units of the product just scanned instead of as many of the line's own."""

    event_id: EventId
    order_id: OrderId = ""
    line: Place
    qty: Qty
    gtin_scanned: Gtin


def substitute(hub: Hub, asked: SubstituteAsked, actor: str) -> OrderNow | Refusal:
    """Replace the units: they are picked under a line of their own, at no more than she agreed to pay.

    Refused when the scanned product is not the one she chose, or none that is allowed where she agreed to any.
    """
    allowed = substitutes_for_line(hub, asked.order_id, asked.line).allowed
    with hub.replica.reading() as conn:
        here = catalogue.stock(conn, [asked.gtin_scanned]).get(asked.gtin_scanned)

    def act(tx: Tx) -> OrderNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        left = substitutes_left(pickup, asked.line, allowed)
        fact = _fact(tx, pickup, asked, left, here, actor)
        if isinstance(fact, Refusal):
            return fact
        return order_now(settle(tx, move(tx, pickup, fact, asked.event_id)), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)


def substitutes_left(pickup: Pickup, line: int, allowed: tuple[str, ...]) -> dict[str, int]:
    """Units of each product that may still come instead of units of this line.

    What she chose, less what came; where the order itself prefers a substitute, anything that is allowed.
    """
    wanted = pickup.line(line)
    if wanted is None:
        return {}
    left = chosen_left(pickup, line)
    if pickup.if_short is IfShort.substitute:
        left |= {gtin: wanted.to_pick_qty for gtin in allowed if wanted.to_pick_qty > 0}
    return left


def _fact(
    tx: Tx, pickup: Pickup, asked: SubstituteAsked, left: Mapping[str, int], here: StockHere | None, actor: str
) -> PickupSubstituted | Refusal:
    line = pickup.line(asked.line)
    price_minor = price_of(line, here) if line else 0
    chosen = next(iter(left)) if len(left) == 1 else asked.gtin_scanned
    refusal = decide_substitute(
        pickup,
        asked.line,
        asked.qty,
        new_line=pickup.next_line_number,
        gtin=chosen,
        price_minor=price_minor,
        gtin_scanned=asked.gtin_scanned,
        allowed=left,
    )
    if refusal is not None:
        return refusal
    if asked.qty > left[chosen]:
        found: dict[str, str | int] = {"line": asked.line, "qty": asked.qty, "left": left[chosen]}
        return Refusal(PickupReason.too_many, found)
    return PickupSubstituted(
        actor=actor,
        at=tx.at,
        order=pickup.order_id,
        line=asked.line,
        qty=asked.qty,
        new_line=pickup.next_line_number,
        gtin=chosen,
        price_minor=price_minor,
        gtin_scanned=asked.gtin_scanned,
        found=found_of(pickup, asked.line),
    )
