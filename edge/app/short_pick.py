"""Write down that units of a line are not to be found, with the reason: nobody waits for them, or the shopper is asked first."""

import msgspec

from edge.app.act import Tx, once
from edge.app.ask_shopper import QuestionAsked, ask, substitutes_for_line
from edge.app.asked import EventId, OrderId, Place, Qty
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now
from edge.app.settle_order import settle
from edge.app.substitutes import NONE_ALLOWED
from edge.domain.errors import Refusal
from edge.domain.facts import PickupShort
from edge.domain.pickup import ShortReason, decide_short, found_of
from edge.store import pickups


class ShortAsked(msgspec.Struct, frozen=True, kw_only=True):
    """`qty` units of a line cannot be picked; `ask`: the shopper is asked what to do, and the units wait for her answer."""

    event_id: EventId
    order_id: OrderId = ""
    line: Place
    qty: Qty
    reason: ShortReason
    ask: bool = False


def short_pick(hub: Hub, asked: ShortAsked, actor: str) -> OrderNow | Refusal:
    """Record the short, or ask; an order of which nothing was found is declined, one that is packed is ready."""
    substitutes = substitutes_for_line(hub, asked.order_id, asked.line) if asked.ask else NONE_ALLOWED

    def act(tx: Tx) -> OrderNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        if asked.ask:
            waiting = ask(tx, pickup, _question(asked), substitutes, actor)
            return waiting if isinstance(waiting, Refusal) else order_now(waiting, tx.now_ms)
        refusal = decide_short(pickup, asked.line, asked.qty)
        if refusal is not None:
            return refusal
        fact = PickupShort(
            actor=actor,
            at=tx.at,
            order=pickup.order_id,
            line=asked.line,
            qty=asked.qty,
            reason=asked.reason,
            found=found_of(pickup, asked.line),
        )
        after = move(tx, pickup, fact, asked.event_id)
        return order_now(settle(tx, after), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)


def _question(asked: ShortAsked) -> QuestionAsked:
    return QuestionAsked(
        event_id=asked.event_id, order_id=asked.order_id, line=asked.line, qty=asked.qty, reason=asked.reason
    )
