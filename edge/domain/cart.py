"""For what may be wished of the online cart: central decides with these rules, the hub folds wishes over truth.

A line's price, for every wish and order, is its agreed price if it has one, else the catalogue's.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from edge.domain.cart_book import (
    Answer,
    Cart,
    CartChange,
    CartCharge,
    CartLine,
    CartReason,
    CartState,
    FoldedLine,
    LineRefusal,
    OrderWish,
    OrderWishLine,
    Outcome,
    Wish,
)


def decide_change(
    cart: Cart | None,
    wish: CartChange,
    *,
    price_minor: int | None,
    sellable: bool,
    after_answer: Answer | None,
) -> CartReason | None:
    """Why this change may not be made, or None when it may.

    `price_minor` is the catalogue's price now (None: not sold), `sellable` whether the target may still be promised,
    `after_answer` the answer to the wish it names as `after`. Price and stock are asked only when the quantity rises.
    """
    if not _was_granted_or_none(after_answer):
        return CartReason.superseded
    if cart is None or cart.state is CartState.closed:
        return CartReason.cart_closed
    line = cart.line(wish.target_line)
    if wish.line is not None and not _is_as_seen(line, wish, after_answer):
        return CartReason.line_changed
    if wish.target_qty <= (line.qty if line else 0):
        return None
    price_now = price_of(line, price_minor)
    if price_now is None or not sellable:
        return CartReason.sold_out
    return CartReason.price_rose if price_now > wish.seen_price_minor else None


def apply_change(cart: Cart, wish: CartChange, now_ms: int) -> Cart:
    """The cart after a granted change: the target set, a line of 0 gone, the version one higher."""
    version = cart.version + 1
    line = cart.line(wish.target_line)
    if line is None:
        new = CartLine(line=wish.target_line, gtin=wish.gtin, qty=wish.target_qty, version=version)
        lines = (*cart.lines, new)
    else:
        changed = replace(line, qty=wish.target_qty, version=version)
        lines = tuple(changed if each is line else each for each in cart.lines)
    kept = tuple(each for each in lines if each.qty > 0)
    return replace(cart, version=version, lines=kept, changed_at_ms=now_ms)


def decide_order(
    cart: Cart | None,
    wish: OrderWish,
    *,
    prices: Mapping[str, int],
    sellable: Mapping[str, int] | None,
    after_answer: Answer | None,
    own_versions: Collection[int] = (),
) -> LineRefusal | None:
    """Why this order may not be made, naming the first line, or None when it may.

    `prices` are the catalogue's by GTIN; `sellable` the units that may still be promised (None: nobody counts).
    `own_versions` are the cart versions that this shopper's own granted wishes made after `base_version` at the same
    place: she saw them folded into her screen, so they count as seen, like the one that `after` names.
    """
    if not _was_granted_or_none(after_answer):
        return LineRefusal(CartReason.superseded)
    if cart is None or cart.state is CartState.closed:
        return LineRefusal(CartReason.cart_closed)
    if not wish.lines or len({asked.line for asked in wish.lines}) < len(wish.lines):
        return LineRefusal(CartReason.line_changed)
    seen = {*own_versions} | ({after_answer.version} if after_answer else set())
    wanted: dict[str, int] = {}
    for asked in wish.lines:
        line = cart.line(asked.line)
        if line is None or line.qty != asked.qty or (line.version != asked.line_version and line.version not in seen):
            return LineRefusal(CartReason.line_changed, asked.line)
        wanted[line.gtin] = wanted.get(line.gtin, 0) + line.qty
        reason = _why_not_sell(line, asked, prices, wanted[line.gtin], sellable)
        if reason is not None:
            return LineRefusal(reason, asked.line)
    return None


def take_lines(cart: Cart, wish: OrderWish, now_ms: int) -> Cart:
    """The cart after a granted order: its lines and their charges have left, the version is one higher."""
    taken = {asked.line for asked in wish.lines}
    kept = tuple(line for line in cart.lines if line.line not in taken)
    gone = charges_with(cart, wish)
    charges = tuple(charge for charge in cart.charges if charge not in gone)
    return replace(cart, version=cart.version + 1, lines=kept, charges=charges, changed_at_ms=now_ms)


def charges_with(cart: Cart, wish: OrderWish) -> tuple[CartCharge, ...]:
    """The charges that go with this order."""
    taken = {asked.line for asked in wish.lines}
    return tuple(charge for charge in cart.charges if taken.intersection(charge.lines))


def price_of(line: CartLine | None, catalogue_price_minor: int | None) -> int | None:
    """The price that counts for a line: agreed if it has one, else the catalogue's (None: not sold)."""
    if line is not None and line.agreed_price_minor is not None:
        return line.agreed_price_minor
    return catalogue_price_minor


def _was_granted_or_none(after_answer: Answer | None) -> bool:
    return after_answer is None or after_answer.outcome is Outcome.granted


def _is_as_seen(line: CartLine | None, wish: CartChange, after_answer: Answer | None) -> bool:
    if line is None or line.gtin != wish.gtin:
        return False
    return line.version == wish.line_version or (after_answer is not None and line.version == after_answer.version)


def _why_not_sell(
    line: CartLine,
    asked: OrderWishLine,
    prices: Mapping[str, int],
    wanted_qty: int,
    sellable: Mapping[str, int] | None,
) -> CartReason | None:
    price_now = price_of(line, prices.get(line.gtin))
    if price_now is None or (sellable is not None and wanted_qty > sellable.get(line.gtin, 0)):
        return CartReason.sold_out
    return CartReason.price_rose if price_now > asked.seen_price_minor else None


def is_folded(cart: Cart, answer: Answer | None) -> bool:
    """True while a wish must still be folded over this copy of the cart: unanswered, or answered in a later version."""
    return answer is None or cart.version < answer.version


def fold(cart: Cart, wishes: Sequence[Wish]) -> tuple[FoldedLine, ...]:
    """Truth with these wishes folded over it, in order; the same wish folded twice changes nothing."""
    lines = {line.line: _untouched(line) for line in cart.lines}
    for wish in wishes:
        if isinstance(wish, CartChange):
            lines[wish.target_line] = _changed(lines.get(wish.target_line), wish)
        else:
            for asked in wish.lines:
                if asked.line in lines:
                    lines[asked.line] = replace(lines[asked.line], pending=True, wish_id=wish.wish_id)
    return tuple(lines.values())


def _untouched(line: CartLine) -> FoldedLine:
    return FoldedLine(
        line=line.line,
        gtin=line.gtin,
        qty=line.qty,
        truth_qty=line.qty,
        version=line.version,
        agreed_price_minor=line.agreed_price_minor,
    )


def _changed(line: FoldedLine | None, wish: CartChange) -> FoldedLine:
    before = line or FoldedLine(line=wish.target_line, gtin=wish.gtin, qty=0, truth_qty=0, version=wish.line_version)
    return replace(before, qty=wish.target_qty, pending=True, wish_id=wish.wish_id)


__all__ = [
    "Answer",
    "Cart",
    "CartChange",
    "CartCharge",
    "CartLine",
    "CartReason",
    "CartState",
    "FoldedLine",
    "LineRefusal",
    "OrderWish",
    "OrderWishLine",
    "Outcome",
    "Wish",
    "apply_change",
    "charges_with",
    "decide_change",
    "decide_order",
    "fold",
    "is_folded",
    "price_of",
    "take_lines",
]
