"""Decides what a shopper wishes of her cart, whoever brings the wish: her phone, or a store hours later.

The only place that prices a wish. The rules are the domain's; here they are given central's prices, stock and carts.
"""

from collections.abc import Collection, Mapping

import msgspec

from central.app.sellable import sellable
from central.store.carts import HeldCart
from central.store.database import Tx
from central.store.goods import get_products
from edge.domain.cart import (
    Answer,
    Cart,
    CartChange,
    CartReason,
    OrderWish,
    Outcome,
    apply_change,
    decide_change,
    decide_order,
    price_of,
)
from edge.domain.pickup import PickupLine


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a change, and the cart as it stands after it (the same one when refused)."""

    answer: Answer
    cart: HeldCart | None


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """An order wish that may be granted: its lines, numbered from 1, with the price that is frozen now."""

    lines: tuple[PickupLine, ...]


def decide_cart_change(
    held: HeldCart | None,
    wish: CartChange,
    prices: Mapping[str, int],
    *,
    now_ms: int,
    after_answer: Answer | None = None,
    agreed_price_minor: int | None = None,
) -> Decided:
    """Answer one change; a price agreed upon is kept with the line and counts instead of the catalogue's.

    `prices` are the catalogue's. An online cart may hold what no store has: stock is asked for when a store is, by an order.
    """
    cart = held.cart if held else None
    catalogue_minor = prices.get(wish.gtin)
    reason = decide_change(
        cart,
        wish,
        price_minor=catalogue_minor if agreed_price_minor is None or catalogue_minor is None else agreed_price_minor,
        sellable=catalogue_minor is not None,
        after_answer=after_answer,
    )
    if reason is not None or held is None or cart is None:
        return Decided(
            answer=_refused(wish.wish_id, cart, reason or CartReason.cart_closed, wish.target_line), cart=held
        )
    after = apply_change(cart, wish, now_ms)
    if agreed_price_minor is not None:
        after = _with_agreed_price(after, wish.target_line, agreed_price_minor)
    line = wish.target_line if after.line(wish.target_line) else None
    answer = Answer(wish_id=wish.wish_id, outcome=Outcome.granted, version=after.version, line=line)
    return Decided(answer=answer, cart=held.with_cart(after))


def decide_order_wish(
    tx: Tx,
    cart: Cart | None,
    wish: OrderWish,
    *,
    after_answer: Answer | None = None,
    own_versions: Collection[int] = (),
) -> Ordered | Answer:
    """The lines an order would have, or the answer that refuses it."""
    lines = [cart.line(asked.line) for asked in wish.lines] if cart else []
    gtins = {line.gtin for line in lines if line is not None}
    prices = price_now(tx, gtins)
    refusal = decide_order(
        cart,
        wish,
        prices=prices,
        sellable=sellable(tx, wish.store, gtins),
        after_answer=after_answer,
        own_versions=own_versions,
    )
    if refusal is not None:
        return _refused(wish.wish_id, cart, refusal.reason, refusal.line)
    ordered = []
    for number, line in enumerate(lines, start=1):
        assert line is not None, "the rule book granted a line that is not there"
        price_minor = price_of(line, prices.get(line.gtin))
        assert price_minor is not None, "the rule book granted a line without a price"
        ordered.append(PickupLine(line=number, gtin=line.gtin, qty=line.qty, price_minor=price_minor))
    return Ordered(lines=tuple(ordered))


def price_now(tx: Tx, gtins: Collection[str]) -> dict[str, int]:
    """The catalogue's prices of those of these products that are sold."""
    return {gtin: product.price_minor for gtin, product in get_products(tx, gtins).items() if product.active}


def _with_agreed_price(cart: Cart, name: str, price_minor: int) -> Cart:
    return msgspec.structs.replace(
        cart,
        lines=tuple(
            msgspec.structs.replace(line, agreed_price_minor=price_minor) if line.line == name else line
            for line in cart.lines
        ),
    )


def _refused(wish: str, cart: Cart | None, reason: CartReason, line: str | None) -> Answer:
    return Answer(
        wish_id=wish,
        outcome=Outcome.superseded if reason is CartReason.superseded else Outcome.refused,
        reason=reason,
        version=cart.version if cart else 0,
        line=line,
    )
