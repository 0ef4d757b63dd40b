"""For why an act on a pickup is refused: one word per reason, never changed once published; screens translate it."""

from enum import StrEnum

from edge.domain.errors import Refusal


class PickupReason(StrEnum):
    """Why an act on a pickup is refused."""

    already_collected = "already_collected"
    already_packed = "already_packed"
    already_undone = "already_undone"
    amount_due = "amount_due"
    cancel_asked = "cancel_asked"
    cannot_step = "cannot_step"
    line_exists = "line_exists"
    no_parcel_scanned = "no_parcel_scanned"
    no_stock = "no_stock"
    not_expired = "not_expired"
    not_left = "not_left"
    not_longer = "not_longer"
    not_offered = "not_offered"
    not_staged = "not_staged"
    nothing_to_stage = "nothing_to_stage"
    nothing_to_undo = "nothing_to_undo"
    order_closed = "order_closed"
    order_open = "order_open"
    other_order = "other_order"
    other_store = "other_store"
    parcel_exists = "parcel_exists"
    parcel_left = "parcel_left"
    pass_expired = "pass_expired"  # noqa: S105 - the name of a reason
    pass_revoked = "pass_revoked"  # noqa: S105 - the name of a reason
    price_too_high = "price_too_high"
    question_answered = "question_answered"
    question_open = "question_open"
    returned_too_much = "returned_too_much"
    too_many = "too_many"
    unknown_line = "unknown_line"
    unknown_order = "unknown_order"
    unknown_question = "unknown_question"
    wrong_parcel = "wrong_parcel"
    wrong_product = "wrong_product"


def refuse(reason: PickupReason, **found: str | int) -> Refusal:
    """A no with what was found."""
    return Refusal(reason.value, found)
