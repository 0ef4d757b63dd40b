"""Second thoughts: a handover is taken back by its own desk at once, later by a manager; a parcel in the hand is here."""

import threading

import pytest

from edge.app.hand_over import HandedOver, HandOverAsked
from edge.app.parcel_is_here import parcel_is_here
from edge.app.take_back import ReturnAsked, ReturnLineAsked, TakenBack, take_back
from edge.app.void_handover import ON_ITS_WAY_MS, UNDO_MS, UndoHandoverAsked, Voided, undo_handover
from edge.domain.errors import Refusal
from edge.domain.facts import VoidReason
from edge.domain.pickup import OrderState, ParcelState, ParcelUnits
from edge.store import reservations
from tests.cast.counter import KIM, gtin_of
from tests.cast.desk_acts import book, both_work, last_handover, lee_says, press, still_here, undo
from tests.cast.floor import Floor, refused

HOUR_MS = 3_600_000


def test_an_undo_within_ten_seconds_puts_the_parcel_back_on_its_shelf(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    press(floor, order, staged.label)
    floor.clock.advance(9_000)
    done = undo(floor, last_handover(floor))
    assert isinstance(done, Voided)
    assert (done.parcels, done.state) == ((1,), OrderState.ready)
    parcel = book(floor, order).parcels[0]
    assert (parcel.state, parcel.shelf, parcel.left_event) == (ParcelState.shelved, "A-12", None)
    assert floor.facts()[-1] == "pickup.voided"
    with floor.hub.state.reading() as conn:
        assert reservations.held(conn, [gtin_of(1)])[gtin_of(1)].staged == 2
        moved = reservations.moved_since(conn, {gtin_of(1): 0})[gtin_of(1)]
    assert moved.gone == moved.restocked


def test_what_was_undone_is_handed_over_again_with_the_same_pass(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    undo(floor, last_handover(floor))
    again = press(floor, order, staged.label)
    assert isinstance(again, HandedOver)
    assert again.state is OrderState.handed_over


@pytest.mark.parametrize(("desk", "later_ms"), [("1", UNDO_MS + ON_ITS_WAY_MS + 1), ("2", 1_000)])
def test_later_or_at_another_desk_a_manager_has_to_say_so(floor: Floor, desk: str, later_ms: int) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    floor.clock.advance(later_ms)
    before = floor.dump()
    assert refused(undo(floor, last_handover(floor), desk=desk)) == "manager_needed"
    assert refused(undo(floor, last_handover(floor), desk=desk, manager=lee_says("000000"))) == "wrong_manager_pin"
    assert floor.dump() == before
    assert isinstance(undo(floor, last_handover(floor), desk=desk, manager=lee_says()), Voided)


def test_an_undo_is_done_once_and_asked_again_gives_the_same_answer(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    asked = UndoHandoverAsked(event_id=floor.press(), handover_id=last_handover(floor))
    first = undo_handover(floor.hub, asked, actor=KIM, desk="1")
    floor.clock.advance(HOUR_MS)
    assert undo_handover(floor.hub, asked, actor=KIM, desk="1") == first
    assert len(floor.facts("pickup.voided")) == 1
    floor.clock.advance(-HOUR_MS)
    assert refused(undo(floor, last_handover(floor))) == "already_undone"


def test_a_handover_nobody_made_is_not_taken_back(floor: Floor) -> None:
    both_work(floor)
    assert refused(undo(floor, floor.press(), manager=lee_says())) == "unknown_order"


def test_goods_that_came_back_as_a_return_are_not_on_the_shelf_too(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    press(floor, order, staged.label)
    line = ReturnLineAsked(order_id=order.order_id, line=1, gtin=gtin_of(1), qty=1, amount_minor=19_000)
    done = take_back(floor.hub, ReturnAsked(event_id=floor.press(), lines=(line,), refund_minor=19_000), KIM)
    assert isinstance(done, TakenBack)
    before = floor.dump()
    assert refused(undo(floor, last_handover(floor))) == "returned_too_much"
    assert floor.dump() == before


def test_a_wrong_bag_is_looked_into_by_a_person(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    undo(floor, last_handover(floor), reason=VoidReason.wrong_bag)
    assert floor.facts()[-1] == "pickup.handed_over", "a wrong bag is never the plain undo"
    assert isinstance(undo(floor, last_handover(floor), reason=VoidReason.wrong_bag, manager=lee_says()), Voided)
    assert [(each.kind, each.subject) for each in floor.incidents()] == [("wrong_bag", last_handover(floor))]


def test_the_no_says_at_which_desk_it_was_recorded(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label, desk="3")
    no = press(floor, order, staged.label)
    assert isinstance(no, Refusal)
    assert no.found["desk"] == "3"


def test_a_parcel_in_the_hand_voids_the_old_record_and_makes_the_new_one_at_once(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    first = last_handover(floor)
    floor.clock.advance(HOUR_MS)
    done = still_here(floor, order, staged.label)
    assert isinstance(done, HandedOver)
    assert (done.voided, done.state) == ((first,), OrderState.handed_over)
    assert floor.facts()[-2:] == ["pickup.voided", "pickup.handed_over"]
    parcel = book(floor, order).parcels[0]
    assert (parcel.left_event, parcel.left_at_ms) == (last_handover(floor), floor.clock.now_ms())
    assert [(each.kind, each.subject) for each in floor.incidents()] == [("parcel_is_here", first)]


def test_one_of_two_parcels_is_here_and_the_other_stays_gone(floor: Floor) -> None:
    order = floor.order((1, 1), (4, 1))
    floor.pick(order)
    one, two = floor.stage(order, "A-1", (ParcelUnits(1, 1),)), floor.stage(order, "A-2")
    press(floor, order, one.label, two.label)
    first = last_handover(floor)
    done = still_here(floor, order, two.label)
    assert isinstance(done, HandedOver)
    assert done.parcels == (2,)
    assert [each.left_event for each in book(floor, order).parcels] == [first, last_handover(floor)]


def test_a_new_record_that_is_refused_leaves_the_old_one_standing(floor: Floor) -> None:
    order, staged = floor.ready((1, 1), due_minor=12_000)
    press(floor, order, staged.label, receipt_no="R-1")
    before = floor.dump()
    assert refused(still_here(floor, order, staged.label)) == "amount_due"
    assert floor.dump() == before


def test_of_two_desks_with_one_parcel_in_the_hand_both_are_on_record_and_it_left_once(floor: Floor) -> None:
    """Each press voids what was recorded before it, so the last one stands and every earlier one is voided."""
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    start, results = threading.Barrier(4), []
    presses = [floor.press() for _ in range(4)]

    def desk(number: int) -> None:
        asked = HandOverAsked(event_id=presses[number], pass_text=floor.pass_of(order), labels=(staged.label,))
        start.wait()
        results.append(parcel_is_here(floor.hub, asked, actor=KIM, desk=str(number)))

    desks = [threading.Thread(target=desk, args=(number,)) for number in range(4)]
    for each in desks:
        each.start()
    for each in desks:
        each.join()
    assert all(isinstance(each, HandedOver) for each in results)
    assert len(floor.facts("pickup.handed_over")) == 5
    assert len(floor.facts("pickup.voided")) == 4
    assert len([each for each in book(floor, order).parcels if each.state is ParcelState.handed_over]) == 1
