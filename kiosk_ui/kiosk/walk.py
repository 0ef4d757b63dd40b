"""Turns an online cart into the order you walk: what is here by aisle and bay, then what is not in this store."""

from collections.abc import Collection
from enum import StrEnum

import msgspec

from edge.gateway.asked import Question
from edge.gateway.hub import CartLine, CartView, LineState, OpenOrder, OrderLineAsked, WishState

FEW_LEFT = 3
"""From here down the number is a reason to hurry, so it stands out."""

OLD_AFTER_MS = 10 * 60_000
"""Older stock figures state their time (screens.md)."""

MOST_OF_ONE = 99
"""A quantity a shopper can mean; the stepper ends here."""


class Here(StrEnum):
    """How much of a line this store has."""

    ENOUGH = "enough"
    FEW = "few"
    SHORT = "short"  # some, but fewer than she wants
    NONE = "none"
    UNKNOWN = "unknown"


class WishShown(StrEnum):
    """What a line says about the last wish on it."""

    NONE = "none"
    ASKING = "asking"  # on its way, the line is up
    WAITING = "waiting"  # kept until the line is back
    ORDERING = "ordering"  # part of a pickup that waits for its answer
    GRANTED = "granted"
    REFUSED = "refused"


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One cart line as it is shown."""

    line: CartLine
    here: Here
    stock_left: int | None  # what is here for this line, after earlier lines of the same product
    taken: bool  # whether a pickup of everything here takes it: whole lines only, nobody changes a cart unasked
    stock_old_ms: int | None  # time of the stock figure when it is old enough to be said
    wish: WishShown

    @property
    def prices_differ(self) -> bool:
        """Whether the shelf says another price than the cart."""
        return self.line.shelf_price_minor is not None and self.line.shelf_price_minor != self.line.price_minor


class Aisle(msgspec.Struct, frozen=True, kw_only=True):
    """The stops of one aisle; `number` None for products whose place nobody knows."""

    number: int | None
    category: dict[str, str] | None
    stops: tuple[Stop, ...]


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """A cart as a way through the shop."""

    aisles: tuple[Aisle, ...]
    elsewhere: tuple[Stop, ...]

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Everything that is here, in walking order."""
        return tuple(stop for aisle in self.aisles for stop in aisle.stops)

    @property
    def to_take(self) -> tuple[Stop, ...]:
        """What "reserve what is here" would reserve."""
        return tuple(stop for stop in self.stops if stop.taken)

    @property
    def total_minor(self) -> int:
        """The cart's prices of what would be reserved."""
        return sum(stop.line.qty * stop.line.price_minor for stop in self.to_take)

    @property
    def units(self) -> int:
        """Pieces that would be reserved."""
        return sum(stop.line.qty for stop in self.to_take)

    @property
    def unanswered(self) -> bool:
        """Whether any wish still waits for its answer."""
        asked = (WishShown.ASKING, WishShown.WAITING, WishShown.ORDERING)
        return any(stop.wish in asked for stop in (*self.stops, *self.elsewhere))


def asked_of(cart: CartView) -> list[tuple[OpenOrder, Question]]:
    """What is asked about her orders, the question that waits the shortest first."""
    asked = [(order, each) for order in cart.orders for each in order.questions]
    return sorted(asked, key=lambda pair: pair[1].until_ms)


def lay_out(cart: CartView, now_ms: int, orders: Collection[str] = ()) -> Walk:
    """Sort the lines of a cart by where they stand.

    `now_ms` decides which stock figures are old; `orders` are the wishes of this visit that were pickups: their outcome
    has a screen of its own and is not told again on each of their lines.
    """
    left = {line.gtin: line.stock_here for line in cart.lines}
    stops = []
    for line in sorted(cart.lines, key=_place):
        wish = _wish(line, cart.line_state, orders)
        stops.append(_stop(line, left[line.gtin], wish, now_ms))
        before = left[line.gtin]
        if before is not None and stops[-1].taken:
            left[line.gtin] = before - line.qty
    here = [stop for stop in stops if stop.here is not Here.NONE]
    numbers = dict.fromkeys(stop.line.aisle for stop in here)
    aisles = tuple(_aisle(number, tuple(stop for stop in here if stop.line.aisle == number)) for number in numbers)
    return Walk(aisles=aisles, elsewhere=tuple(stop for stop in stops if stop.here is Here.NONE))


def lines_to_ask(walk: Walk) -> tuple[OrderLineAsked, ...]:
    """What a pickup of everything here asks for, with the versions and prices that were shown."""
    return tuple(
        OrderLineAsked(
            line=stop.line.line,
            line_version=stop.line.line_version,
            qty=stop.line.qty,
            seen_price_minor=stop.line.price_minor,
        )
        for stop in walk.to_take
    )


def _place(line: CartLine) -> tuple[bool, int, str]:
    return (line.aisle is None, line.aisle or 0, line.bay or "")


def _aisle(number: int | None, stops: tuple[Stop, ...]) -> Aisle:
    named = next((stop.line.category for stop in stops if stop.line.category), None)
    return Aisle(number=number, category=named, stops=stops)


def _stop(line: CartLine, left: int | None, wish: WishShown, now_ms: int) -> Stop:
    old = line.stock_as_of_ms is not None and now_ms - line.stock_as_of_ms > OLD_AFTER_MS
    here = _here(line, left)
    return Stop(
        line=line,
        here=here,
        stock_left=left,
        taken=line.qty > 0 and wish is not WishShown.ORDERING and here in (Here.ENOUGH, Here.FEW),
        stock_old_ms=line.stock_as_of_ms if old else None,
        wish=wish,
    )


def _here(line: CartLine, left: int | None) -> Here:
    if left is None:
        return Here.UNKNOWN if line.aisle is not None else Here.NONE
    if left <= 0:
        return Here.NONE
    if left < line.qty:
        return Here.SHORT
    return Here.FEW if left <= FEW_LEFT else Here.ENOUGH


def _wish(line: CartLine, state: LineState, orders: Collection[str]) -> WishShown:
    if line.wish is None:
        return WishShown.NONE
    # A granted wish stays pending until the copy of the cart that has it came down.
    waits = line.pending or line.wish.state is WishState.ASKED
    if line.wish.wish_id in orders:
        return WishShown.ORDERING if waits else WishShown.NONE
    if waits:
        return WishShown.WAITING if state is LineState.CUT else WishShown.ASKING
    return WishShown.GRANTED if line.wish.state is WishState.GRANTED else WishShown.REFUSED
