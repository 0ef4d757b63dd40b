"""What of an order may still come back: units that left the shop with it and were not taken back before."""

import msgspec

from edge.app.hub import Hub
from edge.domain.pickup import Pickup, PickupLine, units_in
from edge.domain.product import Product
from edge.store import catalogue, pickups, returns


class ReturnableLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of which something may come back, at the price it was sold for."""

    order_id: str
    display_code: str
    line: int
    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    left: int  # units that may still come back
    price_minor: int


def read_returnable(hub: Hub, order_id: str) -> tuple[ReturnableLine, ...]:
    """The lines of this order that may come back, in its order; none for an order that is unknown here or has not left."""
    with hub.state.reading() as conn:
        pickup = pickups.get(conn, order_id)
        if pickup is None:
            return ()
        back = returns.already_returned(conn, [order_id])
    with hub.replica.reading() as conn:
        products = catalogue.products(conn, [line.gtin for line in pickup.lines])
    lines = [_line(pickup, line, products.get(line.gtin), back.get((order_id, line.line), 0)) for line in pickup.lines]
    return tuple(line for line in lines if line.left > 0)


def returnable_by_code(hub: Hub, typed: str) -> tuple[ReturnableLine, ...]:
    """The same by the four characters on the shopper's screen: of the newest order that showed them and may still come back."""
    with hub.state.reading() as conn:
        found = pickups.find_left_by_code(conn, typed.strip().upper())
    return next((lines for order_id in found if (lines := read_returnable(hub, order_id))), ())


def _line(pickup: Pickup, line: PickupLine, product: Product | None, back: int) -> ReturnableLine:
    return ReturnableLine(
        order_id=pickup.order_id,
        display_code=pickup.display_code,
        line=line.line,
        gtin=line.gtin,
        name=product.name if product else {},
        option=product.option if product else None,
        mark=product.mark if product else "",
        left=units_in(pickup.parcels_left, line.line) - back,
        price_minor=line.price_minor,
    )
