"""One step back at the counter: a pick, a short, a parcel, an arrival; never what something later rests on."""

from edge.app.check_in import StaffCheckInAsked, check_in_by_staff
from edge.app.move_pickup import OrderNow
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.tell_again import TellAgainAsked, tell_again
from edge.app.undo_step import UndoAsked, undo_step
from edge.domain.errors import Refusal
from edge.domain.pickup import OrderState, ShortReason
from edge.domain.truth import OrderDown
from edge.store import reservations
from tests.cast.counter import KIM, gtin_of
from tests.cast.desk_acts import book, press
from tests.cast.floor import Floor, refused
from tests.cast.recorded import last_fact


def undo(floor: Floor, order: OrderDown, undone: str) -> OrderNow | Refusal:
    """Kim takes that press back."""
    return undo_step(floor.hub, UndoAsked(event_id=floor.press(), order_id=order.order_id, undone=undone), KIM)


def held(floor: Floor, place: int) -> tuple[int, int]:
    """Units of a product that are reserved and staged."""
    with floor.hub.state.reading() as conn:
        found = reservations.held(conn, [gtin_of(place)]).get(gtin_of(place), reservations.NONE_HELD)
    return found.reserved, found.staged


def test_a_pick_a_short_and_a_parcel_are_taken_back_one_by_one(floor: Floor) -> None:
    order = floor.order((1, 2))
    floor.pick(order)
    picked = floor.facts("pickup.picked")[-1]
    floor.stage(order, "A-1")
    staged = floor.facts("pickup.staged")[-1]
    assert held(floor, 1) == (0, 2)
    assert refused(undo(floor, order, picked)) == "already_packed"
    assert isinstance(undo(floor, order, staged), OrderNow)
    assert held(floor, 1) == (2, 0)
    done = undo(floor, order, picked)
    assert isinstance(done, OrderNow)
    assert (done.picked_units, done.state) == (0, OrderState.picking)
    assert last_fact(floor)["event"] == picked


def test_a_short_taken_back_is_looked_for_again_and_held(floor: Floor) -> None:
    order = floor.order((1, 2))
    asked = ShortAsked(event_id=floor.press(), order_id=order.order_id, line=1, qty=1, reason=ShortReason.not_found)
    assert isinstance(short_pick(floor.hub, asked, KIM), OrderNow)
    assert held(floor, 1) == (1, 0)
    done = undo(floor, order, asked.event_id)
    assert isinstance(done, OrderNow)
    assert (done.short_units, held(floor, 1)) == (0, (2, 0))


def test_a_step_is_taken_back_once_and_only_of_its_own_order(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    other = floor.order((4, 1))
    staged = floor.facts("pickup.staged")[-1]
    before = floor.dump()
    assert refused(undo(floor, other, staged)) == "nothing_to_undo"
    assert refused(undo(floor, order, floor.press())) == "nothing_to_undo"
    assert floor.dump() == before
    undo(floor, order, staged)
    assert refused(undo(floor, order, staged)) == "already_undone"


def test_a_parcel_that_left_is_not_unpacked_behind_its_back(floor: Floor) -> None:
    order = floor.order((1, 1), (4, 1))
    floor.pick(order)
    label = floor.stage(order, "A-1", floor.units_of(order, 1)).label
    staged = floor.facts("pickup.staged")[-1]
    floor.stage(order, "A-2")
    press(floor, order, label)
    assert refused(undo(floor, order, staged)) == "parcel_left"
    assert refused(undo(floor, order, floor.facts("pickup.handed_over")[-1])) == "nothing_to_undo"


def test_a_clerk_marks_an_arrival_and_takes_it_back(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    asked = StaffCheckInAsked(event_id=floor.press(), order_id=order.order_id)
    assert isinstance(check_in_by_staff(floor.hub, asked, KIM), OrderNow)
    assert book(floor, order).marks.arrived_by == "staff"
    undo(floor, order, asked.event_id)
    assert book(floor, order).marks.arrived_at_ms is None


def test_told_again_is_not_told_until_head_office_says_so(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    floor.tell(order)
    assert book(floor, order).marks.told_at_ms == floor.clock.now_ms()
    floor.clock.advance(60_000)
    asked = TellAgainAsked(event_id=floor.press(), order_id=order.order_id)
    assert isinstance(tell_again(floor.hub, asked, KIM), OrderNow)
    assert book(floor, order).marks.told_at_ms is None
    assert floor.facts()[-1] == "pickup.told_again_asked"
    floor.tell(order)
    assert book(floor, order).marks.told_at_ms == floor.clock.now_ms()


def test_nobody_is_told_again_of_what_is_not_ready(floor: Floor) -> None:
    order = floor.order((1, 1))
    asked = TellAgainAsked(event_id=floor.press(), order_id=order.order_id)
    assert refused(tell_again(floor.hub, asked, KIM)) == "cannot_step"
