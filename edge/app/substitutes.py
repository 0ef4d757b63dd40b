"""For what may stand in for a product here: the list head office allows, what of it lies in this shop, and what she would pay."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from edge.app.availability import available_now
from edge.app.hub import Hub
from edge.domain.pickup import Choice, Offer, Pickup, PickupLine
from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.store import catalogue
from sync.db import Connection

OFFERS_MAX = 3
"""Three fit on one screen at twice the text, and nobody chooses gladly among more while a clerk waits."""


class Substitutes(msgspec.Struct, frozen=True, kw_only=True):
    """The allowed products of one product, in head office's order, with what upstream said about each of them here."""

    products: tuple[Product, ...] = ()
    stock: dict[str, StockHere] = {}

    @property
    def allowed(self) -> tuple[str, ...]:
        """Their GTINs."""
        return tuple(each.gtin for each in self.products)


NONE_ALLOWED = Substitutes()


def read_substitutes(hub: Hub, gtins: Iterable[str]) -> dict[str, Substitutes]:
    """What may stand in for each of these products; one that nothing is allowed for is missing from the answer."""
    with hub.replica.reading() as conn:
        known = catalogue.products(conn, gtins)
        wanted = {each for product in known.values() for each in product.substitutes}
        others, stock = catalogue.products(conn, wanted), catalogue.stock(conn, wanted)
    return {gtin: _of(product, others, stock) for gtin, product in known.items() if product.substitutes}


def _of(product: Product, others: Mapping[str, Product], stock: Mapping[str, StockHere]) -> Substitutes:
    sold = [others[each] for each in product.substitutes if each in others and others[each].active]
    here = {each.gtin: stock[each.gtin] for each in sold if each.gtin in stock}
    return Substitutes(products=tuple(sold), stock=here)


def offers_now(
    state: Connection, line: PickupLine, qty: int, substitutes: Substitutes, *, but: Collection[str] = ()
) -> tuple[Offer, ...]:
    """At most three of them of which `qty` units are here and promised to nobody, each at what she would pay for one."""
    wanted = {gtin: here for gtin, here in substitutes.stock.items() if gtin not in but}
    left = available_now(state, wanted)
    here = [gtin for gtin in substitutes.allowed if left.get(gtin, 0) >= qty]
    return tuple(Offer(gtin=gtin, price_minor=price_of(line, wanted[gtin])) for gtin in here[:OFFERS_MAX])


def price_of(line: PickupLine, here: StockHere | None) -> int:
    """What one unit costs her instead: the shelf's price where it is lower, else what she agreed to when she ordered."""
    return line.price_minor if here is None else min(line.price_minor, here.price_minor)


def chosen_left(pickup: Pickup, line: int) -> dict[str, int]:
    """Units of each product that she chose instead of units of this line and that have not come yet."""
    left: dict[str, int] = {}
    wanted = pickup.line(line)
    if wanted is None:
        return left
    for question in pickup.questions:
        if question.line == line and question.choice is Choice.substitute and question.gtin is not None:
            left[question.gtin] = left.get(question.gtin, 0) + question.qty
    for came in pickup.lines:
        if came.for_line == line and came.gtin in left:
            left[came.gtin] -= came.qty
    return {gtin: min(qty, wanted.to_pick_qty) for gtin, qty in left.items() if min(qty, wanted.to_pick_qty) > 0}
