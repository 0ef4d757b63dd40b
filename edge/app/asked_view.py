"""What a kiosk shows of an open question: the product that is missing, what may come instead, and until when it waits."""

from collections.abc import Mapping, Sequence

import msgspec

from edge.app.hub import Hub
from edge.domain.pickup import Pickup, Question, ShortReason
from edge.domain.product import Product
from edge.store import catalogue


class ProductShown(msgspec.Struct, frozen=True, kw_only=True):
    """A product at what she pays for one."""

    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    price_minor: int


class AskedView(msgspec.Struct, frozen=True, kw_only=True):
    """An open question: `qty` units of `missing`, and the choices there are beside her money back."""

    question_id: str
    qty: int
    reason: ShortReason
    missing: ProductShown
    offers: tuple[ProductShown, ...]
    other_store: bool
    until_ms: int
    currency: str


def asked_views(hub: Hub, orders: Sequence[Pickup]) -> dict[str, tuple[AskedView, ...]]:
    """The open questions of these orders, by order."""
    asked = [order for order in orders if order.open_questions]
    gtins = {line.gtin for order in asked for line in order.lines}
    gtins |= {offer.gtin for order in asked for each in order.open_questions for offer in each.offers}
    if not gtins:
        return {}
    with hub.replica.reading() as conn:
        products = catalogue.products(conn, gtins)
    return {
        order.order_id: tuple(_view(order, question, products) for question in order.open_questions) for order in asked
    }


def _view(order: Pickup, question: Question, products: Mapping[str, Product]) -> AskedView:
    line = order.line(question.line)
    assert line is not None, "a question is about a line of its order"
    return AskedView(
        question_id=question.question_id,
        qty=question.qty,
        reason=question.reason,
        missing=_shown(line.gtin, line.price_minor, products),
        offers=tuple(_shown(offer.gtin, offer.price_minor, products) for offer in question.offers),
        other_store=not order.guest,
        until_ms=question.until_ms,
        currency=order.currency,
    )


def _shown(gtin: str, price_minor: int, products: Mapping[str, Product]) -> ProductShown:
    product = products.get(gtin)
    return ProductShown(
        gtin=gtin,
        name=product.name if product else {},
        option=product.option if product else None,
        mark=product.mark if product else "",
        price_minor=price_minor,
    )
