"""Forgetting: each thing after its own time, never by an unconfirmed clock, never what is still open or owed."""

from edge.app.call_staff import CallAsked, call_staff, close_call
from edge.app.forget import DAY_MS, ORDER_MS, forget
from edge.app.keep_line import confirm_time
from edge.app.record_presence import PresenceAsked, ZoneChangeAsked, record_presence
from edge.app.take_back import ReturnAsked, ReturnLineAsked, take_back
from edge.domain.cart import Outcome
from edge.domain.clock import SimClock
from tests.cast.counter import KIM, STORE, gtin_of
from tests.cast.floor import KIOSK, Floor


def collected(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    floor.named(order, floor.ada)
    floor.hand_over(order, staged)


def test_a_name_goes_a_day_after_it_was_collected_and_the_order_after_its_returns(floor: Floor) -> None:
    collected(floor)
    kept = floor.order((1, 1))
    floor.named(kept, floor.ada)
    floor.clock.advance(DAY_MS - 1)
    assert forget(floor.hub).names == 0
    floor.clock.advance(2)
    assert forget(floor.hub).names == 1
    assert [row[0] for row in floor.dump()["replica.name_cards"]] == [kept.order_id]
    floor.clock.advance(ORDER_MS - DAY_MS)
    assert forget(floor.hub).orders == 1
    dump = floor.dump()
    assert [row[0] for row in dump["state.pickups"]] == [kept.order_id]
    assert {row[0] for row in dump["state.pickup_lines"]} == {kept.order_id}
    assert dump["state.parcels"] == dump["state.parcel_units"] == []


def test_an_order_that_was_forgotten_does_not_come_back_when_its_feed_is_read_again(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    floor.hand_over(order, staged)
    floor.clock.advance(ORDER_MS + 1)
    assert forget(floor.hub).orders == 1
    floor.down((f"store:{STORE}", "order", order.order_id, order))
    assert floor.dump()["state.pickups"] == []


def test_what_is_finished_goes_after_the_return_window_and_what_is_open_stays(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2), ("l2", 4, 1))
    visit = floor.look_up(floor.ada)
    answered, asked, called, waiting = (floor.press() for _ in range(4))
    floor.wish(visit, visit.cart.lines[0], 5, event_id=answered)
    floor.wish(visit, visit.cart.lines[1], 5, event_id=asked)
    floor.answered(answered, Outcome.granted, version=2)
    for press in (called, waiting):
        call_staff(floor.hub, CallAsked(event_id=press, screen="cart"), kiosk=KIOSK)
    close_call(floor.hub, called, KIM)
    line = ReturnLineAsked(gtin=gtin_of(1), qty=1, amount_minor=1)
    take_back(floor.hub, ReturnAsked(event_id=floor.press(), lines=(line,), refund_minor=1), KIM)
    floor.clock.advance(ORDER_MS + 1)
    forget(floor.hub)
    dump = floor.dump()
    assert [row[0] for row in dump["state.wishes"]] == [asked]
    assert [row[0] for row in dump["state.staff_calls"]] == [waiting]
    assert dump["state.returns"] == dump["state.return_lines"] == []


def test_a_guests_own_key_goes_with_her_name(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    assert floor.subjects_with_keys() == [f"order:{order.order_id}"]
    floor.hand_over(order, staged)
    floor.clock.advance(DAY_MS + 1)
    forget(floor.hub)
    assert floor.subjects_with_keys() == []


def test_what_a_clock_two_months_behind_labelled_is_not_forgotten_once_time_is_confirmed(floor: Floor) -> None:
    right_ms = floor.clock.now_ms()
    floor.awake_at(right_ms - 60 * DAY_MS)
    collected(floor)
    confirm_time(floor.hub, right_ms)
    gone = forget(floor.hub)
    assert (gone.names, gone.orders) == (0, 0)
    object.__setattr__(floor.hub, "clock", SimClock(right_ms + ORDER_MS + DAY_MS))
    assert forget(floor.hub).orders == 1


def test_what_is_owed_is_never_forgotten(floor: Floor) -> None:
    collected(floor)
    owed = len(floor.dump()["state.outbox_rows"])
    floor.clock.advance(400 * DAY_MS)
    forget(floor.hub)
    assert len(floor.dump()["state.outbox_rows"]) == owed


def test_an_unconfirmed_clock_erases_nothing(floor: Floor) -> None:
    collected(floor)
    before = floor.dump()
    object.__setattr__(floor.hub, "clock", SimClock(floor.clock.now_ms() + 400 * DAY_MS, confirmed=False))
    forget(floor.hub)
    assert floor.dump() == before


def test_where_a_tag_was_is_forgotten_after_a_day(floor: Floor) -> None:
    here = ZoneChangeAsked(tag="t", zone="door", at_ms=floor.clock.now_ms())
    record_presence(floor.hub, PresenceAsked(changes=(here,)), node="B1")
    floor.clock.advance(DAY_MS + 1)
    assert forget(floor.hub).sightings == 1
