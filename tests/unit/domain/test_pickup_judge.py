"""Central judges a late fact by the rules of the desk, then by its own book, and flags what contradicts it."""

import pytest
from msgspec.structs import replace

from edge.domain.facts import (
    ArrivedHow,
    PickupAccepted,
    PickupArrived,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupFact,
    PickupPassSeen,
    PickupReady,
    ReturnLine,
    ReturnRecorded,
)
from edge.domain.pickup import (
    DeclineReason,
    Flag,
    OrderState,
    ParcelUnits,
    Pickup,
    found_of,
    judge,
    judge_return,
    mark_cancel_asked,
)
from tests.cast.pickups import (
    AT,
    NOON_MS,
    ORDER,
    OTHER_ORDER,
    SOAP,
    TEA,
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

ACCEPT = PickupAccepted(actor="hub:H1", at=AT, order=ORDER, available={SOAP: 0, TEA: 4})
DECLINE = PickupDeclined(actor="clerk:kim", at=AT, order=ORDER, reason=DeclineReason.no_stock)
READY = PickupReady(actor="hub:H1", at=AT, order=ORDER)
GRANT = PickupCancelGranted(actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1")
SEEN = PickupPassSeen(actor="clerk:kim", at=AT, order=ORDER, pass_id="a1b2c3")
ARRIVED = PickupArrived(actor="kiosk:K1", at=AT, order=ORDER, how=ArrivedHow.kiosk)
WHOLE = (ParcelUnits(1, 2), ParcelUnits(2, 3))


@pytest.mark.parametrize(
    "book, fact",
    [
        (adas_order(), ACCEPT),
        (adas_order(), replace(ACCEPT, available={SOAP: -1})),
        (adas_order(), DECLINE),
        (accepted(), pick(accepted(), 1, 2)),
        (accepted(), short(accepted(), 2, 1)),
        (picked(), stage(picked(), 1, WHOLE)),
        (staged(), READY),
        (ready(), hand_over(ready(), 1)),
        (ready(), GRANT),
        (ready(), ARRIVED),
        (ready(), SEEN),
    ],
)
def test_a_day_that_went_by_the_rules_is_not_flagged(book: Pickup, fact: PickupFact) -> None:
    assert judge(book, fact) is None


@pytest.mark.parametrize("fact", [SEEN, ARRIVED])
def test_a_sighting_of_an_unknown_order_contradicts_nothing(fact: PickupFact) -> None:
    assert judge(None, fact) is None


def test_a_parcel_of_an_unknown_order_that_left_is_flagged() -> None:
    assert judge(None, hand_over(ready(), 1)) is Flag.unknown_parcel
    assert judge(None, ACCEPT) is Flag.found_state_impossible


def test_a_parcel_central_never_heard_of_is_flagged() -> None:
    assert judge(picked(), hand_over(ready(), 1)) is Flag.unknown_parcel


def test_a_parcel_that_left_twice_is_flagged() -> None:
    assert judge(collected(), hand_over(ready(), 1)) is Flag.parcel_left_twice


def test_a_handover_after_a_granted_cancel_is_flagged() -> None:
    cancelled = after(ready(), GRANT)
    assert judge(cancelled, hand_over(ready(), 1)) is Flag.handed_over_after_cancel_granted


def test_a_cancel_granted_after_a_handover_is_flagged_too() -> None:
    assert judge(collected(), GRANT) is Flag.handed_over_after_cancel_granted


def test_a_handover_that_its_own_found_state_forbids_is_flagged() -> None:
    while_asked = hand_over(mark_cancel_asked(ready(), NOON_MS), 1)
    assert judge(ready(), while_asked) is Flag.found_state_impossible
    assert judge(ready(), hand_over(accepted(), 1)) is Flag.found_state_impossible
    assert judge(ready(), replace(hand_over(ready(), 1), parcels=())) is Flag.found_state_impossible
    unpaid = replace(ready(), amount_due_minor=24_000)
    assert judge(unpaid, hand_over(unpaid, 1)) is Flag.found_state_impossible
    assert judge(unpaid, replace(hand_over(unpaid, 1), receipt_no="T1-0042")) is None


def test_a_handover_without_a_pass_is_judged_by_its_parcels() -> None:
    vouched = replace(hand_over(ready(), 1), pass_id=None, pass_revision=None)
    assert judge(ready(), vouched) is None
    assert judge(collected(), vouched) is Flag.parcel_left_twice


@pytest.mark.parametrize(
    "book, fact",
    [
        (accepted(), ACCEPT),
        (staged(), DECLINE),
        (picked(), READY),
        (adas_order(), pick(adas_order(), 1, 1)),
        (accepted(), replace(pick(accepted(), 1, 1), qty=3)),
        (accepted(), replace(pick(accepted(), 1, 1), gtin_scanned=TEA)),
        (accepted(), replace(pick(accepted(), 1, 1), line=9)),
        (accepted(), replace(short(accepted(), 1, 1), qty=3)),
        (accepted(), stage(accepted(), 1, WHOLE)),
        (staged(), stage(staged(), 1, WHOLE)),
    ],
)
def test_an_act_that_no_desk_may_do_is_flagged(book: Pickup, fact: PickupFact) -> None:
    assert judge(book, fact) is Flag.found_state_impossible


def test_an_act_that_fits_its_desk_but_not_the_book_is_flagged() -> None:
    assert judge(picked(), pick(accepted(), 1, 2)) is Flag.found_state_impossible
    assert judge(after(accepted(), GRANT), pick(accepted(), 1, 2)) is Flag.found_state_impossible


def test_a_refused_cancel_contradicts_nothing() -> None:
    found = found_of(collected())
    refused = PickupCancelRefused(
        actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1", reason="already_collected", found=found
    )
    assert judge(collected(), refused) is None


def returned(*lines: ReturnLine) -> ReturnRecorded:
    return ReturnRecorded(actor="clerk:kim", at=AT, return_id="R1", lines=lines, refund_minor=6_000, refund_asked=True)


def soaps(qty: int, order: str | None = ORDER) -> ReturnLine:
    return ReturnLine(order=order, line=1 if order else None, gtin=SOAP, qty=qty, amount_minor=6_000 * qty)


def test_a_return_of_what_was_handed_over_is_not_flagged() -> None:
    assert judge_return({ORDER: collected()}, returned(soaps(2)), {}) is None
    assert judge_return({ORDER: collected()}, returned(soaps(1)), {(ORDER, 1): 1, (OTHER_ORDER, 1): 2}) is None


def test_a_return_of_more_than_was_handed_over_is_flagged() -> None:
    book = {ORDER: collected()}
    assert judge_return(book, returned(soaps(3)), {}) is Flag.returned_more_than_handed_over
    assert judge_return(book, returned(soaps(1), soaps(2)), {}) is Flag.returned_more_than_handed_over
    assert judge_return(book, returned(soaps(2)), {(ORDER, 1): 1}) is Flag.returned_more_than_handed_over
    assert judge_return({ORDER: ready()}, returned(soaps(1)), {}) is Flag.returned_more_than_handed_over
    assert judge_return({}, returned(soaps(1)), {}) is Flag.returned_more_than_handed_over


def test_a_return_without_order_contradicts_nothing() -> None:
    assert judge_return({}, returned(soaps(99, order=None)), {}) is None


def test_a_declined_order_central_already_closed_is_flagged() -> None:
    assert judge(replace(adas_order(), state=OrderState.cancelled), DECLINE) is Flag.found_state_impossible
