"""One order in full, for the staff screen's order, hand-over and label pages."""

from collections.abc import Mapping

import msgspec

from edge.app.board import OrderCard, order_card, read_names
from edge.app.hub import Hub
from edge.app.order_history import Happened, read_history
from edge.domain.pickup import Parcel, Pickup, PickupLine, Question, units_in
from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.passes import write_label
from edge.store import cancel_asks, catalogue, people, pickups, summaries


class LineDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One ordered line with where it lies; with `for_line` it came in as a substitute for that line."""

    line: int
    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    qty: int
    picked_qty: int
    short_qty: int
    short_reason: str | None
    substituted_qty: int
    for_line: int | None
    in_parcels: int  # units that lie in a parcel, gone or not
    state: str  # LineState
    price_minor: int
    aisle: int | None
    bay: str | None


class ChargeDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Postage, a fee, a discount: money without goods, below the list."""

    code: str
    text: str
    amount_minor: int


class ParcelDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel of the order."""

    number: int
    state: str  # ParcelState
    shelf: str
    label: str  # PK1…, what its QR says
    units: int
    staged_at_ms: int
    left_at_ms: int | None
    left_by: str | None
    left_event: str | None = None  # the press that handed it over


class ProductDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A product that is named in a question or an answer."""

    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None


class QuestionDetail(msgspec.Struct, frozen=True, kw_only=True):
    """What she was asked, and her one answer: `choice` None while it waits, at the longest until `until_ms`."""

    question_id: str
    line: int
    product: ProductDetail
    qty: int
    reason: str  # ShortReason
    offers: tuple[ProductDetail, ...]
    until_ms: int
    choice: str | None  # Choice
    chosen: ProductDetail | None
    how: str | None  # AnsweredHow


class AlsoReady(msgspec.Struct, frozen=True, kw_only=True):
    """Another order of the same person that is ready too: ask for its pass."""

    order_id: str
    display_code: str
    shelves: tuple[str, ...]


class OrderDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one order a clerk may see."""

    card: OrderCard
    revision: int
    lines: tuple[LineDetail, ...]
    charges: tuple[ChargeDetail, ...]
    parcels: tuple[ParcelDetail, ...]
    also_ready: tuple[AlsoReady, ...]
    questions: tuple[QuestionDetail, ...]
    history: tuple[Happened, ...]  # oldest first
    products: dict[str, ProductDetail]  # every product the history names
    if_short: str  # IfShort
    extended_until_ms: int | None
    cancel_ask_id: str | None
    closed_reason: str | None
    closed_at_ms: int | None


def read_order(hub: Hub, order_id: str) -> OrderDetail | None:
    """The order, or None when this hub does not hold it."""
    with hub.state.reading() as conn:
        pickup = pickups.get(conn, order_id)
        if pickup is None:
            return None
        summary = summaries.of_orders(conn, [order_id])[0]
        ask_id = cancel_asks.waiting(conn, order_id)
        history = read_history(conn, pickup)
    gtins = _gtins(pickup, history)
    with hub.replica.reading() as conn:
        products, stock = catalogue.products(conn, gtins), catalogue.stock(conn, gtins)
    name = read_names(hub, [order_id]).get(order_id)
    return OrderDetail(
        card=order_card(summary, name, hub.clock.now_ms()),
        revision=pickup.revision,
        lines=tuple(_line(pickup, line, products, stock) for line in pickup.lines),
        charges=tuple(
            ChargeDetail(code=each.code, text=each.text, amount_minor=each.amount_minor) for each in pickup.charges
        ),
        parcels=tuple(_parcel(pickup, parcel) for parcel in pickup.parcels),
        also_ready=_also_ready(hub, order_id, name.identity if name else None),
        questions=tuple(_question(pickup, each, products) for each in pickup.questions),
        history=history,
        products={each.gtin: _product(each.gtin, products) for each in history if each.gtin},
        if_short=pickup.if_short.value,
        extended_until_ms=pickup.extended_until_ms,
        cancel_ask_id=ask_id,
        closed_reason=pickup.closed_reason,
        closed_at_ms=pickup.closed_at_ms,
    )


def _gtins(pickup: Pickup, history: tuple[Happened, ...]) -> list[str]:
    """Every product the page names: ordered, offered, or only spoken of."""
    offered = (offer.gtin for question in pickup.questions for offer in question.offers)
    return [*(line.gtin for line in pickup.lines), *offered, *(each.gtin for each in history if each.gtin)]


def _product(gtin: str, products: Mapping[str, Product]) -> ProductDetail:
    known = products.get(gtin)
    return ProductDetail(gtin=gtin, name=known.name if known else {}, option=known.option if known else None)


def _question(pickup: Pickup, question: Question, products: Mapping[str, Product]) -> QuestionDetail:
    line = pickup.line(question.line)
    return QuestionDetail(
        question_id=question.question_id,
        line=question.line,
        product=_product(line.gtin if line else "", products),
        qty=question.qty,
        reason=question.reason.value,
        offers=tuple(_product(offer.gtin, products) for offer in question.offers),
        until_ms=question.until_ms,
        choice=question.choice.value if question.choice else None,
        chosen=_product(question.gtin, products) if question.gtin else None,
        how=question.how.value if question.how else None,
    )


def _line(
    pickup: Pickup, line: PickupLine, products: Mapping[str, Product], stock: Mapping[str, StockHere]
) -> LineDetail:
    product, here = products.get(line.gtin), stock.get(line.gtin)
    place = here.place if here else None
    return LineDetail(
        line=line.line,
        gtin=line.gtin,
        name=product.name if product else {},
        option=product.option if product else None,
        mark=product.mark if product else "",
        qty=line.qty,
        picked_qty=line.picked_qty,
        short_qty=line.short_qty,
        short_reason=line.short_reason,
        substituted_qty=line.substituted_qty,
        for_line=line.for_line,
        in_parcels=units_in(pickup.parcels, line.line),
        state=line.state.value,
        price_minor=line.price_minor,
        aisle=place.aisle if place else None,
        bay=place.bay if place else None,
    )


def _parcel(pickup: Pickup, parcel: Parcel) -> ParcelDetail:
    return ParcelDetail(
        number=parcel.number,
        state=parcel.state.value,
        shelf=parcel.shelf,
        label=write_label(pickup.order_id, parcel.number, pickup.revision),
        units=sum(units.qty for units in parcel.units),
        staged_at_ms=parcel.staged_at_ms,
        left_at_ms=parcel.left_at_ms,
        left_by=parcel.left_by,
        left_event=parcel.left_event,
    )


def _also_ready(hub: Hub, order_id: str, identity: str | None) -> tuple[AlsoReady, ...]:
    """Two more are ready for the same person, ask for their passes: only when somebody is known to collect both."""
    if identity is None:
        return ()
    with hub.replica.reading() as conn:
        hers = [each for each in people.orders_of(conn, identity) if each != order_id]
    with hub.state.reading() as conn:
        found = summaries.of_orders(conn, hers)
    return tuple(
        AlsoReady(order_id=each.order_id, display_code=each.display_code, shelves=each.shelves)
        for each in found
        if each.closed_at_ms is None and each.state in ("staged", "ready")
    )
