"""Accepting: the ledger reserves every unit or nothing, by itself or by a clerk who has seen the goods."""

import msgspec

from edge.app.accept_order import AcceptAsked, accept_order, accept_waiting
from edge.app.decline_order import DeclineAsked, decline_order
from edge.app.move_pickup import OrderNow
from edge.domain.pickup import DeclineReason, OrderState
from edge.domain.stock import StockHere
from edge.domain.truth import StoreDown, StoreSettings
from edge.store import pickups, reservations
from tests.cast.counter import KIM, STORE, gtin_of
from tests.cast.floor import Floor, refused

A_STORE = StoreDown(store=STORE, store_number=1, name={"ko": "성수"}, currency="KRW", timezone="Asia/Seoul")


def state_of(floor: Floor, order_id: str) -> str:
    with floor.hub.state.reading() as conn:
        pickup = pickups.get(conn, order_id)
    assert pickup is not None
    return pickup.state.value


def stock(floor: Floor, place: int, on_hand: int, *, safety: int = 0) -> None:
    here = StockHere(
        gtin=gtin_of(place),
        on_hand=on_hand,
        as_of_ms=floor.clock.now_ms(),
        safety=safety,
        place=None,
        price_minor=1_000,
        price_as_of_ms=floor.clock.now_ms(),
    )
    floor.down((f"stock:{STORE}", "stock", here.gtin, here))


def test_an_order_whose_every_line_is_here_is_accepted_by_the_hub_itself(floor: Floor) -> None:
    order = floor.order((1, 2), (4, 3))
    assert state_of(floor, order.order_id) == "accepted"
    assert floor.facts() == ["pickup.accepted"]
    with floor.hub.state.reading() as conn:
        held = reservations.held(conn, [gtin_of(1), gtin_of(4)])
    assert {gtin: each.reserved for gtin, each in held.items()} == {gtin_of(1): 2, gtin_of(4): 3}


def test_the_last_unit_is_promised_once(floor: Floor) -> None:
    stock(floor, 0, 1)
    orders = [floor.order((0, 1)) for _ in range(5)]
    states = [state_of(floor, order.order_id) for order in orders]
    assert states == ["accepted", "placed", "placed", "placed", "placed"]


def test_units_kept_for_safety_are_not_promised(floor: Floor) -> None:
    stock(floor, 0, 3, safety=2)
    assert state_of(floor, floor.order((0, 2)).order_id) == "placed"
    assert state_of(floor, floor.order((0, 1)).order_id) == "accepted"


def test_what_left_since_upstream_counted_is_not_promised_again(floor: Floor) -> None:
    stock(floor, 1, 3)
    floor.clock.advance(1_000)
    order, staged = floor.ready((1, 2))
    floor.hand_over(order, staged)
    assert state_of(floor, floor.order((1, 2)).order_id) == "placed"
    floor.clock.advance(1_000)
    stock(floor, 1, 2)  # upstream has counted again and knows that two left
    assert accept_waiting(floor.hub) == 0  # the page itself had it accepted
    assert state_of(floor, order.order_id) == "handed_over"
    with floor.hub.state.reading() as conn:
        assert pickups.placed_ids(conn) == []


def test_a_waiting_order_is_accepted_when_another_is_declined_and_stock_comes(floor: Floor) -> None:
    stock(floor, 0, 1)
    first, second = floor.order((0, 1)), floor.order((0, 1))
    done = decline_order(
        floor.hub, DeclineAsked(event_id=floor.press(), order_id=first.order_id, reason=DeclineReason.damaged), KIM
    )
    assert isinstance(done, OrderNow)
    assert accept_waiting(floor.hub) == 1
    assert state_of(floor, second.order_id) == "accepted"


def test_a_clerk_is_told_what_is_short_and_may_vouch_for_what_she_sees(floor: Floor) -> None:
    stock(floor, 0, 1)
    order = floor.order((0, 2))
    no = accept_order(floor.hub, AcceptAsked(event_id=floor.press(), order_id=order.order_id), KIM)
    assert refused(no) == "no_stock"
    yes = accept_order(floor.hub, AcceptAsked(event_id=floor.press(), order_id=order.order_id, vouched=True), KIM)
    assert isinstance(yes, OrderNow)
    assert yes.state is OrderState.accepted


def test_orders_that_waited_for_the_store_to_be_set_up_are_accepted_once_it_is(floor: Floor) -> None:
    with floor.hub.state.writing() as conn:
        conn.execute("DELETE FROM config")
    order = floor.order((1, 1))
    assert state_of(floor, order.order_id) == "placed"
    floor.down((f"config:{STORE}", "store", STORE, A_STORE))
    assert state_of(floor, order.order_id) == "accepted"


def test_a_store_that_decides_itself_accepts_nothing_by_itself(floor: Floor) -> None:
    by_hand = msgspec.structs.replace(A_STORE, settings=StoreSettings(auto_accept=False))
    floor.down((f"config:{STORE}", "store", STORE, by_hand))
    assert state_of(floor, floor.order((1, 1)).order_id) == "placed"


def test_asked_again_a_clerk_gets_the_same_yes(floor: Floor) -> None:
    stock(floor, 0, 1)
    order = floor.order((0, 2))
    asked = AcceptAsked(event_id=floor.press(), order_id=order.order_id, vouched=True)
    first = accept_order(floor.hub, asked, KIM)
    floor.clock.advance(60_000)
    assert accept_order(floor.hub, asked, KIM) == first
    assert floor.facts("pickup.accepted") == [asked.event_id]


def test_an_order_nobody_knows_is_refused(floor: Floor) -> None:
    no = accept_order(floor.hub, AcceptAsked(event_id=floor.press(), order_id="AAAAAAAAAAAAA"), KIM)
    assert refused(no) == "unknown_order"
