"""For what a cart and a wish are: lines and charges as central holds them, and what may be asked of them.

A line's version is the cart's version at the change that last touched it, so "this wish made that version" is one
comparison. A new line is named by the wish that asked for it, so whoever asked can go on naming it before the answer.
"""

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


class CartCharge(msgspec.Struct, frozen=True, kw_only=True):
    """Money that is no product (postage, a fee) and goes with the first order that takes one of its `lines`."""

    charge_id: str
    code: str
    text: str
    qty: int
    price_minor: int
    lines: tuple[str, ...]


class Cart(msgspec.Struct, frozen=True, kw_only=True):
    """A shopper's cart as central holds it. `identity` is the identity it was opened with, never a person."""

    cart_id: str
    identity: str
    store: str | None
    version: int
    state: CartState = CartState.open
    currency: str
    lines: tuple[CartLine, ...] = ()
    charges: tuple[CartCharge, ...] = ()
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
