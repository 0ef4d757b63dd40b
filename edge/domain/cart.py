"""For the online cart and what may be wished of it: central decides with these rules, the hub folds wishes over truth.

A line's version is the cart's version at the change that last touched it, so "this wish made that version" is one
comparison. A new line is named by the wish that asked for it, so whoever asked can go on naming it before the answer.
A line's price, for every wish and order, is its agreed price if it has one, else the catalogue's.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

import msgspec


class CartState(StrEnum):
    """Whether a cart still takes wishes."""

    open = "open"
    closed = "closed"


class Outcome(StrEnum):
    """How central answered a wish."""

    granted = "granted"
    refused = "refused"
    superseded = "superseded"


class CartReason(StrEnum):
    """Why a wish was not granted."""

    line_changed = "line_changed"
    cart_closed = "cart_closed"
    price_rose = "price_rose"
    sold_out = "sold_out"
    superseded = "superseded"


class CartLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: `qty` units of a product; `version` is the cart's version when this line was last touched."""

    line: str
    gtin: str
    qty: int
    version: int
    agreed_price_minor: int | None = None


class Cart(msgspec.Struct, frozen=True, kw_only=True):
    """A shopper's cart as central holds it. `identity` is the identity it was opened with, never a person."""

    cart_id: str
    identity: str
    store: str | None
    version: int
    state: CartState = CartState.open
    currency: str
    lines: tuple[CartLine, ...] = ()
    changed_at_ms: int

    def line(self, line: str | None) -> CartLine | None:
        """The line of that name, if it is still there."""
        return next((each for each in self.lines if each.line == line), None)


class CartChange(msgspec.Struct, frozen=True, kw_only=True):
    """The wish to set one line's quantity. `line` None asks for a new line; `after` is the last unanswered wish on it."""

    wish_id: str
    cart: str
    base_version: int
    after: str | None = None
    line: str | None
    line_version: int
    gtin: str
    target_qty: int
    seen_price_minor: int

    @property
    def target_line(self) -> str:
        """The line this wish is about: the one named, or the new one that carries the wish's own id."""
        return self.wish_id if self.line is None else self.line


class OrderWishLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as the shopper saw it when she pressed "make it a pickup"."""

    line: str
    line_version: int
    qty: int
    seen_price_minor: int


class OrderWish(msgspec.Struct, frozen=True, kw_only=True):
    """The wish to make lines of a cart a pickup at `store`: granted whole, or refused whole naming the first line."""

    wish_id: str
    cart: str
    base_version: int
    after: str | None = None
    store: str
    lines: tuple[OrderWishLine, ...]


Wish = CartChange | OrderWish


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Central's answer to a wish; `version` is the cart's version after it, `line` the first line a no is about."""

    wish_id: str
    outcome: Outcome
    reason: CartReason | None = None
    version: int
    line: str | None = None
    order_id: str | None = None


class LineRefusal(msgspec.Struct, frozen=True):
    """Why an order wish is not granted, and the first line that is the cause (None: the cart itself)."""

    reason: CartReason
    line: str | None = None


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
        changed = msgspec.structs.replace(line, qty=wish.target_qty, version=version)
        lines = tuple(changed if each is line else each for each in cart.lines)
    kept = tuple(each for each in lines if each.qty > 0)
    return msgspec.structs.replace(cart, version=version, lines=kept, changed_at_ms=now_ms)


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
    """The cart after a granted order: its lines have left, the version is one higher."""
    taken = {asked.line for asked in wish.lines}
    kept = tuple(line for line in cart.lines if line.line not in taken)
    return msgspec.structs.replace(cart, version=cart.version + 1, lines=kept, changed_at_ms=now_ms)


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


class FoldedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line for the screen: what was wished (`qty`), what central holds (`truth_qty`), and the wish in between."""

    line: str
    gtin: str
    qty: int
    truth_qty: int
    version: int
    agreed_price_minor: int | None = None
    pending: bool = False
    wish_id: str | None = None


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
                    lines[asked.line] = msgspec.structs.replace(lines[asked.line], pending=True, wish_id=wish.wish_id)
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
    return msgspec.structs.replace(before, qty=wish.target_qty, pending=True, wish_id=wish.wish_id)
