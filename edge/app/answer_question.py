"""Take the shopper's choice about units that could not be picked: from the kiosk, her phone, a clerk on her word, or as she stated before.

The hub decides, so there is exactly one answer whoever is first; whoever comes second is told what was chosen.
"""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, in_one_transaction, once
from edge.app.asked import EventId, Gtin, Name, OrderId
from edge.app.availability import available_now
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, move
from edge.app.settle_order import settle
from edge.app.standing import refuse_if_superseded
from edge.domain.errors import Refusal
from edge.domain.facts import PickupQuestionAnswered, PickupShort
from edge.domain.pickup import (
    AnsweredHow,
    Choice,
    IfShort,
    OrderState,
    Pickup,
    PickupReason,
    Question,
    decide_answer,
    found_of,
)
from edge.domain.stock import StockHere
from edge.domain.truth import QuestionAnswered
from edge.store import catalogue, people, phone_answers, pickups, questions


class AnswerAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What she chose; `gtin` is the offered product when it is another one."""

    event_id: EventId
    order_id: OrderId = ""
    question_id: Name = ""
    choice: Choice
    gtin: Gtin | None = None


class KioskAnswerAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The same at a kiosk, where her visit says which orders are hers."""

    event_id: EventId
    visit_id: Name = ""
    question_id: Name = ""
    choice: Choice
    gtin: Gtin | None = None


class AnswerNow(msgspec.Struct, frozen=True, kw_only=True):
    """The one answer a question got, and how far its order is."""

    question_id: str
    order_id: str
    display_code: str
    choice: Choice
    gtin: str | None
    how: AnsweredHow
    state: OrderState


class _Given(msgspec.Struct, frozen=True, kw_only=True):
    """A choice on its way into the book: whose word it is, and under which id it is recorded."""

    choice: Choice
    gtin: str | None
    how: AnsweredHow
    actor: str
    event_id: str


def answer_for_staff(hub: Hub, asked: AnswerAsked, actor: str) -> AnswerNow | Refusal:
    """A clerk heard it from her. Refused with what was chosen when there is an answer already."""
    stock = _stock(hub, asked.gtin)

    def act(tx: Tx) -> AnswerNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        given = _given(asked, AnsweredHow.staff, actor)
        return recovering.refusal(tx.conn) or _if_here(tx, pickup, asked.question_id, given, stock)

    return once(hub, asked.event_id, asked, AnswerNow, act)


def answer_at_kiosk(hub: Hub, asked: KioskAnswerAsked, *, kiosk: str) -> AnswerNow | Refusal:
    """She chose at a kiosk, during her visit and about an order of hers."""
    visit = hub.visits.get(asked.visit_id, kiosk)
    with hub.replica.reading() as conn:
        hers = people.orders_of(conn, visit.identity) if visit else []
    stock = _stock(hub, asked.gtin)

    def act(tx: Tx) -> AnswerNow | Refusal:
        order_id = questions.order_of(tx.conn, asked.question_id)
        pickup = pickups.get(tx.conn, order_id) if order_id in hers else None
        if pickup is None:
            return UNKNOWN
        given = _given(asked, AnsweredHow.kiosk, f"kiosk:{kiosk}")
        return recovering.refusal(tx.conn) or _if_here(tx, pickup, asked.question_id, given, stock)

    return once(hub, asked.event_id, asked, AnswerNow, act)


def answer_by_phone(tx: Tx, chosen: QuestionAnswered) -> None:
    """Central brought what she chose on her phone: the answer, if there is none yet.

    While the book may be old it is kept, and counts once the book is whole.
    """
    phone_answers.keep(tx.conn, chosen, tx.now_ms)
    if not recovering.is_recovering(tx.conn):
        _take_phone(tx, chosen)


def answer_due(hub: Hub) -> int:
    """Give every question whose time is over the answer its order states, and every phone its word that had to wait.

    Gives how many questions were answered. Called every few seconds; costs two small reads while nothing is due.
    """
    now_ms = hub.clock.now_ms()
    with hub.state.reading() as conn:
        orders = pickups.get_many(conn, questions.orders_due(conn, now_ms))
        if not (orders or phone_answers.waiting(conn)) or recovering.is_recovering(conn):
            return 0
    offered = {offer.gtin for order in orders for question in order.questions for offer in question.offers}
    with hub.replica.reading() as conn:
        stock = catalogue.stock(conn, offered)

    def act(tx: Tx) -> int:
        if recovering.is_recovering(tx.conn) or refuse_if_superseded(tx.conn) is not None:
            return 0
        heard = [_take_phone(tx, chosen) for chosen in phone_answers.waiting(tx.conn)]
        stated = [_state(tx, question_id, stock) for question_id in questions.due(tx.conn, now_ms)]
        return sum(heard) + sum(stated)

    return in_one_transaction(hub, act)


def _take_phone(tx: Tx, chosen: QuestionAnswered) -> bool:
    phone_answers.drop(tx.conn, chosen.question_id)
    pickup = pickups.get(tx.conn, chosen.order)
    if pickup is None:
        return False
    given = _Given(
        choice=chosen.choice, gtin=chosen.gtin, how=AnsweredHow.phone, actor="shopper", event_id=tx.hub.new_id()
    )
    return not isinstance(_answer(tx, pickup, chosen.question_id, given), Refusal)


def _state(tx: Tx, question_id: str, stock: dict[str, StockHere]) -> bool:
    """Nobody answered: another product if she said so when she ordered and one of them is still here, else her money."""
    pickup = pickups.get(tx.conn, questions.order_of(tx.conn, question_id) or "")
    question = pickup.question(question_id) if pickup else None
    if pickup is None or question is None:
        return False
    gtin = _still_here(tx, question, stock) if pickup.if_short is IfShort.substitute else None
    given = _Given(
        choice=Choice.refund if gtin is None else Choice.substitute,
        gtin=gtin,
        how=AnsweredHow.preference,
        actor=tx.hub.actor,
        event_id=tx.hub.new_id(),
    )
    return not isinstance(_answer(tx, pickup, question_id, given), Refusal)


def _still_here(tx: Tx, question: Question, stock: dict[str, StockHere]) -> str | None:
    offered = {offer.gtin: stock[offer.gtin] for offer in question.offers if offer.gtin in stock}
    left = available_now(tx.conn, offered)
    return next((gtin for gtin in offered if left[gtin] >= question.qty), None)


def _given(asked: AnswerAsked | KioskAnswerAsked, how: AnsweredHow, actor: str) -> _Given:
    return _Given(choice=asked.choice, gtin=asked.gtin, how=how, actor=actor, event_id=asked.event_id)


def _stock(hub: Hub, gtin: str | None) -> dict[str, StockHere]:
    with hub.replica.reading() as conn:
        return catalogue.stock(conn, [gtin] if gtin else [])


def _if_here(
    tx: Tx, pickup: Pickup, question_id: str, given: _Given, stock: dict[str, StockHere]
) -> AnswerNow | Refusal:
    """Her answer, unless what she chose was promised to somebody else since: then she chooses again, the question stands."""
    question = pickup.question(question_id)
    if question is not None and question.choice is None and given.gtin is not None:
        left = available_now(tx.conn, stock).get(given.gtin, 0)
        if left < question.qty:
            found: dict[str, str | int] = {"gtin": given.gtin, "qty": question.qty, "available": left}
            return Refusal(PickupReason.no_stock, found)
    return _answer(tx, pickup, question_id, given)


def _answer(tx: Tx, pickup: Pickup, question_id: str, given: _Given) -> AnswerNow | Refusal:
    refusal = why_not(pickup, question_id, given.choice, given.gtin)
    if refusal is not None:
        return refusal
    question = pickup.question(question_id)
    assert question is not None
    fact = PickupQuestionAnswered(
        actor=given.actor,
        at=tx.at,
        order=pickup.order_id,
        question_id=question_id,
        choice=given.choice,
        gtin=given.gtin,
        how=given.how,
    )
    after = move(tx, pickup, fact, given.event_id)
    if given.choice is not Choice.substitute:
        after = _give_up(tx, after, question)
    return AnswerNow(
        question_id=question_id,
        order_id=after.order_id,
        display_code=after.display_code,
        choice=given.choice,
        gtin=given.gtin,
        how=given.how,
        state=after.state,
    )


def why_not(pickup: Pickup, question_id: str, choice: Choice, gtin: str | None) -> Refusal | None:
    """Why this cannot be the answer; whoever comes second is told what was chosen and how.

    A guest has no cart that units could go back to.
    """
    refusal = decide_answer(pickup, question_id, choice, gtin)
    if refusal is None:
        no_cart = pickup.guest and choice is Choice.other_store
        return Refusal(PickupReason.not_offered, {"choice": choice.value}) if no_cart else None
    question = pickup.question(question_id)
    if question is None or question.choice is None:
        return refusal
    chosen = {"gtin": question.gtin or "", "how": question.how.value if question.how else ""}
    return Refusal(refusal.reason, {**refusal.found, **chosen})


def _give_up(tx: Tx, pickup: Pickup, question: Question) -> Pickup:
    """Nobody looks for these units any longer: they are short, as a fact of its own."""
    fact = PickupShort(
        actor=tx.hub.actor,
        at=tx.at,
        order=pickup.order_id,
        line=question.line,
        qty=question.qty,
        reason=question.reason,
        found=found_of(pickup, question.line),
    )
    return settle(tx, move(tx, pickup, fact, tx.hub.new_id()))
