"""For turning recorded facts into the state of a pickup: the hub after it decided, central when it hears of it.

Folding is the same at both, and a fact that is in the book, folded again, changes nothing. Quantities and places come
from what the act found plus what it did, the newest word counting; a word about the whole order, and an act that was
taken back, is known by its event_id and never folded again. A fact that contradicts the book (central flagged it) is folded as far as it can be: what left
has left.
"""

from msgspec.structs import replace

from edge.domain import pickup_fold_parts as parts
from edge.domain.errors import ImpossibleFact
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
    PickupPicked,
    PickupReady,
    PickupShort,
    PickupStaged,
)
from edge.domain.pickup_book import (
    LineState,
    OrderState,
    ParcelState,
    Pickup,
    loose_units,
)
from edge.domain.pickup_found import mark_cancel_answered
from edge.domain.pickup_question import Question


def fold(pickup: Pickup, fact: PickupFact, *, event_id: str, occurred_at_ms: int) -> Pickup:
    """The pickup after this fact. Raises ImpossibleFact when it is about another order."""
    if fact.order != pickup.order_id:
        raise ImpossibleFact(f"a fact about {fact.order} is not about {pickup.order_id}")
    if event_id in pickup.undone or event_id in pickup.heard:
        return pickup
    match fact:
        case PickupPicked() | PickupShort() | PickupSubstituted():
            return _settled(parts.counted(pickup, fact), occurred_at_ms)
        case PickupHandedOver():
            return _settled(parts.handed_over(pickup, fact, event_id, occurred_at_ms), occurred_at_ms)
        case PickupStaged() | PickupReshelved() | PickupUnpacked():
            return _settled(_moved(pickup, fact, occurred_at_ms), occurred_at_ms)
        case PickupUndone() | PickupVoided():
            return _taken_back(pickup, fact, occurred_at_ms)
        case PickupQuestionAsked() | PickupQuestionAnswered():
            return _questioned(pickup, fact, event_id)
        case PickupArrived() | PickupCancelRefused() | PickupPromised() | PickupReady():
            return _heard(_said(pickup, fact, occurred_at_ms), event_id)
        case PickupExpired() | PickupReopened():
            return _heard(_of_run(pickup, fact, occurred_at_ms), event_id)
        case _:
            return _with_word(pickup, fact, occurred_at_ms)


def _taken_back(pickup: Pickup, fact: PickupUndone | PickupVoided, at_ms: int) -> Pickup:
    """One step back, once: from now on the act that is named folds nothing any more."""
    if isinstance(fact, PickupVoided):
        after = _with_undone(parts.voided(pickup, fact), fact.event)
        is_back = after.parcels != pickup.parcels
        return (
            _opened_again(after, at_ms)
            if is_back and pickup.state is OrderState.handed_over
            else _settled(after, at_ms)
        )
    if fact.event in pickup.undone:
        return pickup
    after = _with_undone(pickup, fact.event)
    match fact.kind:
        case PickupStaged.KIND:
            return _settled(parts.lies(after, fact.parcel or 0, fact.found, ParcelState.unpacked), at_ms)
        case PickupArrived.KIND:
            return replace(after, marks=replace(after.marks, arrived_at_ms=None, arrived_by=None))
        case PickupQuestionAsked.KIND:
            left = tuple(each for each in after.questions if each.question_id != fact.event)
            return replace(after, questions=left)
        case _:
            return _settled(parts.line_back(after, fact), at_ms)


def _with_undone(pickup: Pickup, event: str) -> Pickup:
    return pickup if event in pickup.undone else replace(pickup, undone=(*pickup.undone, event))


def _moved(pickup: Pickup, fact: PickupStaged | PickupReshelved | PickupUnpacked, at_ms: int) -> Pickup:
    if isinstance(fact, PickupStaged):
        return parts.staged(pickup, fact, at_ms)
    if isinstance(fact, PickupReshelved):
        return parts.lies(pickup, fact.parcel, fact.found, ParcelState.shelved, shelf=fact.shelf)
    for number in fact.parcels:
        pickup = parts.lies(pickup, number, fact.found, ParcelState.unpacked, restocked=fact.restocked)
    return pickup


def _questioned(pickup: Pickup, fact: PickupQuestionAsked | PickupQuestionAnswered, event_id: str) -> Pickup:
    if isinstance(fact, PickupQuestionAnswered):
        answered = (
            replace(each, choice=fact.choice, gtin=fact.gtin, how=fact.how)
            if each.question_id == fact.question_id and each.choice is None
            else each
            for each in pickup.questions
        )
        return replace(pickup, questions=tuple(answered))
    if pickup.question(event_id) is not None:
        return pickup
    asked = Question(
        question_id=event_id,
        line=fact.line,
        qty=fact.qty,
        reason=fact.reason,
        offers=fact.offers,
        until_ms=fact.until_ms,
    )
    return replace(pickup, questions=(*pickup.questions, asked))


def _said(
    pickup: Pickup, fact: PickupArrived | PickupCancelRefused | PickupPromised | PickupReady, at_ms: int
) -> Pickup:
    match fact:
        case PickupArrived() if pickup.marks.arrived_at_ms is None:
            return replace(pickup, marks=replace(pickup.marks, arrived_at_ms=at_ms, arrived_by=fact.how.value))
        case PickupCancelRefused():
            return mark_cancel_answered(pickup)
        case PickupPromised():
            return replace(pickup, promised_at_ms=fact.promised_at_ms)
        case PickupReady() if pickup.state is OrderState.staged:
            return replace(pickup, state=OrderState.ready)
        case _:
            return pickup


def _with_word(pickup: Pickup, fact: PickupFact, at_ms: int) -> Pickup:
    match fact:
        case PickupExtended():
            return replace(pickup, extended_until_ms=max(fact.until_ms, pickup.extended_until_ms or 0))
        case PickupToldAgainAsked() if pickup.marks.told_at_ms == fact.told_at_ms:
            return replace(pickup, marks=replace(pickup.marks, told_at_ms=None))
        case PickupReminded() if pickup.marks.reminded_at_ms is None:
            return replace(pickup, marks=replace(pickup.marks, reminded_at_ms=at_ms))
        case PickupAccepted() if pickup.state is OrderState.placed:
            promised_at_ms = fact.promised_at_ms or pickup.promised_at_ms
            return replace(pickup, state=OrderState.accepted, promised_at_ms=promised_at_ms)
        case PickupDeclined() if not pickup.closed:
            return _close(pickup, OrderState.declined, fact.reason.value, at_ms)
        case PickupCancelGranted() if not pickup.closed:
            return _close(pickup, OrderState.cancelled, None, at_ms)
        case _:
            return pickup


def _heard(pickup: Pickup, event_id: str) -> Pickup:
    return replace(pickup, heard=(*pickup.heard, event_id))


def _of_run(pickup: Pickup, fact: PickupExpired | PickupReopened, at_ms: int) -> Pickup:
    """What lay here goes back to the sales floor and the order is closed by this run; or all of it comes back."""
    is_over = isinstance(fact, PickupExpired)
    lying = ParcelState.unpacked if is_over else ParcelState.shelved
    after = pickup
    for number in fact.parcels:
        after = parts.lies(after, number, fact.found, lying, restocked=is_over)
    if is_over and not after.closed:
        state = OrderState.handed_over if after.parcels_left else OrderState.expired
        return _close(_with_partly(after), state, fact.run_id, at_ms)
    if not is_over and after.closed_reason == fact.run_id:
        return _opened_again(after, at_ms)
    return after


def _opened_again(pickup: Pickup, at_ms: int) -> Pickup:
    """A closed order goes on where its lines and parcels are; what was complete then is ready, for she was told."""
    opened = replace(pickup, state=OrderState.ready, closed_reason=None, closed_at_ms=None)
    return _settled(opened, at_ms)


def _close(pickup: Pickup, state: OrderState, reason: str | None, at_ms: int) -> Pickup:
    return replace(pickup, state=state, closed_reason=reason, closed_at_ms=at_ms)


def _settled(pickup: Pickup, at_ms: int) -> Pickup:
    """The order's state follows from its lines and parcels; what is closed stays closed."""
    complete, pickup = _is_complete(pickup), _with_partly(pickup)
    if pickup.closed:
        return pickup
    if complete and not pickup.parcels_here:
        return _close(pickup, OrderState.handed_over, None, at_ms)
    if complete:
        return pickup if pickup.state is OrderState.ready else replace(pickup, state=OrderState.staged)
    return replace(pickup, state=OrderState.picking)


def _is_complete(pickup: Pickup) -> bool:
    """Nothing is to be picked any more, and every picked unit is or was in a parcel."""
    packed = bool(pickup.parcels_here or pickup.parcels_left) and not loose_units(pickup)
    return packed and all(line.state is not LineState.to_pick for line in pickup.lines)


def _with_partly(pickup: Pickup) -> Pickup:
    """The mark that something left and something is still to come."""
    partly = bool(pickup.parcels_left) and not (_is_complete(pickup) and not pickup.parcels_here)
    return replace(pickup, marks=replace(pickup.marks, partly_handed_over=partly))
