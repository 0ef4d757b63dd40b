"""Take one step of a pickup back: a pick, a short, a substitute, a parcel, a question, an arrival; nothing later may rest on it."""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now, ready_if_staged
from edge.domain.errors import Refusal
from edge.domain.facts import PickupFact, PickupUndone, decode
from edge.domain.pickup import Pickup, PickupReason, StepBack, decide_undo, found_of, step_back
from edge.store import pickups
from sync import outbox


class UndoAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The press whose act did not happen."""

    event_id: EventId
    order_id: OrderId = ""
    undone: EventId


def undo_step(hub: Hub, asked: UndoAsked, actor: str) -> OrderNow | Refusal:
    """Take back what `undone` did to this order. A handover is voided instead; an old act that was forgotten stays."""

    def act(tx: Tx) -> OrderNow | Refusal:
        waits = recovering.refusal(tx.conn)
        pickup = pickups.get(tx.conn, asked.order_id)
        if waits is not None or pickup is None:
            return waits or UNKNOWN
        what = _what(tx, asked)
        if what is None:
            return Refusal(PickupReason.nothing_to_undo, {"event": asked.undone})
        refusal = decide_undo(pickup, what)
        if refusal is not None:
            return refusal
        after = move(tx, pickup, _fact(tx, pickup, what, actor), asked.event_id)
        return order_now(ready_if_staged(tx, after), tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)


def _what(tx: Tx, asked: UndoAsked) -> StepBack | None:
    """What the act was, as this hub recorded it."""
    envelope = outbox.own_envelope(tx.conn, asked.undone)
    if envelope is None or envelope.subject != asked.order_id:
        return None
    fact = decode(envelope.type, envelope.data)
    return step_back(fact, asked.undone) if isinstance(fact, PickupFact) else None


def _fact(tx: Tx, pickup: Pickup, what: StepBack, actor: str) -> PickupUndone:
    return PickupUndone(
        actor=actor,
        at=tx.at,
        order=pickup.order_id,
        event=what.event,
        kind=what.kind,
        line=what.line,
        qty=what.qty,
        new_line=what.new_line,
        parcel=what.parcel,
        found=found_of(pickup, lines=[number for number in (what.line, what.new_line) if number is not None]),
    )
