"""Handing over: pass and parcel in one request, once; every refusal says what it found and touches nothing."""

import threading

import pytest

from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.pickup import OrderState, ParcelUnits
from edge.passes import write_label
from edge.store import reservations
from tests.cast.counter import KIM, gtin_of
from tests.cast.floor import Floor, refused

DAY_MS = 86_400_000


def ask(
    floor: Floor, pass_text: str, *labels: str, receipt_no: str | None = None, name_checked: bool = False
) -> HandedOver | Refusal:
    asked = HandOverAsked(
        event_id=floor.press(),
        pass_text=pass_text,
        labels=labels,
        receipt_no=receipt_no,
        name_checked=name_checked,
    )
    return hand_over(floor.hub, asked, actor=KIM, desk="1")


def test_pass_and_parcel_hand_the_order_over(floor: Floor) -> None:
    order, staged = floor.ready((1, 2), (4, 1))
    done = ask(floor, floor.pass_of(order), staged.label)
    assert isinstance(done, HandedOver)
    assert (done.state, done.parcels, done.parcels_here, done.by) == (OrderState.handed_over, (1,), 0, KIM)
    assert floor.facts()[-1] == "pickup.handed_over"
    with floor.hub.state.reading() as conn:
        assert reservations.held(conn, [gtin_of(1), gtin_of(4)]) == {}
        assert reservations.moved_since(conn, {gtin_of(1): 0})[gtin_of(1)].gone == 2


def test_a_parcel_that_left_cannot_leave_again(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    ask(floor, floor.pass_of(order), staged.label)
    left_at_ms = floor.clock.now_ms()
    floor.clock.advance(60_000)
    before = floor.dump()
    no = ask(floor, floor.pass_of(order), staged.label)
    assert no == Refusal("already_collected", {"when_ms": left_at_ms, "by": KIM, "desk": "1"})
    assert floor.dump() == before


def test_one_of_two_parcels_leaves_and_the_rest_goes_with_the_same_pass(floor: Floor) -> None:
    order = floor.order((1, 2), (4, 1))
    floor.pick(order)
    one, two = floor.stage(order, "A-1", (ParcelUnits(1, 2),)), floor.stage(order, "A-2")
    first = ask(floor, floor.pass_of(order), one.label)
    assert isinstance(first, HandedOver)
    assert (first.state, first.parcels_here) == (OrderState.ready, 1)
    again = ask(floor, floor.pass_of(order), one.label, two.label)
    assert refused(again) == "parcel_left"
    rest = ask(floor, floor.pass_of(order), two.label)
    assert isinstance(rest, HandedOver)
    assert rest.state is OrderState.handed_over


def test_no_parcel_in_the_hand_is_no_handover(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    before = floor.dump()
    assert refused(ask(floor, floor.pass_of(order))) == "no_parcel_scanned"
    assert floor.dump() == before


def test_another_orders_parcel_is_refused_and_named(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    other, others = floor.ready((4, 1))
    no = ask(floor, floor.pass_of(order), others.label)
    assert isinstance(no, Refusal)
    assert (no.reason, no.found["order"]) == ("wrong_parcel", other.order_id)


def test_a_parcel_that_was_never_staged_is_refused(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    assert refused(ask(floor, floor.pass_of(order), write_label(order.order_id, 7, 1))) == "not_staged"


def test_the_same_press_gets_the_same_answer_when_the_reply_was_lost(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    asked = HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=(staged.label,))
    first = hand_over(floor.hub, asked, actor=KIM, desk="1")
    floor.clock.advance(60_000)
    assert hand_over(floor.hub, asked, actor=KIM, desk="1") == first
    assert floor.facts("pickup.handed_over") == [asked.event_id]


def test_a_no_stays_the_same_no_for_the_same_press(floor: Floor) -> None:
    order = floor.order((1, 1))
    label = write_label(order.order_id, 1, 1)
    asked = HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=(label,))
    no = hand_over(floor.hub, asked, actor=KIM, desk="1")
    assert refused(no) == "not_staged"
    floor.pick(order)
    floor.stage(order, "A-1")
    assert hand_over(floor.hub, asked, actor=KIM, desk="1") == no


def test_money_that_is_due_needs_the_tills_receipt(floor: Floor) -> None:
    order, staged = floor.ready((1, 1), due_minor=12_000)
    assert refused(ask(floor, floor.pass_of(order), staged.label)) == "amount_due"
    assert isinstance(ask(floor, floor.pass_of(order), staged.label, receipt_no="R-77"), HandedOver)


def test_an_expired_pass_opens_after_a_look_at_name_and_digits(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    old = floor.pass_of(order)
    floor.clock.advance(3 * DAY_MS)
    assert refused(ask(floor, old, staged.label)) == "pass_expired"
    assert isinstance(ask(floor, old, staged.label, name_checked=True), HandedOver)


def test_unconfirmed_time_never_refuses_a_pass(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    old = floor.pass_of(order)
    clock = SimClock(floor.clock.now_ms() + 3 * DAY_MS, confirmed=False)
    object.__setattr__(floor.hub, "clock", clock)
    assert isinstance(ask(floor, old, staged.label), HandedOver)


@pytest.mark.parametrize("what", ["another store's pass", "a forged pass", "no pass at all", "an unknown key"])
def test_what_proves_nothing_is_refused_and_touches_nothing(floor: Floor, what: str) -> None:
    order, staged = floor.ready((1, 1))
    shown, reason = {
        "another store's pass": (floor.pass_of(order, store_number=2), "other_store"),
        "a forged pass": (floor.pass_of(order, forged=True), "forged"),
        "no pass at all": ("P1HELLO", "not_a_pass"),
        "an unknown key": (floor.pass_of(order), "unknown_key"),
    }[what]
    if what == "an unknown key":
        with floor.hub.state.writing() as conn:
            conn.execute("DELETE FROM pass_keys")
    before = floor.dump()
    assert refused(ask(floor, shown, staged.label)) == reason
    assert floor.dump() == before


def test_a_genuine_pass_of_an_order_not_heard_of_leaves_one_trace_and_releases_nothing(floor: Floor) -> None:
    unknown, staged = floor.ready((1, 1))
    with floor.hub.state.writing() as conn:
        for table in ("parcel_units", "parcels", "pickup_lines", "pickup_past", "pickups"):
            conn.execute(f"DELETE FROM {table}")
    shown = floor.pass_of(unknown)
    before = floor.dump()
    no = ask(floor, shown, staged.label)
    assert isinstance(no, Refusal)
    assert (no.reason, no.found["order"], no.found["line"]) == ("unknown_order", unknown.order_id, "cut")
    ask(floor, shown, staged.label)
    after = floor.dump()
    assert len(floor.facts("pickup.pass_seen")) == 1
    assert {table for table in after if after[table] != before[table]} == {"state.outbox_rows", "state.outbox_origins"}


def test_of_two_desks_racing_for_one_parcel_exactly_one_hands_it_over(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    shown, start, results = floor.pass_of(order), threading.Barrier(8), []
    presses = [floor.press() for _ in range(8)]

    def desk(number: int) -> None:
        asked = HandOverAsked(event_id=presses[number], pass_text=shown, labels=(staged.label,))
        start.wait()
        results.append(hand_over(floor.hub, asked, actor=KIM, desk=str(number)))

    desks = [threading.Thread(target=desk, args=(number,)) for number in range(8)]
    for each in desks:
        each.start()
    for each in desks:
        each.join()
    assert sum(isinstance(each, HandedOver) for each in results) == 1
    assert {each.reason for each in results if isinstance(each, Refusal)} == {"already_collected"}
    assert len(floor.facts("pickup.handed_over")) == 1
