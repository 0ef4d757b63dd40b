"""What a phone may see of an order: how far it is, what it cost and what is asked of her, nothing of the shop's insides."""

import msgspec

from central.app.send_down import QUESTION_ANSWERED, store_feed
from central.store.database import Tx
from central.store.feeds import body_of
from central.store.orders import HeldOrder
from edge.domain.pickup import (
    AnsweredHow,
    Charge,
    Choice,
    IfShort,
    LineState,
    Offer,
    OrderState,
    Pickup,
    PickupLine,
    Question,
    ShortReason,
)
from edge.domain.truth import QuestionAnswered


class OrderLineView(msgspec.Struct, frozen=True, kw_only=True):
    """One line as ordered, and what became of it."""

    line: int
    gtin: str
    qty: int
    price_minor: int
    picked_qty: int
    short_qty: int
    state: LineState
    substituted_qty: int
    for_line: int | None
    """The line whose product this one came in for."""


class QuestionView(msgspec.Struct, frozen=True, kw_only=True):
    """What the store asks about units it could not pick, at what she agreed to pay for one and would pay instead.

    `choice` is the store's word for the one answer it got; until that is here, `sent_choice` is what her phone sent.
    """

    question_id: str
    line: int
    gtin: str
    qty: int
    price_minor: int
    reason: ShortReason
    offers: tuple[Offer, ...]
    other_store: bool
    until_ms: int
    choice: Choice | None
    chosen_gtin: str | None
    how: AnsweredHow | None
    sent_choice: Choice | None
    sent_gtin: str | None


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """One order for the phone that made it. `pickup` is false for an order of charges only: there is nothing to collect."""

    order_id: str
    asked_by: str
    """The event_id of the wish or the call that this order answers, so that who asked finds it again."""
    store: str
    store_number: int
    display_code: str
    state: OrderState
    revision: int
    pickup: bool
    guest: bool
    lines: tuple[OrderLineView, ...]
    charges: tuple[Charge, ...]
    currency: str
    total_minor: int
    amount_due_minor: int
    placed_at_ms: int
    promised_at_ms: int | None
    cancel_asked_at_ms: int | None
    closed_at_ms: int | None
    closed_reason: str | None
    parcels_here: int
    parcels_left: int
    if_short: IfShort
    questions: tuple[QuestionView, ...]


def seen_by_phone(tx: Tx, order: HeldOrder) -> OrderView:
    """The order as its own phone sees it, with what that phone chose and the store has not confirmed."""
    return view_of(order, tuple(chosen for each in order.pickup.open_questions if (chosen := sent(tx, order, each))))


def sent(tx: Tx, order: HeldOrder, question: Question) -> QuestionAnswered | None:
    """What went down to the store as the answer to this question, while the store has not said which answer it got."""
    body = body_of(tx, store_feed(order.pickup.store), QUESTION_ANSWERED, question.question_id)
    return None if body is None else msgspec.json.decode(body, type=QuestionAnswered)


def view_of(order: HeldOrder, on_their_way: tuple[QuestionAnswered, ...] = ()) -> OrderView:
    """The order as its own phone sees it; `on_their_way` are choices the store has not confirmed."""
    pickup = order.pickup
    return OrderView(
        order_id=pickup.order_id,
        asked_by=order.owner.asked_by,
        store=pickup.store,
        store_number=pickup.store_number,
        display_code=pickup.display_code,
        state=pickup.state,
        revision=pickup.revision,
        pickup=order.owner.is_pickup,
        guest=pickup.guest,
        lines=tuple(_line(line) for line in pickup.lines),
        charges=pickup.charges,
        currency=pickup.currency,
        total_minor=pickup.total_minor,
        amount_due_minor=pickup.amount_due_minor,
        placed_at_ms=pickup.placed_at_ms,
        promised_at_ms=pickup.promised_at_ms,
        cancel_asked_at_ms=pickup.marks.cancel_asked_at_ms,
        closed_at_ms=pickup.closed_at_ms,
        closed_reason=pickup.closed_reason if pickup.state is OrderState.declined else None,
        parcels_here=len(pickup.parcels_here),
        parcels_left=len(pickup.parcels_left),
        if_short=pickup.if_short,
        questions=tuple(_question(pickup, each, on_their_way) for each in pickup.questions),
    )


def _question(pickup: Pickup, question: Question, on_their_way: tuple[QuestionAnswered, ...]) -> QuestionView:
    line = pickup.line(question.line)
    chosen = next((each for each in on_their_way if each.question_id == question.question_id), None)
    return QuestionView(
        question_id=question.question_id,
        line=question.line,
        gtin=line.gtin if line else "",
        qty=question.qty,
        price_minor=line.price_minor if line else 0,
        reason=question.reason,
        offers=question.offers,
        other_store=not pickup.guest,
        until_ms=question.until_ms,
        choice=question.choice,
        chosen_gtin=question.gtin,
        how=question.how,
        sent_choice=chosen.choice if chosen else None,
        sent_gtin=chosen.gtin if chosen else None,
    )


def _line(line: PickupLine) -> OrderLineView:
    return OrderLineView(
        line=line.line,
        gtin=line.gtin,
        qty=line.qty,
        price_minor=line.price_minor,
        picked_qty=line.picked_qty,
        short_qty=line.short_qty,
        state=line.state,
        substituted_qty=line.substituted_qty,
        for_line=line.for_line,
    )
