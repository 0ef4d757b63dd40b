"""For what may be done at the counter beside picking and handing over: ask, substitute, void, reshelve, unpack, expire."""

from collections.abc import Collection, Iterable

from edge.domain.errors import Refusal
from edge.domain.pickup_book import OrderState, Parcel, ParcelState, Pickup
from edge.domain.pickup_question import Choice
from edge.domain.pickup_reason import PickupReason, refuse
from edge.domain.pickup_rules import parcel_left, why_not_open, why_not_take

_EXPIRABLE = (OrderState.staged, OrderState.ready)


def decide_ask_question(pickup: Pickup, line: int, qty: int) -> Refusal | None:
    """Whether the shopper may be asked about these units: they are still to pick, and no other question is about them."""
    asked = pickup.line(line)
    if asked is None:
        return refuse(PickupReason.unknown_line, line=line)
    return why_not_take(pickup, asked, qty)


def decide_answer(pickup: Pickup, question_id: str, choice: Choice, gtin: str | None) -> Refusal | None:
    """Whether this may be the question's one answer. A substitute is one of those offered."""
    question = pickup.question(question_id)
    if question is None:
        return refuse(PickupReason.unknown_question)
    if question.choice is not None:
        return refuse(PickupReason.question_answered, choice=question.choice.value)
    closed = why_not_open(pickup)
    if closed is not None:
        return closed
    if (choice is Choice.substitute) != (gtin is not None) or (gtin is not None and question.offer(gtin) is None):
        return refuse(PickupReason.not_offered, gtin=gtin or "")
    return None


def decide_substitute(
    pickup: Pickup,
    line: int,
    qty: int,
    *,
    new_line: int,
    gtin: str,
    price_minor: int,
    gtin_scanned: str | None = None,
    allowed: Collection[str] | None = None,
) -> Refusal | None:
    """Whether `qty` units may be replaced by `gtin`. `allowed` is the list of what may come instead, None if judged before."""
    asked = pickup.line(line)
    if asked is None:
        return refuse(PickupReason.unknown_line, line=line)
    if gtin_scanned is not None and gtin_scanned != gtin:
        return refuse(PickupReason.wrong_product, line=line, wanted=gtin, scanned=gtin_scanned)
    if gtin == asked.gtin or (allowed is not None and gtin not in allowed):
        return refuse(PickupReason.not_offered, line=line, gtin=gtin)
    if price_minor > asked.price_minor:
        return refuse(PickupReason.price_too_high, price_minor=price_minor, frozen_minor=asked.price_minor)
    if pickup.line(new_line) is not None or new_line < 1:
        return refuse(PickupReason.line_exists, line=new_line)
    return why_not_take(pickup, asked, qty)


def decide_void(pickup: Pickup, event: str, parcels: Iterable[int]) -> Refusal | None:
    """Whether these parcels, which left with the handover `event`, may be written down as never having left."""
    if event in pickup.undone and not any(each.left_event == event for each in pickup.parcels):
        return refuse(PickupReason.already_undone, event=event)
    if pickup.closed and pickup.state not in (OrderState.handed_over, OrderState.expired):
        return refuse(PickupReason.order_closed, state=pickup.state.value, when_ms=pickup.closed_at_ms or 0)
    numbers = tuple(parcels)
    for number in numbers:
        parcel = pickup.parcel(number)
        if parcel is None or parcel.left_event != event:
            return refuse(PickupReason.not_left, parcel=number)
    return None if numbers else refuse(PickupReason.no_parcel_scanned)


def decide_reshelve(pickup: Pickup, number: int, shelf: str) -> Refusal | None:
    """Whether this parcel may be put on another shelf."""
    parcel = pickup.parcel(number)
    if parcel is not None and parcel.state is ParcelState.handed_over:
        return parcel_left(parcel)
    if parcel is None or parcel.state is ParcelState.unpacked or not shelf:
        return refuse(PickupReason.not_staged, parcel=number, state=pickup.state.value)
    return None


def decide_unpack(pickup: Pickup, parcels: Iterable[int], *, restocked: bool) -> Refusal | None:
    """Whether these parcels may be opened.

    Their goods become loose again to be packed anew, while the order is open; they go back to the sales floor only once
    nobody will come for them: the order is closed, or the rest of it has been collected.
    """
    numbers = tuple(parcels)
    for number in numbers:
        parcel = pickup.parcel(number)
        if parcel is not None and parcel.state is ParcelState.handed_over:
            return parcel_left(parcel)
        if parcel is None or parcel.state is ParcelState.unpacked:
            return refuse(PickupReason.not_staged, parcel=number, state=pickup.state.value)
    if not numbers:
        return refuse(PickupReason.no_parcel_scanned)
    if restocked and not pickup.closed and not pickup.parcels_left:
        return refuse(PickupReason.order_open, state=pickup.state.value)
    return None if restocked else why_not_open(pickup)


def decide_expire(pickup: Pickup) -> Refusal | None:
    """Whether what lies here of this order may go back to the sales floor because nobody came."""
    if pickup.state not in _EXPIRABLE:
        return refuse(PickupReason.cannot_step, state=pickup.state.value)
    if pickup.marks.cancel_asked_at_ms is not None:
        return refuse(PickupReason.cancel_asked, asked_ms=pickup.marks.cancel_asked_at_ms)
    return None


def decide_reopen(pickup: Pickup, run_id: str) -> Refusal | None:
    """Whether the order may be opened again because the run that expired it is taken back."""
    expired = pickup.state in (OrderState.expired, OrderState.handed_over) and pickup.closed_reason == run_id
    return None if expired else refuse(PickupReason.not_expired, state=pickup.state.value)


def parcels_of_run(pickup: Pickup) -> tuple[Parcel, ...]:
    """Parcels whose goods went back to the sales floor: what reopening an expired order brings back."""
    return tuple(each for each in pickup.parcels if each.state is ParcelState.unpacked and each.restocked)


def decide_extend(pickup: Pickup, until_ms: int) -> Refusal | None:
    """Whether it may be kept until then: only longer than promised before, and while it waits."""
    refusal = why_not_open(pickup)
    if refusal is None and until_ms <= (pickup.extended_until_ms or 0):
        return refuse(PickupReason.not_longer, until_ms=pickup.extended_until_ms or 0)
    return refusal


def decide_promise(pickup: Pickup) -> Refusal | None:
    """Whether a time may still be promised: nothing is ready yet."""
    waiting = (OrderState.placed, OrderState.accepted, OrderState.picking)
    return None if pickup.state in waiting else refuse(PickupReason.cannot_step, state=pickup.state.value)


def decide_tell_again(pickup: Pickup) -> Refusal | None:
    """Whether the shopper may be told once more that it is ready."""
    return None if pickup.state is OrderState.ready else refuse(PickupReason.cannot_step, state=pickup.state.value)
