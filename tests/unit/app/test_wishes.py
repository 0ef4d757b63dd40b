"""Wishes: asked here, folded over truth, answered by central; truth is always applied and never hides a wish."""

from edge.app.ask_cart_change import ChangeAsked, ask_cart_change
from edge.app.ask_order import OrderLineAsked, OrderWishAsked, ask_order
from edge.app.cart_view import WishState
from edge.app.look_up_cart import VisitView, see_visit
from edge.app.wish_state import WishView, wish_state
from edge.domain.cart import CartChange, CartReason, OrderWish, Outcome
from edge.domain.truth import Identified
from edge.store import wishes
from tests.cast.counter import STORE, gtin_of
from tests.cast.floor import KIOSK, Floor, refused


def again(floor: Floor, visit: VisitView) -> VisitView:
    seen = see_visit(floor.hub, visit.visit_id, kiosk=KIOSK)
    assert isinstance(seen, VisitView)
    return seen


def kept(floor: Floor, wish_id: str) -> CartChange | OrderWish:
    with floor.hub.state.reading() as conn:
        found = wishes.get(conn, wish_id)
    assert found is not None
    return found.wish


def test_a_wish_is_owed_and_shown_folded_over_truth(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    after = floor.wish(visit, visit.cart.lines[0], 5)
    (line,) = after.cart.lines
    assert (line.qty, line.truth_qty, line.pending) == (5, 2, True)
    assert line.wish is not None
    assert line.wish.state is WishState.asked
    assert floor.facts("cart.change_asked") == [line.wish.wish_id]


def test_truth_that_comes_down_does_not_hide_an_unanswered_wish(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2), ("l2", 4, 1))
    visit = floor.look_up(floor.ada)
    floor.wish(visit, visit.cart.lines[0], 5)
    floor.cart_comes(floor.ada, ("l1", 1, 2), ("l2", 4, 7), version=2)
    lines = {line.line: line for line in again(floor, visit).cart.lines}
    assert (lines["l1"].qty, lines["l1"].truth_qty, lines["l1"].pending) == (5, 2, True)
    assert (lines["l2"].qty, lines["l2"].truth_qty, lines["l2"].pending) == (7, 7, False)


def test_a_granted_wish_is_folded_until_the_copy_has_its_version(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    wish_id = floor.wish(visit, visit.cart.lines[0], 5).cart.lines[0].wish
    assert wish_id is not None
    floor.answered(wish_id.wish_id, Outcome.granted, version=2)
    before = again(floor, visit).cart.lines[0]
    assert (before.qty, before.truth_qty, before.pending) == (5, 2, True)
    floor.cart_comes(floor.ada, ("l1", 1, 5), version=2)
    after = again(floor, visit).cart.lines[0]
    assert (after.qty, after.truth_qty, after.pending) == (5, 5, False)
    assert after.wish is not None
    assert after.wish.state is WishState.granted


def test_a_refused_wish_says_why_and_the_later_state_stands(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    wish = floor.wish(visit, visit.cart.lines[0], 5).cart.lines[0].wish
    assert wish is not None
    floor.cart_comes(floor.ada, ("l1", 1, 3), version=2)
    floor.answered(wish.wish_id, Outcome.refused, version=2, reason=CartReason.line_changed)
    line = again(floor, visit).cart.lines[0]
    assert (line.qty, line.pending) == (3, False)
    assert line.wish is not None
    assert (line.wish.state, line.wish.reason) == (WishState.refused, "line_changed")


def test_the_second_wish_names_the_first_until_the_copy_shows_it(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2), ("l2", 4, 1))
    visit = floor.look_up(floor.ada)
    first, second, elsewhere, third = (floor.press() for _ in range(4))
    after = floor.wish(visit, visit.cart.lines[0], 3, event_id=first)
    floor.wish(visit, after.cart.lines[0], 4, event_id=second)
    floor.wish(visit, after.cart.lines[1], 4, event_id=elsewhere)
    floor.answered(first, Outcome.granted, version=2)
    floor.answered(second, Outcome.granted, version=3)
    floor.wish(visit, again(floor, visit).cart.lines[0], 6, event_id=third)
    assert [kept(floor, wish).after for wish in (first, second, elsewhere, third)] == [None, first, None, second]


def test_a_new_line_can_be_changed_again_before_it_is_granted(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    new = ChangeAsked(
        event_id=floor.press(),
        visit_id=visit.visit_id,
        line=None,
        gtin=gtin_of(4),
        target_qty=1,
        line_version=0,
        seen_price_minor=9_000,
    )
    ask_cart_change(floor.hub, new, kiosk=KIOSK)
    line = next(each for each in again(floor, visit).cart.lines if each.gtin == gtin_of(4))
    assert (line.qty, line.truth_qty, line.pending) == (1, 0, True)
    press = floor.press()
    after = floor.wish(visit, line, 3, event_id=press)
    assert {each.gtin: each.qty for each in after.cart.lines} == {gtin_of(1): 2, gtin_of(4): 3}
    change = kept(floor, press)
    assert isinstance(change, CartChange)
    assert (change.line, change.after) == (new.event_id, new.event_id)


def test_a_line_wished_away_stays_visible_until_it_is_granted(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    (line,) = floor.wish(visit, visit.cart.lines[0], 0).cart.lines
    assert (line.qty, line.truth_qty, line.pending) == (0, 2, True)


def test_the_same_press_is_one_wish(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    press = floor.press()
    first = floor.wish(visit, visit.cart.lines[0], 5, event_id=press)
    assert floor.wish(visit, visit.cart.lines[0], 5, event_id=press) == first
    assert floor.facts("cart.change_asked") == [press]


def test_a_cart_held_in_memory_is_fetched_again_once_central_has_answered(floor: Floor) -> None:
    floor.line_up()
    floor.head_office.away = False
    floor.head_office.knows[floor.ada.identity] = Identified(card=floor.ada.card(), cart=floor.ada.cart(("l1", 1, 2)))
    visit = floor.look_up(floor.ada)
    press = floor.press()
    floor.wish(visit, visit.cart.lines[0], 5, event_id=press)
    asked = floor.head_office.asked
    assert again(floor, visit).cart.lines[0].truth_qty == 2
    assert floor.head_office.asked == asked
    newer = floor.ada.cart(("l1", 1, 5), version=2)
    floor.head_office.knows[floor.ada.identity] = Identified(card=floor.ada.card(), cart=newer)
    floor.answered(press, Outcome.granted, version=2)
    line = again(floor, visit).cart.lines[0]
    assert (line.qty, line.truth_qty, line.pending) == (5, 5, False)


def order_all(floor: Floor, visit: VisitView) -> WishView:
    lines = tuple(
        OrderLineAsked(line=line.line, line_version=line.line_version, qty=line.qty, seen_price_minor=line.price_minor)
        for line in visit.cart.lines
    )
    wish = ask_order(
        floor.hub, OrderWishAsked(event_id=floor.press(), visit_id=visit.visit_id, lines=lines), kiosk=KIOSK
    )
    assert isinstance(wish, WishView)
    return wish


def test_a_pickup_is_a_wish_until_centrals_order_is_here(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2), ("l2", 4, 1))
    visit = floor.look_up(floor.ada)
    wish = order_all(floor, visit)
    assert wish.state is WishState.asked
    assert floor.facts("order.asked") == [wish.wish_id]
    assert all(line.pending for line in again(floor, visit).cart.lines)
    order = floor.order((1, 2), (4, 1))
    floor.answered(wish.wish_id, Outcome.granted, version=2, order_id=order.order_id)
    floor.cart_comes(floor.ada, version=2)
    done = wish_state(floor.hub, wish.wish_id)
    assert isinstance(done, WishView)
    assert (done.state, done.order_id, done.display_code) == (
        WishState.granted,
        order.order_id,
        order.display_code,
    )
    assert again(floor, visit).cart.lines == ()


def test_an_order_names_the_last_wish_this_copy_does_not_show(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    press = floor.press()
    floor.wish(visit, visit.cart.lines[0], 4, event_id=press)
    wish = order_all(floor, again(floor, visit))
    order = kept(floor, wish.wish_id)
    assert isinstance(order, OrderWish)
    assert (order.after, order.store, order.lines[0].qty) == (press, STORE, 4)


def test_a_visit_that_ended_asks_nothing(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    line = visit.cart.lines[0]
    asked = ChangeAsked(
        event_id=floor.press(),
        visit_id=visit.visit_id,
        line=line.line,
        gtin=line.gtin,
        target_qty=1,
        line_version=1,
        seen_price_minor=1,
    )
    before = floor.dump()
    assert refused(ask_cart_change(floor.hub, asked, kiosk="K2")) == "unknown_visit"
    assert refused(wish_state(floor.hub, asked.event_id)) == "unknown_wish"
    assert floor.dump() == before
