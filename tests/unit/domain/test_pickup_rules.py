"""What may be done with a pickup, and why not: every refusal says what was found."""

import pytest
from msgspec.structs import replace

from edge.domain.errors import Refusal
from edge.domain.pickup import (
    LineState,
    Marks,
    OrderState,
    ParcelSeen,
    ParcelState,
    ParcelUnits,
    Pickup,
    PickupReason,
    decide_accept,
    decide_cancel,
    decide_check_in,
    decide_decline,
    decide_handover,
    decide_pass,
    decide_pick,
    decide_ready,
    decide_return,
    decide_short,
    decide_stage,
    units_to_reserve,
)
from tests.cast.pickups import (
    NOON_MS,
    ORDER,
    OTHER_ORDER,
    PASS,
    SOAP,
    TEA,
    accepted,
    adas_order,
    after,
    collected,
    hand_over,
    label,
    pick,
    picked,
    ready,
    reason_of,
    short,
    stage,
    staged,
)


def decide(pickup: Pickup | None, *labels: ParcelSeen, now_ms: int = NOON_MS, confirmed: bool = True) -> Refusal | None:
    return decide_handover(pickup, PASS, labels or (label(),), now_ms, confirmed)


def two_parcels() -> Pickup:
    soaps = after(accepted(), pick(accepted(), 1, 2))
    one = staged(soaps)
    return ready(staged(picked(one)))


def test_an_order_is_taken_when_every_unit_can_be_reserved() -> None:
    assert units_to_reserve(adas_order()) == {SOAP: 2, TEA: 3}
    assert decide_accept(adas_order(), {SOAP: 2, TEA: 3}) is None
    assert decide_accept(adas_order(), {SOAP: 2, TEA: 2}) == Refusal(
        "no_stock", {"gtin": TEA, "qty": 3, "available": 2}
    )
    assert decide_accept(adas_order(), {SOAP: 2}) == Refusal("no_stock", {"gtin": TEA, "qty": 3, "available": 0})


def test_lines_of_one_product_are_reserved_together() -> None:
    lines = tuple(replace(line, gtin=SOAP) for line in adas_order().lines)
    pickup = adas_order(lines=lines)
    assert decide_accept(pickup, {SOAP: 5}) is None
    assert reason_of(decide_accept(pickup, {SOAP: 4})) == PickupReason.no_stock


def test_a_clerk_who_sees_the_shelf_may_take_an_order_the_ledger_cannot() -> None:
    assert decide_accept(adas_order(), None) is None
    assert reason_of(decide_accept(accepted(), None)) == PickupReason.cannot_step


def test_an_order_is_taken_once() -> None:
    assert decide_accept(accepted(), {SOAP: 9, TEA: 9}) == Refusal("cannot_step", {"state": "accepted"})


def test_the_shop_may_decline_until_something_is_packed() -> None:
    assert decide_decline(adas_order()) is None
    assert decide_decline(picked()) is None
    assert reason_of(decide_decline(staged())) == PickupReason.cannot_step
    assert reason_of(decide_decline(collected())) == PickupReason.cannot_step


def test_units_are_picked_for_an_accepted_order_and_no_more_than_ordered() -> None:
    assert decide_pick(accepted(), 1, 2) is None
    assert decide_pick(accepted(), 1, 3) == Refusal("too_many", {"line": 1, "qty": 3, "left": 2})
    assert reason_of(decide_pick(accepted(), 1, 0)) == PickupReason.too_many
    assert reason_of(decide_pick(picked(), 1, 1)) == PickupReason.too_many
    assert reason_of(decide_pick(adas_order(), 1, 1)) == PickupReason.cannot_step
    assert reason_of(decide_pick(accepted(), 9, 1)) == PickupReason.unknown_line


def test_the_wrong_product_is_refused_and_named() -> None:
    assert decide_pick(accepted(), 1, 1, SOAP) is None
    assert decide_pick(accepted(), 1, 1, TEA) == Refusal("wrong_product", {"line": 1, "wanted": SOAP, "scanned": TEA})


def test_what_is_not_found_is_counted_against_what_is_still_to_pick() -> None:
    one_soap = after(accepted(), pick(accepted(), 1, 1))
    assert decide_short(one_soap, 1, 1) is None
    assert decide_short(one_soap, 1, 2) == Refusal("too_many", {"line": 1, "qty": 2, "left": 1})
    assert reason_of(decide_short(one_soap, 9, 1)) == PickupReason.unknown_line
    assert reason_of(decide_short(adas_order(), 1, 1)) == PickupReason.cannot_step


def test_a_parcel_holds_what_was_picked_and_nothing_else() -> None:
    assert decide_stage(picked(), 1, [ParcelUnits(1, 2), ParcelUnits(2, 3)], "B2") is None
    assert decide_stage(picked(), 1, [ParcelUnits(1, 3)], "B2") == Refusal("too_many", {"line": 1, "qty": 3, "left": 2})
    assert reason_of(decide_stage(picked(), 1, [ParcelUnits(1, 1), ParcelUnits(1, 2)], "B2")) == PickupReason.too_many
    assert reason_of(decide_stage(picked(), 1, [ParcelUnits(1, 0)], "B2")) == PickupReason.too_many
    assert reason_of(decide_stage(picked(), 1, [ParcelUnits(9, 1)], "B2")) == PickupReason.too_many
    assert reason_of(decide_stage(picked(), 1, [], "B2")) == PickupReason.nothing_to_stage
    assert reason_of(decide_stage(staged(), 2, [ParcelUnits(1, 1)], "B2")) == PickupReason.too_many
    assert reason_of(decide_stage(adas_order(), 1, [ParcelUnits(1, 1)], "B2")) == PickupReason.cannot_step


@pytest.mark.parametrize("number", [0, 256])
def test_a_parcel_number_fits_in_the_labels_one_byte(number: int) -> None:
    assert reason_of(decide_stage(picked(), number, [ParcelUnits(1, 1)], "B2")) == PickupReason.parcel_exists


def test_a_parcel_number_is_used_once() -> None:
    one = staged(after(accepted(), pick(accepted(), 1, 2)))
    assert reason_of(decide_stage(picked(one), 1, [ParcelUnits(2, 3)], "B2")) == PickupReason.parcel_exists


def test_the_shopper_may_be_told_once_everything_lies_on_the_shelf() -> None:
    assert decide_ready(staged()) is None
    assert reason_of(decide_ready(picked())) == PickupReason.cannot_step
    assert reason_of(decide_ready(ready())) == PickupReason.cannot_step


def test_the_parcel_in_the_hand_and_the_pass_together_open_an_order() -> None:
    assert decide(ready()) is None
    assert decide(staged()) is None


def test_nothing_leaves_without_a_scanned_parcel() -> None:
    assert decide_handover(ready(), PASS, (), NOON_MS, True) == Refusal("no_parcel_scanned", {"staged": 1})


def test_a_parcel_of_somebody_else_is_refused() -> None:
    assert decide(ready(), label(order=OTHER_ORDER)) == Refusal("wrong_parcel", {"order": OTHER_ORDER, "parcel": 1})
    assert reason_of(decide(ready(), label(), label(order=OTHER_ORDER))) == PickupReason.wrong_parcel


def test_a_parcel_that_was_never_staged_is_refused() -> None:
    assert decide(ready(), label(2)) == Refusal("not_staged", {"parcel": 2, "state": "ready"})
    assert decide(accepted()) == Refusal("not_staged", {"parcel": 1, "state": "accepted"})


def test_a_parcel_that_was_unpacked_again_is_refused() -> None:
    pickup = ready()
    unpacked = replace(pickup.parcels[0], state=ParcelState.unpacked)
    assert reason_of(decide(replace(pickup, parcels=(unpacked,)))) == PickupReason.not_staged


def test_an_order_that_is_collected_says_when_and_by_whom() -> None:
    pickup = after(ready(), hand_over(ready(), 1), at_ms=NOON_MS + 5)
    assert decide(pickup) == Refusal("already_collected", {"when_ms": NOON_MS + 5, "by": "clerk:kim"})


def test_the_same_pass_opens_the_rest_and_not_the_parcel_that_left() -> None:
    part = after(two_parcels(), hand_over(two_parcels(), 1), at_ms=NOON_MS + 5)
    assert decide(part, label(2)) is None
    assert decide(part, label(1)) == Refusal("parcel_left", {"parcel": 1, "when_ms": NOON_MS + 5, "by": "clerk:kim"})
    assert reason_of(decide(part, label(2), label(1))) == PickupReason.parcel_left


def test_a_pass_of_another_store_is_refused_whether_or_not_the_order_is_known() -> None:
    elsewhere = replace(PASS, store_number=2)
    assert decide_handover(ready(), elsewhere, (label(),), NOON_MS, True) == Refusal("other_store", {"store_number": 2})
    unknown = decide_handover(None, elsewhere, (label(),), NOON_MS, True, store_number=1)
    assert unknown == Refusal("other_store", {"store_number": 2})


def test_a_genuine_pass_for_an_order_not_heard_of_releases_nothing() -> None:
    assert decide_handover(None, PASS, (label(),), NOON_MS, True, store_number=1) == Refusal(
        "unknown_order", {"order": ORDER}
    )
    assert reason_of(decide_handover(None, None, (label(),), NOON_MS, True)) == PickupReason.unknown_order


def test_a_pass_opens_only_the_order_it_names() -> None:
    other = replace(PASS, order_id=OTHER_ORDER)
    assert reason_of(decide_handover(ready(), other, (label(),), NOON_MS, True)) == PickupReason.other_order


def test_an_expired_pass_is_refused_by_confirmed_time_alone() -> None:
    late_ms = PASS.expires_at_ms + 1
    assert decide(ready(), now_ms=PASS.expires_at_ms) is None
    assert decide(ready(), now_ms=late_ms) == Refusal("pass_expired", {"expired_ms": PASS.expires_at_ms})
    assert decide(ready(), now_ms=late_ms, confirmed=False) is None


def test_an_expired_pass_opens_a_parcel_on_the_shelf_once_the_name_was_checked() -> None:
    late_ms = PASS.expires_at_ms + 1
    assert decide_handover(ready(), PASS, (label(),), late_ms, True, name_checked=True) is None


def test_an_expired_pass_of_a_collected_order_hears_that_it_was_collected() -> None:
    assert reason_of(decide(collected(), now_ms=PASS.expires_at_ms + 1)) == PickupReason.already_collected


def test_a_revoked_pass_is_refused() -> None:
    refusal = decide_handover(ready(), PASS, (label(),), NOON_MS, True, revoked_pass_ids={PASS.pass_id})
    assert refusal == Refusal("pass_revoked", {"pass_id": PASS.pass_id})


def test_a_pass_is_judged_before_any_parcel_is_fetched() -> None:
    def opens(pickup: Pickup | None) -> Refusal | None:
        return decide_pass(pickup, PASS, store_number=1, now_ms=NOON_MS, confirmed=True)

    assert opens(ready()) is None
    assert reason_of(opens(None)) == PickupReason.unknown_order
    assert reason_of(opens(collected())) == PickupReason.already_collected


def test_while_a_cancel_is_asked_nothing_leaves() -> None:
    asked = replace(ready(), marks=Marks(cancel_asked_at_ms=NOON_MS + 1))
    assert decide(asked) == Refusal("cancel_asked", {"asked_ms": NOON_MS + 1})


@pytest.mark.parametrize("state", [OrderState.cancelled, OrderState.declined, OrderState.expired])
def test_a_closed_order_stays_on_the_shelf(state: OrderState) -> None:
    closed = replace(ready(), state=state, closed_at_ms=NOON_MS + 9)
    assert decide(closed) == Refusal("order_closed", {"state": state.value, "when_ms": NOON_MS + 9})


def test_without_a_pass_the_parcel_still_decides() -> None:
    assert decide_handover(ready(), None, (label(),), NOON_MS, True) is None
    assert reason_of(decide_handover(collected(), None, (label(),), NOON_MS, True)) == PickupReason.already_collected


def test_what_is_due_is_paid_before_it_leaves() -> None:
    due = replace(ready(), amount_due_minor=24_000)
    assert decide(due) == Refusal("amount_due", {"amount_minor": 24_000, "currency": "KRW"})
    assert decide_handover(due, PASS, (label(),), NOON_MS, True, receipt_no="T1-0042") is None


def test_a_cancel_is_granted_only_while_every_parcel_is_here() -> None:
    assert decide_cancel(adas_order()) is None
    assert decide_cancel(ready()) is None
    part = after(two_parcels(), hand_over(two_parcels(), 1))
    assert reason_of(decide_cancel(part)) == PickupReason.parcel_left
    assert reason_of(decide_cancel(collected())) == PickupReason.already_collected
    assert reason_of(decide_cancel(replace(ready(), state=OrderState.declined))) == PickupReason.order_closed


def test_somebody_may_arrive_for_any_order_that_is_open() -> None:
    assert decide_check_in(adas_order()) is None
    assert decide_check_in(ready()) is None
    assert reason_of(decide_check_in(collected())) == PickupReason.already_collected
    assert reason_of(decide_check_in(replace(ready(), state=OrderState.cancelled))) == PickupReason.order_closed


def test_no_more_comes_back_than_was_handed_over() -> None:
    pickup = collected()
    assert decide_return(pickup, [(1, SOAP, 2), (2, TEA, 3)], {}) is None
    assert decide_return(pickup, [(1, SOAP, 1)], {1: 1}) is None
    too_much = decide_return(pickup, [(1, SOAP, 2)], {1: 1})
    assert too_much == Refusal("returned_too_much", {"order": ORDER, "line": 1, "qty": 2, "left": 1})
    assert reason_of(decide_return(pickup, [(1, SOAP, 1), (1, SOAP, 2)], {})) == PickupReason.returned_too_much
    assert reason_of(decide_return(pickup, [(1, SOAP, 0)], {})) == PickupReason.returned_too_much


def test_what_has_not_left_cannot_come_back() -> None:
    assert reason_of(decide_return(ready(), [(1, SOAP, 1)], {})) == PickupReason.returned_too_much


def test_a_return_names_a_line_and_its_product() -> None:
    assert reason_of(decide_return(None, [(1, SOAP, 1)], {})) == PickupReason.unknown_order
    assert reason_of(decide_return(collected(), [(9, SOAP, 1)], {})) == PickupReason.unknown_line
    assert reason_of(decide_return(collected(), [(1, TEA, 1)], {})) == PickupReason.wrong_product


def test_a_line_says_how_far_it_is() -> None:
    line = adas_order().lines[0]
    assert line.state is LineState.to_pick
    assert replace(line, picked_qty=2).state is LineState.picked
    assert replace(line, picked_qty=1, short_qty=1).state is LineState.picked
    assert replace(line, short_qty=2).state is LineState.short
    assert after(accepted(), short(accepted(), 1, 1)).lines[0].to_pick_qty == 1


def test_a_parcel_on_no_shelf_is_only_packed_and_may_leave() -> None:
    pickup = picked()
    packed = after(pickup, stage(pickup, 1, (ParcelUnits(1, 2), ParcelUnits(2, 3)), shelf=""))
    assert packed.parcels[0].state is ParcelState.packed
    assert decide(packed) is None
