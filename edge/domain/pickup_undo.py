"""For one step back at the counter: which act can be undone, and what stands in the way."""

import msgspec

from edge.domain.errors import Refusal
from edge.domain.facts_counter import PickupQuestionAsked, PickupSubstituted, PickupUndone
from edge.domain.facts_pickup import PickupArrived, PickupFact, PickupPicked, PickupShort, PickupStaged
from edge.domain.pickup_book import ParcelState, Pickup, loose_units
from edge.domain.pickup_reason import PickupReason, refuse
from edge.domain.pickup_rules import why_not_open


class StepBack(msgspec.Struct, frozen=True, kw_only=True):
    """The act that did not happen: its event_id and kind, and the units, line or parcel it was about."""

    event: str
    kind: str
    line: int | None = None
    qty: int | None = None
    new_line: int | None = None
    parcel: int | None = None


UNDOABLE = (
    PickupPicked.KIND,
    PickupShort.KIND,
    PickupSubstituted.KIND,
    PickupStaged.KIND,
    PickupArrived.KIND,
    PickupQuestionAsked.KIND,
)
"""Kinds of facts that take one step back; a handover is voided instead, and an expiry reopened."""


def step_back(fact: PickupFact, event_id: str) -> StepBack | None:
    """What undoing this recorded fact would take back, or None for a kind that has no step back."""
    match fact:
        case PickupPicked() | PickupShort() | PickupQuestionAsked():
            return StepBack(event=event_id, kind=fact.KIND, line=fact.line, qty=fact.qty)
        case PickupSubstituted():
            return StepBack(event=event_id, kind=fact.KIND, line=fact.line, qty=fact.qty, new_line=fact.new_line)
        case PickupStaged():
            return StepBack(event=event_id, kind=fact.KIND, parcel=fact.parcel)
        case PickupArrived():
            return StepBack(event=event_id, kind=fact.KIND)
        case _:
            return None


def step_of(fact: PickupUndone) -> StepBack:
    """The step that this recorded fact took back."""
    return StepBack(
        event=fact.event, kind=fact.kind, line=fact.line, qty=fact.qty, new_line=fact.new_line, parcel=fact.parcel
    )


def decide_undo(pickup: Pickup, what: StepBack) -> Refusal | None:
    """Whether this act may be taken back: once, while the order is open, and while nothing later rests on it."""
    if what.event in pickup.undone:
        return refuse(PickupReason.already_undone, event=what.event)
    refusal = why_not_open(pickup)
    if refusal is not None:
        return refusal
    match what.kind:
        case PickupStaged.KIND:
            return _why_not_unstage(pickup, what.parcel or 0)
        case PickupArrived.KIND:
            return None if pickup.marks.arrived_at_ms is not None else refuse(PickupReason.nothing_to_undo)
        case PickupQuestionAsked.KIND:
            return _why_not_withdraw(pickup, what.event)
        case PickupPicked.KIND | PickupShort.KIND | PickupSubstituted.KIND:
            return _why_not_units(pickup, what)
        case _:
            return refuse(PickupReason.nothing_to_undo)


def _why_not_unstage(pickup: Pickup, number: int) -> Refusal | None:
    parcel = pickup.parcel(number)
    if parcel is None or parcel.state is ParcelState.unpacked:
        return refuse(PickupReason.not_staged, parcel=number, state=pickup.state.value)
    if parcel.state is ParcelState.handed_over:
        return refuse(PickupReason.parcel_left, parcel=number, when_ms=parcel.left_at_ms or 0, by=parcel.left_by or "")
    return None


def _why_not_withdraw(pickup: Pickup, question_id: str) -> Refusal | None:
    question = pickup.question(question_id)
    if question is None:
        return refuse(PickupReason.unknown_question)
    return None if question.choice is None else refuse(PickupReason.question_answered, choice=question.choice.value)


def _why_not_units(pickup: Pickup, what: StepBack) -> Refusal | None:
    line, qty = pickup.line(what.line or 0), what.qty or 0
    if line is None or qty < 1:
        return refuse(PickupReason.unknown_line, line=what.line or 0)
    booked = {
        PickupPicked.KIND: line.picked_qty,
        PickupShort.KIND: line.short_qty,
        PickupSubstituted.KIND: line.substituted_qty,
    }[what.kind]
    if booked < qty:
        return refuse(PickupReason.nothing_to_undo, line=line.line, qty=qty, left=booked)
    if what.kind == PickupShort.KIND:
        return None
    in_hand = what.new_line if what.kind == PickupSubstituted.KIND else line.line
    loose = next((each.qty for each in loose_units(pickup) if each.line == in_hand), 0)
    return None if loose >= qty else refuse(PickupReason.already_packed, line=line.line, qty=qty, left=loose)
