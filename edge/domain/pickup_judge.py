"""For judging a late fact at central: the same deciders against what the act says it found, then against central's book.

A fact is never refused upstream. A flag says what it contradicts, so that a person looks at it.
"""

from collections.abc import Mapping
from enum import StrEnum

from edge.domain.errors import Refusal
from edge.domain.facts_counter import (
    PickupExpired,
    PickupExtended,
    PickupPromised,
    PickupQuestionAnswered,
    PickupQuestionAsked,
    PickupReminded,
    PickupReopened,
    PickupReshelved,
    PickupSubstituted,
    PickupToldAgainAsked,
    PickupUndone,
    PickupUnpacked,
    PickupVoided,
)
from edge.domain.facts_pickup import (
    PickupAccepted,
    PickupArrived,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupFact,
    PickupHandedOver,
    PickupPassSeen,
    PickupPicked,
    PickupReady,
    PickupShort,
    PickupStaged,
    ReturnLine,
    ReturnRecorded,
)
from edge.domain.pickup_book import OrderState, ParcelSeen, ParcelState, PassSeen, Pickup
from edge.domain.pickup_counter_rules import (
    decide_answer,
    decide_ask_question,
    decide_expire,
    decide_reopen,
    decide_reshelve,
    decide_substitute,
    decide_unpack,
    decide_void,
)
from edge.domain.pickup_found import mark_cancel_answered, with_found
from edge.domain.pickup_rules import (
    decide_accept,
    decide_cancel,
    decide_decline,
    decide_handover,
    decide_pick,
    decide_ready,
    decide_return,
    decide_short,
    decide_stage,
)
from edge.domain.pickup_undo import decide_undo, step_of

_WORDS = (
    PickupPassSeen,
    PickupArrived,
    PickupCancelRefused,
    PickupReminded,
    PickupToldAgainAsked,
    PickupExtended,
    PickupPromised,
)
"""What was said or seen: it moves no goods and contradicts nothing."""


class Flag(StrEnum):
    """What a recorded fact contradicts."""

    parcel_left_twice = "parcel_left_twice"
    handed_over_after_cancel_granted = "handed_over_after_cancel_granted"
    handed_over_after_expired = "handed_over_after_expired"
    question_answered_twice = "question_answered_twice"
    returned_more_than_handed_over = "returned_more_than_handed_over"
    unknown_parcel = "unknown_parcel"
    found_state_impossible = "found_state_impossible"
    superseded_hub = "superseded_hub"  # done by a hub whose place another has; central knows, the rule book does not


def judge(book: Pickup | None, fact: PickupFact) -> Flag | None:
    """What this new fact contradicts, or None. `book` is central's own, before the fact is folded into it.

    Call it once per event_id: a duplicate is not a second act and is not judged.
    """
    if isinstance(fact, _WORDS):
        return None
    if book is None:
        return Flag.unknown_parcel if isinstance(fact, PickupHandedOver) else Flag.found_state_impossible
    if isinstance(fact, PickupHandedOver):
        return _judge_handover(book, fact)
    if isinstance(fact, PickupCancelGranted) and book.parcels_left:
        return Flag.handed_over_after_cancel_granted
    if isinstance(fact, PickupQuestionAnswered) and _answered_before(book, fact):
        return Flag.question_answered_twice
    found, unasked = _as_found(book, fact), mark_cancel_answered(book)  # an ask may have crossed it on the way
    if _decide_again(found, fact) is not None or _decide_again(unasked, fact) is not None:
        return Flag.found_state_impossible
    return None


def judge_return(
    books: Mapping[str, Pickup], fact: ReturnRecorded, already_returned: Mapping[tuple[str, int], int]
) -> Flag | None:
    """What a return document contradicts. `books` are central's orders it names; `already_returned` units per (order, line).

    A line without order contradicts nothing.
    """
    by_order: dict[str, list[ReturnLine]] = {}
    for line in fact.lines:
        if line.order is not None:
            by_order.setdefault(line.order, []).append(line)
    for order, lines in by_order.items():
        back = {line: qty for (of_order, line), qty in already_returned.items() if of_order == order}
        asked = [(line.line or 0, line.gtin, line.qty) for line in lines]
        if decide_return(books.get(order), asked, back) is not None:
            return Flag.returned_more_than_handed_over
    return None


def _judge_handover(book: Pickup, fact: PickupHandedOver) -> Flag | None:
    at_the_desk = with_found(book, fact.found)
    labels = tuple(ParcelSeen(order_id=fact.order, number=number, revision=0) for number in fact.parcels)
    if decide_handover(at_the_desk, _pass_of(book, fact), labels, 0, False, receipt_no=fact.receipt_no) is not None:
        return Flag.found_state_impossible
    for number in fact.parcels:
        parcel = book.parcel(number)
        if parcel is None:
            return Flag.unknown_parcel
        if parcel.state is ParcelState.handed_over:
            return Flag.parcel_left_twice
    return _LEFT_AFTER.get(book.state)


_LEFT_AFTER = {
    OrderState.cancelled: Flag.handed_over_after_cancel_granted,
    OrderState.expired: Flag.handed_over_after_expired,
}


def _answered_before(book: Pickup, fact: PickupQuestionAnswered) -> bool:
    question = book.question(fact.question_id)
    return question is not None and question.choice is not None


def _pass_of(book: Pickup, fact: PickupHandedOver) -> PassSeen | None:
    """The pass the desk saw; its signature and expiry were judged there, by its clock, and are not judged again."""
    if fact.pass_id is None:
        return None
    return PassSeen(
        order_id=fact.order,
        revision=fact.pass_revision or 0,
        pass_id=fact.pass_id,
        expires_at_ms=0,
        key_id=0,
        store_number=book.store_number,
    )


def _as_found(book: Pickup, fact: PickupFact) -> Pickup:
    if isinstance(fact, _ACTS_THAT_FOUND):
        return with_found(book, fact.found)
    return book


_ACTS_THAT_FOUND = (
    PickupPicked,
    PickupShort,
    PickupStaged,
    PickupQuestionAsked,
    PickupSubstituted,
    PickupReshelved,
    PickupUnpacked,
    PickupExpired,
)
"""Judged in the book and as they found it; what is taken back names an act, which only the book knows."""


def _decide_again(pickup: Pickup, fact: PickupFact) -> Refusal | None:
    match fact:
        case PickupAccepted():
            return decide_accept(pickup, None)  # the reservation itself is the hub's to make
        case PickupDeclined():
            return decide_decline(pickup)
        case PickupPicked():
            return decide_pick(pickup, fact.line, fact.qty, fact.gtin_scanned)
        case PickupShort():
            return decide_short(pickup, fact.line, fact.qty)
        case PickupStaged():
            return decide_stage(pickup, fact.parcel, fact.units, fact.shelf)
        case PickupReady():
            return decide_ready(pickup)
        case PickupCancelGranted():
            return decide_cancel(pickup)
        case _:
            return _decide_at_the_counter(pickup, fact)


def _decide_at_the_counter(pickup: Pickup, fact: PickupFact) -> Refusal | None:
    match fact:
        case PickupQuestionAsked():
            return decide_ask_question(pickup, fact.line, fact.qty)
        case PickupQuestionAnswered():
            return decide_answer(pickup, fact.question_id, fact.choice, fact.gtin)
        case PickupSubstituted():
            return decide_substitute(
                pickup,
                fact.line,
                fact.qty,
                new_line=fact.new_line,
                gtin=fact.gtin,
                price_minor=fact.price_minor,
                gtin_scanned=fact.gtin_scanned,
            )
        case PickupUndone():
            return decide_undo(pickup, step_of(fact))
        case PickupVoided():
            return decide_void(pickup, fact.event, fact.parcels)
        case _:
            return _decide_on_the_shelf(pickup, fact)


def _decide_on_the_shelf(pickup: Pickup, fact: PickupFact) -> Refusal | None:
    match fact:
        case PickupReshelved():
            return decide_reshelve(pickup, fact.parcel, fact.shelf)
        case PickupUnpacked():
            return decide_unpack(pickup, fact.parcels, restocked=fact.restocked)
        case PickupExpired():
            return decide_expire(pickup)
        case PickupReopened():
            return decide_reopen(pickup, fact.run_id)
        case _:
            return None
