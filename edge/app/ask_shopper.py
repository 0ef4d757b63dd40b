"""Ask the shopper what to do about units that cannot be picked: the clerk goes on with other lines while she chooses."""

import msgspec

from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId, Place, Qty
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, move
from edge.app.substitutes import NONE_ALLOWED, Substitutes, offers_now, read_substitutes
from edge.domain.errors import Refusal
from edge.domain.facts import PickupQuestionAsked
from edge.domain.pickup import Offer, Pickup, ShortReason, decide_ask_question, found_of
from edge.store import pickups

WITHOUT_PROMISE_MS = 30 * 60_000
"""An order without a promised time waits half an hour for an answer."""
LEAST_MS = 5 * 60_000
"""A question needs time to be seen: one asked at, or after, the promised time still waits five minutes."""


class QuestionAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Units of a line are not to be had: ask what to do. The press's event_id becomes the question's id."""

    event_id: EventId
    order_id: OrderId = ""
    line: Place
    qty: Qty
    reason: ShortReason


class QuestionNow(msgspec.Struct, frozen=True, kw_only=True):
    """A question that stands, what she may choose, and until when it waits for her."""

    question_id: str
    order_id: str
    display_code: str
    offers: tuple[Offer, ...]
    until_ms: int


def ask_shopper(hub: Hub, asked: QuestionAsked, actor: str) -> QuestionNow | Refusal:
    """Ask; what is offered is allowed for the product, lies here and is promised to nobody."""
    substitutes = substitutes_for_line(hub, asked.order_id, asked.line)

    def act(tx: Tx) -> QuestionNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        after = ask(tx, pickup, asked, substitutes, actor)
        if isinstance(after, Refusal):
            return after
        question = after.question(asked.event_id)
        assert question is not None
        return QuestionNow(
            question_id=question.question_id,
            order_id=after.order_id,
            display_code=after.display_code,
            offers=question.offers,
            until_ms=question.until_ms,
        )

    return once(hub, asked.event_id, asked, QuestionNow, act)


def ask(tx: Tx, pickup: Pickup, asked: QuestionAsked, substitutes: Substitutes, actor: str) -> Pickup | Refusal:
    """The order with the question standing on it, or why it cannot be asked."""
    refusal = decide_ask_question(pickup, asked.line, asked.qty)
    if refusal is not None:
        return refusal
    line = pickup.line(asked.line)
    assert line is not None
    fact = PickupQuestionAsked(
        actor=actor,
        at=tx.at,
        order=pickup.order_id,
        line=asked.line,
        qty=asked.qty,
        reason=asked.reason,
        offers=offers_now(tx.conn, line, asked.qty, substitutes),
        until_ms=until_ms(pickup, tx.now_ms),
        found=found_of(pickup, asked.line),
    )
    return move(tx, pickup, fact, asked.event_id)


def until_ms(pickup: Pickup, now_ms: int) -> int:
    """When her own stated preference counts: at the promised time, if that leaves her any time at all."""
    promised_at_ms = pickup.promised_at_ms
    if promised_at_ms is None:
        return now_ms + WITHOUT_PROMISE_MS
    return max(promised_at_ms, now_ms + LEAST_MS)


def substitutes_for_line(hub: Hub, order_id: str, line: int) -> Substitutes:
    """What may stand in for the product of one line."""
    with hub.state.reading() as conn:
        pickup = pickups.get(conn, order_id)
    wanted = pickup.line(line) if pickup else None
    return NONE_ALLOWED if wanted is None else read_substitutes(hub, [wanted.gtin]).get(wanted.gtin, NONE_ALLOWED)
