"""An online cart becomes the order you walk, and says of each line what this store has of it."""

from typing import Any

import msgspec
import pytest

from edge.gateway.hub import CartLine, CartView, LineState, Wish, WishState
from kiosk_ui.kiosk.walk import Here, WishShown, lay_out, lines_to_ask

NOW_MS = 1_795_237_500_000
MINUTE_MS = 60_000


def line(name: str, **more: Any) -> CartLine:
    given: dict[str, Any] = {
        "line": name,
        "line_version": 3,
        "gtin": f"09520000000{name[-2:]:0>3}",
        "name": {"ko": name},
        "qty": 1,
        "truth_qty": 1,
        "price_minor": 1000,
        "currency": "KRW",
        "stock_here": 5,
        "stock_as_of_ms": NOW_MS,
        "aisle": 1,
        "bay": "A",
    }
    return CartLine(**(given | more))


def cart(*lines: CartLine, state: LineState = LineState.UP) -> CartView:
    return CartView(
        cart_id="C1", version=7, stored_at_ms=NOW_MS, line_state=state, line_since_ms=NOW_MS, lines=tuple(lines)
    )


def wish(state: WishState, wish_id: str = "W1") -> Wish:
    return Wish(wish_id=wish_id, state=state, reason="line_changed" if state is WishState.REFUSED else None)


def test_the_walk_goes_by_aisle_and_bay_and_ends_with_what_has_no_place() -> None:
    walk = lay_out(
        cart(
            line("x1", aisle=6, bay="B"),
            line("x2", aisle=None, bay=None),
            line("x3", aisle=6, bay="A"),
            line("x4", aisle=1),
        ),
        NOW_MS,
    )
    assert [aisle.number for aisle in walk.aisles] == [1, 6, None]
    assert [stop.line.line for stop in walk.stops] == ["x4", "x3", "x1", "x2"]


def test_what_this_store_does_not_have_is_not_on_the_walk() -> None:
    walk = lay_out(cart(line("x1", stock_here=0), line("x2", stock_here=None, aisle=None), line("x3")), NOW_MS)
    assert [stop.line.line for stop in walk.elsewhere] == ["x1", "x2"]
    assert [stop.line.line for stop in walk.stops] == ["x3"]


@pytest.mark.parametrize(
    "stock,qty,here",
    [(5, 1, Here.ENOUGH), (3, 1, Here.FEW), (3, 3, Here.FEW), (2, 3, Here.SHORT), (None, 1, Here.UNKNOWN)],
)
def test_a_line_says_how_much_of_it_is_here(stock: int | None, qty: int, here: Here) -> None:
    assert lay_out(cart(line("x1", stock_here=stock, qty=qty)), NOW_MS).stops[0].here is here


def test_two_lines_of_one_product_share_its_stock() -> None:
    same = {"gtin": "09520000000017", "stock_here": 4, "qty": 3}
    walk = lay_out(cart(line("x1", **same), line("x2", **same)), NOW_MS)
    assert [(stop.stock_left, stop.here, stop.taken) for stop in walk.stops] == [
        (4, Here.ENOUGH, True),
        (1, Here.SHORT, False),
    ]


def test_a_pickup_of_what_is_here_asks_for_whole_lines_at_the_price_and_version_shown() -> None:
    walk = lay_out(
        cart(line("x1", qty=2, price_minor=1500), line("x2", stock_here=1, qty=2), line("x3", qty=0)), NOW_MS
    )
    assert [msgspec.to_builtins(asked) for asked in lines_to_ask(walk)] == [
        {"line": "x1", "line_version": 3, "qty": 2, "seen_price_minor": 1500}
    ]
    assert (walk.total_minor, walk.units) == (3000, 2)


def test_only_a_stock_figure_older_than_ten_minutes_states_its_time() -> None:
    fresh, old = NOW_MS - 10 * MINUTE_MS, NOW_MS - 10 * MINUTE_MS - 1
    walk = lay_out(cart(line("x1", stock_as_of_ms=fresh), line("x2", stock_as_of_ms=old)), NOW_MS)
    assert [stop.stock_old_ms for stop in walk.stops] == [None, old]


@pytest.mark.parametrize(
    "pending,state,line_state,shown",
    [
        (True, WishState.ASKED, LineState.UP, WishShown.ASKING),
        (True, WishState.ASKED, LineState.CUT, WishShown.WAITING),
        (True, WishState.GRANTED, LineState.UP, WishShown.ASKING),
        (False, WishState.GRANTED, LineState.UP, WishShown.GRANTED),
        (False, WishState.REFUSED, LineState.CUT, WishShown.REFUSED),
        (False, WishState.SUPERSEDED, LineState.UP, WishShown.REFUSED),
    ],
)
def test_a_line_shows_what_became_of_the_last_wish_on_it(
    pending: bool, state: WishState, line_state: LineState, shown: WishShown
) -> None:
    walk = lay_out(cart(line("x1", pending=pending, wish=wish(state)), state=line_state), NOW_MS)
    assert walk.stops[0].wish is shown
    assert walk.unanswered is (shown in (WishShown.ASKING, WishShown.WAITING))


def test_a_line_in_a_pickup_that_waits_is_not_reserved_twice_and_a_refused_pickup_is_not_told_on_each_line() -> None:
    waiting = lay_out(cart(line("x1", pending=True, wish=wish(WishState.ASKED, "O1"))), NOW_MS, {"O1"})
    assert (waiting.stops[0].wish, waiting.to_take) == (WishShown.ORDERING, ())
    refused = lay_out(cart(line("x1", wish=wish(WishState.REFUSED, "O1"))), NOW_MS, {"O1"})
    assert (refused.stops[0].wish, refused.stops[0].taken) == (WishShown.NONE, True)


def test_prices_differ_only_when_the_shelf_says_another_one() -> None:
    stops = lay_out(
        cart(
            line("x1", shelf_price_minor=1000), line("x2", shelf_price_minor=1200), line("x3", shelf_price_minor=None)
        ),
        NOW_MS,
    ).stops
    assert [stop.prices_differ for stop in stops] == [False, True, False]
