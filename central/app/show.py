"""Answers what phones and screens ask: the catalogue, her cart, her orders, her messages."""

from collections.abc import Sequence

import msgspec

from central.app.central import Central
from central.app.find_order import Asker, find_order
from central.app.order_view import OrderView, seen_by_phone
from central.app.read_profile import Me, me_of, shopper_of
from central.app.reasons import CentralReason
from central.store.acts import Message, messages_of
from central.store.carts import cart_of
from central.store.goods import find_products, get_products
from central.store.orders import orders_of
from edge.domain.cart import Cart
from edge.domain.errors import Refusal
from edge.domain.product import Product

ORDERS_SHOWN = 200
MESSAGES_SHOWN = 200


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """A page of products in GTIN order; ask again with `after` = the last GTIN while `more`."""

    products: tuple[Product, ...]
    more: bool


class MyCart(msgspec.Struct, frozen=True, kw_only=True):
    """Her open cart, and the products on it."""

    cart: Cart
    products: tuple[Product, ...]


class MyOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order."""

    order: OrderView


class MyOrders(msgspec.Struct, frozen=True, kw_only=True):
    """Her orders, the newest first."""

    orders: tuple[OrderView, ...]


class MyMessages(msgspec.Struct, frozen=True, kw_only=True):
    """Messages with a number above `after`, the oldest first."""

    messages: tuple[Message, ...]


def show_catalogue(central: Central, words: str, after: str, limit: int, gtins: Sequence[str]) -> Catalogue:
    """Products that fit `words` ("" for all) behind `after`; with `gtins` exactly those of them that are known."""
    with central.books.reading() as tx:
        if gtins:
            found = get_products(tx, gtins)
            return Catalogue(products=tuple(found[gtin] for gtin in sorted(found)), more=False)
        products = find_products(tx, words, after, limit + 1)
    return Catalogue(products=tuple(products[:limit]), more=len(products) > limit)


def show_me(central: Central, identity: str) -> Me | Refusal:
    """Who this phone speaks for."""
    with central.books.reading() as tx:
        shopper = shopper_of(tx, identity)
        return Refusal(CentralReason.unknown_identity) if shopper is None else me_of(tx, shopper)


def show_cart(central: Central, identity: str) -> MyCart | Refusal:
    """Her open cart."""
    with central.books.reading() as tx:
        shopper = shopper_of(tx, identity)
        held = cart_of(tx, shopper.profile.profile, identity) if shopper else None
        if held is None:
            return Refusal(CentralReason.unknown_cart)
        products = get_products(tx, {line.gtin for line in held.cart.lines})
    return MyCart(cart=held.cart, products=tuple(products[gtin] for gtin in sorted(products)))


def show_orders(central: Central, identity: str) -> MyOrders | Refusal:
    """Her orders."""
    with central.books.reading() as tx:
        shopper = shopper_of(tx, identity)
        if shopper is None:
            return Refusal(CentralReason.unknown_identity)
        return MyOrders(
            orders=tuple(seen_by_phone(tx, order) for order in orders_of(tx, shopper.profile.profile, ORDERS_SHOWN))
        )


def show_order(central: Central, order: str, asker: Asker) -> MyOrder | Refusal:
    """One order, to whoever may see it."""
    with central.books.reading() as tx:
        found = find_order(tx, order, asker)
        return found if isinstance(found, Refusal) else MyOrder(order=seen_by_phone(tx, found))


def show_messages(central: Central, identity: str, after: int) -> MyMessages | Refusal:
    """What she was told since."""
    with central.books.reading() as tx:
        shopper = shopper_of(tx, identity)
        if shopper is None:
            return Refusal(CentralReason.unknown_identity)
        return MyMessages(messages=tuple(messages_of(tx, shopper.profile.profile, after, MESSAGES_SHOWN)))
