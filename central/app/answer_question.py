"""Takes what a shopper chose on her phone about units her store could not pick, and sends it down: the store has the last word."""

import msgspec

from central.app.central import Central
from central.app.change_cart import EventId, Gtin
from central.app.find_order import Asker, find_order
from central.app.idempotency import answered, keep, stored
from central.app.order_view import OrderView, seen_by_phone, sent
from central.app.send_down import Down
from central.store.database import Tx
from central.store.orders import HeldOrder
from edge.domain.errors import Refusal
from edge.domain.pickup import Choice, PickupReason, Question, decide_answer
from edge.domain.truth import QuestionAnswered


class AskedAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What she wants instead; `gtin` is the offered product when it is another one."""

    event_id: EventId
    choice: Choice
    gtin: Gtin | None = None


class AnswerSent(msgspec.Struct, frozen=True, kw_only=True):
    """The order with her choice on its way to the store."""

    order: OrderView


def answer_question(
    central: Central, order: str, question: str, asker: Asker, asked: AskedAnswer
) -> AnswerSent | Refusal:
    """Send her choice down. Refused with what was chosen when the question has an answer, or one is on its way.

    The same event_id again gives the same answer.
    """
    with central.books.writing() as tx:
        found = find_order(tx, order, asker)
        if isinstance(found, Refusal):
            return found
        owner = found.owner.profile
        before = answered(tx, owner, asked.event_id, act="answer", asked=(order, question, asked), kind=AnswerSent)
        if before is not None:
            return before
        refusal = _why_not(tx, found, question, asked)
        if refusal is not None:
            return refusal
        now_ms, down = central.now_ms(), Down()
        chosen = QuestionAnswered(question_id=question, order=order, choice=asked.choice, gtin=asked.gtin, at_ms=now_ms)
        down.question_answered(found.pickup.store, chosen)
        down.flush(tx, now_ms)
        answer = AnswerSent(order=seen_by_phone(tx, found))
        keep(tx, owner, asked.event_id, stored("answer", (order, question, asked), answer), now_ms)
        return answer


def _why_not(tx: Tx, order: HeldOrder, question_id: str, asked: AskedAnswer) -> Refusal | None:
    question = order.pickup.question(question_id)
    chosen = _chosen(tx, order, question) if question else None
    if chosen is not None:
        return Refusal(PickupReason.question_answered, chosen)
    if asked.choice is Choice.other_store and order.pickup.guest:
        return Refusal(PickupReason.not_offered, {"choice": asked.choice.value})
    return decide_answer(order.pickup, question_id, asked.choice, asked.gtin)


def _chosen(tx: Tx, order: HeldOrder, question: Question) -> dict[str, str | int] | None:
    """What somebody else chose, and how; on its way from a phone, or the store's own word."""
    if question.choice is not None:
        how = question.how.value if question.how else ""
        return {"choice": question.choice.value, "gtin": question.gtin or "", "how": how}
    waiting = sent(tx, order, question)
    if waiting is None:
        return None
    return {"choice": waiting.choice.value, "gtin": waiting.gtin or "", "how": "phone"}
