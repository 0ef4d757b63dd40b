"""Taking back: one document per return, never more than left, with an order or without one."""

import pytest

from edge.app.forget import DAY_MS, kept_ms
from edge.app.returnable import read_returnable
from edge.app.take_back import ReturnAsked, ReturnChargeAsked, ReturnLineAsked, TakenBack, take_back
from edge.domain.errors import Refusal
from edge.domain.facts import Condition
from edge.domain.truth import StoreSettings
from edge.store import reservations
from tests.cast.counter import KIM, gtin_of
from tests.cast.desk_acts import settings
from tests.cast.floor import Floor, refused


def line(
    order_id: str | None, number: int | None, place: int, qty: int, *, condition: Condition = Condition.as_new
) -> ReturnLineAsked:
    return ReturnLineAsked(
        order_id=order_id, line=number, gtin=gtin_of(place), qty=qty, amount_minor=qty * 1_000, condition=condition
    )


def back(floor: Floor, *lines: ReturnLineAsked, charges: tuple[ReturnChargeAsked, ...] = ()) -> object:
    refund = sum(each.amount_minor for each in lines) + sum(each.amount_minor for each in charges)
    asked = ReturnAsked(event_id=floor.press(), lines=lines, charges=charges, refund_minor=refund)
    return take_back(floor.hub, asked, KIM)


def test_what_was_handed_over_can_come_back_while_the_line_is_cut(floor: Floor) -> None:
    order, staged = floor.ready((1, 3))
    floor.hand_over(order, staged)
    done = back(floor, line(order.order_id, 1, 1, 2))
    assert isinstance(done, TakenBack)
    assert (done.units, done.refund_minor) == (2, 2_000)
    assert floor.facts("return.recorded") == [done.return_id]
    assert [each.left for each in read_returnable(floor.hub, order.order_id)] == [1]


def test_no_unit_comes_back_twice_neither_over_two_returns_nor_within_one(floor: Floor) -> None:
    order, staged = floor.ready((1, 3))
    floor.hand_over(order, staged)
    back(floor, line(order.order_id, 1, 1, 2))
    before = floor.dump()
    assert refused(back(floor, line(order.order_id, 1, 1, 2))) == "returned_too_much"
    assert refused(back(floor, line(order.order_id, 1, 1, 1), line(order.order_id, 1, 1, 1))) == "returned_too_much"
    assert floor.dump() == before


def test_what_never_left_cannot_come_back(floor: Floor) -> None:
    order, _ = floor.ready((1, 3))
    assert refused(back(floor, line(order.order_id, 1, 1, 1))) == "returned_too_much"


def test_another_product_than_the_lines_is_refused(floor: Floor) -> None:
    order, staged = floor.ready((1, 3))
    floor.hand_over(order, staged)
    assert refused(back(floor, line(order.order_id, 1, 4, 1))) == "wrong_product"
    assert refused(back(floor, line(order.order_id, 9, 1, 1))) == "unknown_line"
    assert refused(back(floor, line("AAAAAAAAAAAAB", 1, 1, 1))) == "unknown_order"
    assert refused(back(floor, line(order.order_id, None, 1, 1))) == "unknown_line"


def test_without_an_order_it_is_recorded_all_the_same(floor: Floor) -> None:
    done = back(floor, line(None, None, 1, 1), charges=(ReturnChargeAsked(code="POST", amount_minor=500),))
    assert isinstance(done, TakenBack)
    dump = floor.dump()
    assert [row[2:7] for row in dump["state.return_lines"]] == [(None, None, gtin_of(1), 1, 1_000)]
    assert [row[2:] for row in dump["state.return_charges"]] == [("POST", 500)]


def test_only_what_is_as_new_can_be_promised_again(floor: Floor) -> None:
    floor.clock.advance(1_000)
    back(floor, line(None, None, 1, 2), line(None, None, 4, 2, condition=Condition.damaged))
    with floor.hub.state.reading() as conn:
        moved = reservations.moved_since(conn, {gtin_of(1): 0, gtin_of(4): 0})
    assert {gtin: each.restocked for gtin, each in moved.items()} == {gtin_of(1): 2}


def test_the_same_press_is_one_document(floor: Floor) -> None:
    asked = ReturnAsked(event_id=floor.press(), lines=(line(None, None, 1, 1),), refund_minor=1_000)
    assert take_back(floor.hub, asked, KIM) == take_back(floor.hub, asked, KIM)
    assert len(floor.dump()["state.returns"]) == 1


@pytest.mark.parametrize(
    ("condition", "day", "reason"),
    [
        (Condition.as_new, 15, None),
        (Condition.as_new, 16, "return_too_late"),
        (Condition.damaged, 30, None),
        (Condition.damaged, 31, "return_too_late"),
    ],
)
def test_goods_come_back_within_the_days_of_the_stores_own_calendar(
    floor: Floor, condition: Condition, day: int, reason: str | None
) -> None:
    settings(floor, StoreSettings(return_days=15, defect_return_days=30))
    order, staged = floor.ready((1, 1))
    floor.hand_over(order, staged)
    floor.clock.advance(day * DAY_MS + 9 * 3_600_000)  # 23:00 of that day in Seoul
    done = back(floor, line(order.order_id, 1, 1, 1, condition=condition))
    if reason is None:
        assert isinstance(done, TakenBack)
        return
    assert isinstance(done, Refusal)
    days = 15 if condition is Condition.as_new else 30
    rule = f"return-{days}" if condition is Condition.as_new else f"defect-{days}"
    assert (done.reason, done.found["policy"], done.found["day"]) == (reason, rule, day)


def test_a_clock_nobody_confirmed_refuses_no_return(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    floor.hand_over(order, staged)
    floor.awake_at(floor.clock.now_ms() + 90 * DAY_MS)
    assert isinstance(back(floor, line(order.order_id, 1, 1, 1)), TakenBack)


def test_closed_orders_are_kept_as_long_as_their_goods_may_come_back_and_a_week(floor: Floor) -> None:
    assert kept_ms(floor.hub) == 37 * DAY_MS
    settings(floor, StoreSettings(return_days=60, defect_return_days=90))
    assert kept_ms(floor.hub) == 97 * DAY_MS
