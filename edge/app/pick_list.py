"""What to fetch, walked aisle by aisle: one order, or a wave of up to fifty."""

from collections.abc import Sequence

import msgspec

from edge.app.hub import Hub
from edge.domain.pickup import CLOSED, OrderState, Pickup
from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.store import catalogue, pickups

WAVE_DEFAULT = 10
"""Ten orders fill one trolley."""
WAVE_MAX = 50
"""Above fifty a picker loses more time sorting than walking."""


class PickFor(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a product one order still wants."""

    order_id: str
    display_code: str
    line: int
    qty: int  # still to pick


class PickStop(msgspec.Struct, frozen=True, kw_only=True):
    """One product at one place; lines of one product are summed."""

    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    aisle: int | None  # None: nobody wrote down where it lies; such stops come last
    bay: str | None
    category: dict[str, str] | None
    on_hand: int | None
    qty: int  # still to pick, over all orders of the list
    wanted_by: tuple[PickFor, ...]


class PickList(msgspec.Struct, frozen=True, kw_only=True):
    """Stops in walking order, and how far the list is done."""

    orders: tuple[str, ...]  # display codes, in the order of the promise
    order_ids: tuple[str, ...]
    stops: tuple[PickStop, ...]
    units_done: int  # picked or short
    units_all: int


def read_pick_list(hub: Hub, order_ids: Sequence[str] | None = None) -> PickList:
    """The list for these orders, or for the next wave: the ten accepted orders whose promise comes first."""
    with hub.state.reading() as conn:
        wanted = pickups.to_pick_ids(conn, WAVE_DEFAULT) if order_ids is None else list(order_ids)[:WAVE_MAX]
        orders = pickups.get_many(conn, wanted)
    gtins = {line.gtin for order in orders for line in order.lines}
    with hub.replica.reading() as conn:
        products, stock = catalogue.products(conn, gtins), catalogue.stock(conn, gtins)
    wants = _wants(orders)
    stops = [_stop(gtin, wants[gtin], products.get(gtin), stock.get(gtin)) for gtin in wants]
    return PickList(
        orders=tuple(order.display_code for order in orders),
        order_ids=tuple(order.order_id for order in orders),
        stops=tuple(sorted(stops, key=_walking_order)),
        units_done=sum(line.picked_qty + line.short_qty for order in orders for line in order.lines),
        units_all=sum(line.qty for order in orders for line in order.lines),
    )


def read_products(hub: Hub, gtins: Sequence[str]) -> dict[str, Product]:
    """What the catalogue says about these products, as far as it came down."""
    with hub.replica.reading() as conn:
        return catalogue.products(conn, gtins)


def _wants(orders: Sequence[Pickup]) -> dict[str, list[PickFor]]:
    wants: dict[str, list[PickFor]] = {}
    for order in orders:
        if order.state is OrderState.placed or order.state in CLOSED:
            continue
        for line in order.lines:
            if line.to_pick_qty:
                want = PickFor(
                    order_id=order.order_id, display_code=order.display_code, line=line.line, qty=line.to_pick_qty
                )
                wants.setdefault(line.gtin, []).append(want)
    return wants


def _stop(gtin: str, wanted_by: Sequence[PickFor], product: Product | None, here: StockHere | None) -> PickStop:
    place = here.place if here else None
    return PickStop(
        gtin=gtin,
        name=product.name if product else {},
        option=product.option if product else None,
        mark=product.mark if product else "",
        aisle=place.aisle if place else None,
        bay=place.bay if place else None,
        category=place.category if place else None,
        on_hand=here.on_hand if here else None,
        qty=sum(want.qty for want in wanted_by),
        wanted_by=tuple(wanted_by),
    )


def _walking_order(stop: PickStop) -> tuple[int, str, str]:
    return (stop.aisle if stop.aisle is not None else 1 << 30, stop.bay or "", stop.gtin)
