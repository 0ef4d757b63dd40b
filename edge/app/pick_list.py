"""What to fetch, walked aisle by aisle: one order, or a wave of up to fifty; what waits for a shopper's word stands apart."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from edge.app.availability import available_now
from edge.app.hub import Hub
from edge.app.substitutes import NONE_ALLOWED, Substitutes, chosen_left, price_of, read_substitutes
from edge.domain.pickup import CLOSED, IfShort, OrderState, Pickup, PickupLine, Question, ShortReason
from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.store import catalogue, pickups

WAVE_DEFAULT = 10
"""Ten orders fill one trolley."""
WAVE_MAX = 50
"""Above fifty a picker loses more time sorting than walking."""


class PickFor(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a product one order still wants; `if_short` substitute: anything allowed may come without asking."""

    order_id: str
    display_code: str
    line: int
    qty: int  # still to pick, without what waits for an answer
    if_short: IfShort = IfShort.refund


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A product as a picker knows it."""

    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str


class SubstituteHere(msgspec.Struct, frozen=True, kw_only=True):
    """A product that is allowed instead, where it stands and how many of it are promised to nobody."""

    product: Named
    aisle: int | None
    bay: str | None
    available: int
    price_minor: int  # what she would pay for one, never more than for the product itself


class PickStop(msgspec.Struct, frozen=True, kw_only=True):
    """One product at one place; lines of one product are summed.

    With `instead_of` it is what shoppers chose instead of that product: its scan is a substitution, not a pick.
    """

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
    instead_of: Named | None = None
    substitutes: tuple[SubstituteHere, ...] = ()


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Units a shopper was asked about: nobody looks for them until she, or the clock, has answered."""

    question_id: str
    order_id: str
    display_code: str
    line: int
    product: Named
    qty: int
    reason: ShortReason
    offers: tuple[Named, ...]
    until_ms: int


class PickList(msgspec.Struct, frozen=True, kw_only=True):
    """Stops in walking order, what waits for an answer, and how far the list is done."""

    orders: tuple[str, ...]  # display codes, in the order of the promise
    order_ids: tuple[str, ...]
    stops: tuple[PickStop, ...]
    units_done: int  # picked, short or replaced
    units_all: int
    waiting: tuple[Waiting, ...] = ()


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the copies say about every product the list names."""

    products: dict[str, Product]
    stock: dict[str, StockHere]
    substitutes: dict[str, Substitutes]
    available: dict[str, int]

    def named(self, gtin: str) -> Named:
        """The product, or its bare code while nobody sent it down."""
        product = self.products.get(gtin)
        return Named(
            gtin=gtin,
            name=product.name if product else {},
            option=product.option if product else None,
            mark=product.mark if product else "",
        )


def read_pick_list(hub: Hub, order_ids: Sequence[str] | None = None) -> PickList:
    """The list for these orders, or for the next wave: the ten accepted orders whose promise comes first."""
    with hub.state.reading() as conn:
        wanted = pickups.to_pick_ids(conn, WAVE_DEFAULT) if order_ids is None else list(order_ids)[:WAVE_MAX]
        orders = pickups.get_many(conn, wanted)
    known = _read_known(hub, orders)
    ordered = [line for order in orders for line in order.lines if line.for_line is None]
    return PickList(
        orders=tuple(order.display_code for order in orders),
        order_ids=tuple(order.order_id for order in orders),
        stops=tuple(sorted(_stops(orders, known), key=_walking_order)),
        units_done=sum(line.qty - line.to_pick_qty for line in ordered),
        units_all=sum(line.qty for line in ordered),
        waiting=tuple(_waiting(order, each, known) for order in orders for each in order.open_questions),
    )


def read_products(hub: Hub, gtins: Sequence[str]) -> dict[str, Product]:
    """What the catalogue says about these products, as far as it came down."""
    with hub.replica.reading() as conn:
        return catalogue.products(conn, gtins)


def _read_known(hub: Hub, orders: Sequence[Pickup]) -> _Known:
    gtins = {line.gtin for order in orders for line in order.lines}
    offered = {offer.gtin for order in orders for question in order.questions for offer in question.offers}
    substitutes = read_substitutes(hub, gtins)
    with hub.replica.reading() as conn:
        products, stock = catalogue.products(conn, gtins | offered), catalogue.stock(conn, gtins | offered)
    instead = {gtin: here for each in substitutes.values() for gtin, here in each.stock.items()}
    with hub.state.reading() as conn:
        left = available_now(conn, instead)
    products |= {each.gtin: each for allowed in substitutes.values() for each in allowed.products}
    return _Known(products=products, stock=stock | instead, substitutes=substitutes, available=left)


def _stops(orders: Sequence[Pickup], known: _Known) -> Iterator[PickStop]:
    """One stop for each product, and one for each product that comes instead of another."""
    wants: dict[tuple[str, str], list[PickFor]] = {}
    lines: dict[str, PickupLine] = {}
    for order in orders:
        if order.state is OrderState.placed or order.state in CLOSED:
            continue
        for line in order.lines:
            lines.setdefault(line.gtin, line)
            for gtin, qty in _still_to_fetch(order, line).items():
                want = PickFor(
                    order_id=order.order_id,
                    display_code=order.display_code,
                    line=line.line,
                    qty=qty,
                    if_short=order.if_short,
                )
                wants.setdefault((gtin, line.gtin), []).append(want)
    for (gtin, instead_of), wanted_by in wants.items():
        yield _stop(gtin, wanted_by, known, instead_of=lines[instead_of])


def _still_to_fetch(order: Pickup, line: PickupLine) -> dict[str, int]:
    """Units by product: what she chose instead, and of the line's own product what neither that nor a question covers."""
    chosen = chosen_left(order, line.line)
    asked = sum(each.qty for each in order.open_questions if each.line == line.line)
    own = max(0, line.to_pick_qty - asked - sum(chosen.values()))
    return {gtin: qty for gtin, qty in ({line.gtin: own} | chosen).items() if qty > 0}


def _stop(gtin: str, wanted_by: Sequence[PickFor], known: _Known, *, instead_of: PickupLine) -> PickStop:
    here, product = known.stock.get(gtin), known.named(gtin)
    place = here.place if here else None
    replaces = instead_of.gtin != gtin
    return PickStop(
        gtin=gtin,
        name=product.name,
        option=product.option,
        mark=product.mark,
        aisle=place.aisle if place else None,
        bay=place.bay if place else None,
        category=place.category if place else None,
        on_hand=here.on_hand if here else None,
        qty=sum(want.qty for want in wanted_by),
        wanted_by=tuple(wanted_by),
        instead_of=known.named(instead_of.gtin) if replaces else None,
        substitutes=() if replaces else _substitutes(instead_of, known),
    )


def _substitutes(line: PickupLine, known: _Known) -> tuple[SubstituteHere, ...]:
    allowed = known.substitutes.get(line.gtin, NONE_ALLOWED)
    return tuple(_substitute(line, gtin, known.stock, known) for gtin in allowed.allowed)


def _substitute(line: PickupLine, gtin: str, stock: Mapping[str, StockHere], known: _Known) -> SubstituteHere:
    here = stock.get(gtin)
    place = here.place if here else None
    return SubstituteHere(
        product=known.named(gtin),
        aisle=place.aisle if place else None,
        bay=place.bay if place else None,
        available=max(0, known.available.get(gtin, 0)),
        price_minor=price_of(line, here),
    )


def _waiting(order: Pickup, question: Question, known: _Known) -> Waiting:
    line = order.line(question.line)
    return Waiting(
        question_id=question.question_id,
        order_id=order.order_id,
        display_code=order.display_code,
        line=question.line,
        product=known.named(line.gtin if line else ""),
        qty=question.qty,
        reason=question.reason,
        offers=tuple(known.named(offer.gtin) for offer in question.offers),
        until_ms=question.until_ms,
    )


def _walking_order(stop: PickStop) -> tuple[int, str, str, bool]:
    place = stop.aisle if stop.aisle is not None else 1 << 30
    return (place, stop.bay or "", stop.gtin, stop.instead_of is not None)
