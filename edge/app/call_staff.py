"""직원 부르기: somebody at a kiosk wants help; a card stands on the staff screen until a clerk says done."""

from enum import StrEnum

import msgspec

from edge.app.act import Tx, in_one_transaction, once
from edge.app.asked import EventId, Name, OrderId
from edge.app.hub import Hub
from edge.domain.errors import Refusal
from edge.domain.facts import StaffCalled
from edge.store import staff_calls
from edge.store.staff_calls import StaffCall


class CallReason(StrEnum):
    """Why a call cannot be closed."""

    unknown_call = "unknown_call"


class CallAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Help, at this screen; the visit lends the card a name while it lasts."""

    event_id: EventId
    screen: Name
    visit_id: EventId | None = None
    order_id: OrderId | None = None


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """The call stands on the board."""

    call_id: str


class CallDone(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk went there."""

    call_id: str


def call_staff(hub: Hub, asked: CallAsked, *, kiosk: str) -> Called | Refusal:
    """Put a card on the board."""

    def act(tx: Tx) -> Called:
        call = StaffCall(
            call_id=asked.event_id,
            kiosk=kiosk,
            screen=asked.screen,
            visit_id=asked.visit_id,
            order_id=asked.order_id,
            called_at_ms=tx.now_ms,
        )
        staff_calls.insert(tx.conn, call)
        fact = StaffCalled(
            actor=f"kiosk:{kiosk}", at=tx.at, kiosk=kiosk, order=asked.order_id, visit_ref=asked.visit_id
        )
        tx.owe(fact, asked.event_id)
        tx.tell("call", call_id=asked.event_id, kiosk=kiosk)
        return Called(call_id=asked.event_id)

    return once(hub, asked.event_id, asked, Called, act, even_superseded=True)


def close_call(hub: Hub, call_id: str, actor: str) -> CallDone | Refusal:
    """Take the card down; a call that is done stays done."""

    def act(tx: Tx) -> CallDone | Refusal:
        if staff_calls.done(tx.conn, call_id, by=actor, now_ms=tx.now_ms):
            tx.tell("call", call_id=call_id, done_by=actor)
        elif not staff_calls.is_known(tx.conn, call_id):
            return Refusal(CallReason.unknown_call)
        return CallDone(call_id=call_id)

    return in_one_transaction(hub, act)
