"""Recorded facts become the same state everywhere, never go back, and count once."""

import pytest
from msgspec.structs import replace

from edge.domain.errors import ImpossibleFact
from edge.domain.facts import (
    ArrivedHow,
    PickupAccepted,
    PickupArrived,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupFact,
    PickupPassSeen,
)
from edge.domain.pickup import (
    DeclineReason,
    Found,
    FoundLine,
    FoundParcel,
    LineState,
    OrderState,
    ParcelState,
    ParcelUnits,
    Pickup,
    all_short,
    found_of,
    loose_units,
    mark_cancel_asked,
    mark_told,
    units_in,
    with_found,
)
from tests.cast.pickups import (
    AT,
    NOON_MS,
    ORDER,
    OTHER_ORDER,
    accepted,
    adas_order,
    after,
    collected,
    hand_over,
    pick,
    picked,
    ready,
    short,
    stage,
    staged,
)


def arrived(how: ArrivedHow = ArrivedHow.kiosk) -> PickupArrived:
    return PickupArrived(actor="kiosk:K1", at=AT, order=ORDER, how=how)


def declined() -> PickupDeclined:
    return PickupDeclined(actor="clerk:kim", at=AT, order=ORDER, reason=DeclineReason.all_short)


def cancel_granted() -> PickupCancelGranted:
    return PickupCancelGranted(actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1")


def test_an_order_goes_from_placed_to_handed_over() -> None:
    states = [adas_order(), accepted(), after(accepted(), pick(accepted(), 1, 1)), staged(), ready(), collected()]
    assert [pickup.state for pickup in states] == [
        OrderState.placed,
        OrderState.accepted,
        OrderState.picking,
        OrderState.staged,
        OrderState.ready,
        OrderState.handed_over,
    ]


def test_an_accepted_order_keeps_or_learns_its_promise() -> None:
    fact = PickupAccepted(actor="hub:H1", at=AT, order=ORDER, available={}, promised_at_ms=NOON_MS + 1)
    assert after(adas_order(), fact).promised_at_ms == NOON_MS + 1
    assert accepted(adas_order(promised_at_ms=NOON_MS)).promised_at_ms == NOON_MS


def test_a_handover_writes_down_when_by_whom_and_by_which_event() -> None:
    done = after(ready(), hand_over(ready(), 1), event_id="event-9", at_ms=NOON_MS + 9)
    parcel = done.parcels[0]
    assert (parcel.left_at_ms, parcel.left_by, parcel.left_event) == (NOON_MS + 9, "clerk:kim", "event-9")
    assert (done.closed_at_ms, done.closed_reason, done.marks.partly_handed_over) == (NOON_MS + 9, None, False)


def test_an_order_of_two_parcels_is_handed_over_when_both_have_left() -> None:
    soaps = staged(after(accepted(), pick(accepted(), 1, 2)))
    assert soaps.state is OrderState.picking
    both = ready(staged(picked(soaps)))
    part = after(both, hand_over(both, 1))
    assert (part.state, part.marks.partly_handed_over) == (OrderState.ready, True)
    whole = after(part, hand_over(part, 2))
    assert (whole.state, whole.marks.partly_handed_over) == (OrderState.handed_over, False)


def test_a_parcel_may_leave_while_the_rest_is_still_picked() -> None:
    soaps = staged(after(accepted(), pick(accepted(), 1, 2)))
    part = after(soaps, hand_over(soaps, 1))
    assert (part.state, part.marks.partly_handed_over) == (OrderState.picking, True)
    assert staged(picked(part)).state is OrderState.staged


def test_a_short_line_completes_the_order_without_it() -> None:
    no_tea = after(accepted(), short(accepted(), 2, 3))
    done = staged(picked(no_tea))
    assert done.state is OrderState.staged
    assert [line.state for line in done.lines] == [LineState.picked, LineState.short]
    assert not all_short(done)


def test_an_order_of_which_nothing_was_found_waits_to_be_declined() -> None:
    pickup = accepted()
    for line in pickup.lines:
        pickup = after(pickup, short(pickup, line.line, line.qty))
    assert (pickup.state, all_short(pickup)) == (OrderState.picking, True)
    closed = after(pickup, declined(), at_ms=NOON_MS + 3)
    assert (closed.state, closed.closed_reason, closed.closed_at_ms) == (OrderState.declined, "all_short", NOON_MS + 3)


def test_what_is_loose_is_what_was_picked_and_lies_in_no_parcel() -> None:
    pickup = picked()
    assert loose_units(pickup) == (ParcelUnits(1, 2), ParcelUnits(2, 3))
    some = after(pickup, stage(pickup, 1, (ParcelUnits(2, 1),)))
    assert loose_units(some) == (ParcelUnits(1, 2), ParcelUnits(2, 2))
    assert (units_in(some.parcels, 2), units_in(some.parcels, 1)) == (1, 0)
    unpacked = replace(some, parcels=(replace(some.parcels[0], state=ParcelState.unpacked),))
    assert loose_units(unpacked) == loose_units(pickup)
    assert units_in(unpacked.parcels, 2) == 0


def test_the_first_arrival_starts_the_waiting() -> None:
    first = after(ready(), arrived(), at_ms=NOON_MS + 1)
    again = after(first, arrived(ArrivedHow.staff), at_ms=NOON_MS + 2)
    assert (again.marks.arrived_at_ms, again.marks.arrived_by) == (NOON_MS + 1, "kiosk")


def test_a_cancel_asked_stands_until_it_is_answered() -> None:
    asked = mark_cancel_asked(ready(), NOON_MS + 1)
    assert mark_cancel_asked(asked, NOON_MS + 2).marks.cancel_asked_at_ms == NOON_MS + 1
    refused = PickupCancelRefused(
        actor="clerk:kim", at=AT, order=ORDER, ask_id="ask-1", reason="parcel_left", found=found_of(asked)
    )
    assert after(asked, refused).marks.cancel_asked_at_ms is None
    granted = after(asked, cancel_granted(), at_ms=NOON_MS + 3)
    assert (granted.state, granted.closed_at_ms) == (OrderState.cancelled, NOON_MS + 3)
    assert mark_cancel_asked(granted, NOON_MS + 4) == granted


def test_the_word_that_she_was_told_stands_beside_the_state() -> None:
    told = mark_told(ready(), NOON_MS + 1)
    assert (told.state, told.marks.told_at_ms) == (OrderState.ready, NOON_MS + 1)


def test_a_pass_seen_changes_nothing() -> None:
    fact = PickupPassSeen(actor="clerk:kim", at=AT, order=ORDER, pass_id="a1b2c3")
    assert after(ready(), fact) == ready()


@pytest.mark.parametrize("fact", [declined(), cancel_granted()])
def test_a_closed_order_stays_as_it_was_closed(fact: PickupFact) -> None:
    assert after(collected(), fact) == collected()


def test_a_parcel_that_left_a_cancelled_order_is_written_down_and_the_order_stays_cancelled() -> None:
    cancelled = after(ready(), cancel_granted())
    gone = after(cancelled, hand_over(ready(), 1))
    assert gone.state is OrderState.cancelled
    assert gone.parcels[0].state is ParcelState.handed_over


def test_a_parcel_that_left_keeps_its_first_leaving() -> None:
    once = after(ready(), hand_over(ready(), 1), event_id="event-1", at_ms=NOON_MS + 1)
    assert after(once, hand_over(ready(), 1), event_id="event-2", at_ms=NOON_MS + 2) == once


def test_a_parcel_heard_of_only_by_its_leaving_learns_its_units_later() -> None:
    left = after(picked(), hand_over(ready(), 1))
    assert (left.parcels[0].units, left.state) == ((), OrderState.picking)
    heard = after(left, stage(picked(), 1, (ParcelUnits(1, 2), ParcelUnits(2, 3))))
    assert (heard.state, heard.parcels[0].state) == (OrderState.handed_over, ParcelState.handed_over)
    assert heard.parcels[0].units == (ParcelUnits(1, 2), ParcelUnits(2, 3))


def test_a_fact_about_a_line_nobody_ordered_changes_nothing() -> None:
    assert after(accepted(), replace(pick(accepted(), 1, 1), line=9)).lines == accepted().lines
    assert after(accepted(), replace(short(accepted(), 1, 1), line=9)).lines == accepted().lines


def test_more_than_was_ordered_is_never_booked() -> None:
    twice = after(after(accepted(), short(accepted(), 1, 2)), pick(accepted(), 1, 2))
    assert (twice.lines[0].picked_qty, twice.lines[0].short_qty) == (0, 2)
    other_way = after(after(accepted(), pick(accepted(), 1, 2)), short(accepted(), 1, 2))
    assert (other_way.lines[0].picked_qty, other_way.lines[0].short_qty) == (2, 0)


def test_a_fact_of_another_order_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ImpossibleFact):
        after(adas_order(order_id=OTHER_ORDER), arrived())


def test_what_an_act_found_can_be_put_back_into_a_book() -> None:
    one = after(accepted(), pick(accepted(), 1, 1))
    found = found_of(mark_cancel_asked(one, NOON_MS), 1)
    assert found == Found(
        state=OrderState.picking,
        revision=1,
        cancel_asked=True,
        lines=(FoundLine(line=1, picked_qty=1, short_qty=0, step=1),),
    )
    seen = with_found(adas_order(), found)
    assert (seen.state, seen.lines[0].picked_qty, seen.marks.cancel_asked_at_ms) == (one.state, 1, NOON_MS)
    assert with_found(mark_cancel_asked(one, 5), found_of(one, 1)).marks.cancel_asked_at_ms is None


def test_a_book_that_lacks_a_parcel_learns_it_from_what_was_found() -> None:
    found = found_of(ready(), lines=[1, 2])
    assert found.parcels == (FoundParcel(number=1, state=ParcelState.shelved, step=0),)
    seen: Pickup = with_found(adas_order(), found)
    assert seen.parcels[0].number == 1
    assert [each.picked_qty for each in seen.lines] == [each.picked_qty for each in ready().lines]
    assert with_found(ready(), found) == ready()
