"""Accept an order: the reservation ledger holds every unit back, or a clerk vouches for what is on the shelf."""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, in_one_transaction, once
from edge.app.asked import EventId, OrderId
from edge.app.availability import available_now, stock_rows
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now
from edge.app.promise import Promising
from edge.app.standing import refuse_if_superseded
from edge.app.store_config import store_config
from edge.domain.errors import Refusal
from edge.domain.facts import PickupAccepted
from edge.domain.pickup import Pickup, decide_accept, units_to_reserve
from edge.domain.stock import StockHere
from edge.store import pickups

BATCH = 50
"""Orders accepted in one transaction after an outage: one COMMIT for many, and desks still get their turn between."""


class AcceptAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk takes the order; `vouched`: she has seen the goods, so upstream's count does not forbid it."""

    event_id: EventId
    order_id: OrderId = ""
    vouched: bool = False


def accept_order(hub: Hub, asked: AcceptAsked, actor: str) -> OrderNow | Refusal:
    """Accept by hand. Refused with the first product that is short, unless the clerk vouches for the goods."""
    with hub.state.reading() as conn:
        known = pickups.get(conn, asked.order_id)
    stock = stock_rows(hub, units_to_reserve(known)) if known else {}

    def act(tx: Tx) -> OrderNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return recovering.refusal(tx.conn) or UNKNOWN
        refusal = recovering.refusal(tx.conn) or _accept(
            tx, pickup, stock, Promising(tx), actor=actor, event_id=asked.event_id, vouched=asked.vouched
        )
        return refusal or order_now(_again(tx, asked.order_id), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)


def accept_waiting(hub: Hub) -> int:
    """Accept every waiting order whose lines can all be reserved; gives how many. What cannot waits for a clerk."""
    config = store_config(hub)
    if config is None or not config.settings.auto_accept:
        return 0
    with hub.state.reading() as conn:
        waiting = pickups.placed_ids(conn)
    return sum(_accept_some(hub, waiting[start : start + BATCH]) for start in range(0, len(waiting), BATCH))


def _accept_some(hub: Hub, order_ids: list[str]) -> int:
    with hub.state.reading() as conn:
        orders = pickups.get_many(conn, order_ids)
    stock = stock_rows(hub, {gtin for order in orders for gtin in units_to_reserve(order)})

    def act(tx: Tx) -> int:
        if recovering.is_recovering(tx.conn):  # an old book would promise what has long been collected
            return 0
        if refuse_if_superseded(tx.conn) is not None:  # the hub that has our place accepts them
            return 0
        fresh, promising = pickups.get_many(tx.conn, order_ids), Promising(tx)
        done = [
            _accept(tx, pickup, stock, promising, actor=hub.actor, event_id=hub.new_id(), vouched=False) is None
            for pickup in fresh
        ]
        return sum(done)

    return in_one_transaction(hub, act)


def _accept(
    tx: Tx,
    pickup: Pickup,
    stock: dict[str, StockHere],
    promising: Promising,
    *,
    actor: str,
    event_id: str,
    vouched: bool,
) -> Refusal | None:
    wanted = units_to_reserve(pickup)
    left = available_now(tx.conn, {gtin: stock[gtin] for gtin in wanted if gtin in stock})
    refusal = decide_accept(
        pickup, {gtin: max(qty, left.get(gtin, 0)) for gtin, qty in wanted.items()} if vouched else left
    )
    if refusal is not None:
        return refusal
    after = {gtin: left.get(gtin, 0) - qty for gtin, qty in wanted.items()}
    fact = PickupAccepted(
        actor=actor, at=tx.at, order=pickup.order_id, available=after, promised_at_ms=promising.take(pickup)
    )
    move(tx, pickup, fact, event_id)
    return None


def _again(tx: Tx, order_id: str) -> Pickup:
    pickup = pickups.get(tx.conn, order_id)
    assert pickup is not None
    return pickup
