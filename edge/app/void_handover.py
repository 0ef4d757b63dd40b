"""Take a handover back: within ten seconds at the desk that made it, later with a manager; the parcels are on their shelf again.

A void is a fact of its own: what was recorded stays recorded, and what follows from it is taken back once.
"""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId
from edge.app.at_the_desk import was_answered
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, move
from edge.app.recovering import RecoveringReason
from edge.app.sign_in import ManagerSays, vouch
from edge.domain.errors import Refusal
from edge.domain.facts import PickupVoided, VoidReason
from edge.domain.pickup import OrderState, Pickup, PickupReason, decide_void, fold, found_of, units_in
from edge.store import handovers, incidents, pickups, returns
from edge.store.handovers import Handover

UNDO_MS = 10_000
"""How long the undo stands on the screen."""
ON_ITS_WAY_MS = 2_000
"""How long a press in the last moment may be on its way."""

_LOOK_INTO = (VoidReason.wrong_bag, VoidReason.parcel_is_here)
"""The goods may be somewhere else than anybody thinks: a person looks into it."""


class UndoHandoverAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The handover to take back, and why; `manager` is needed once its undo has gone from the screen."""

    event_id: EventId
    handover_id: str = ""
    reason: VoidReason = VoidReason.undo
    manager: ManagerSays | None = None


class Voided(msgspec.Struct, frozen=True, kw_only=True):
    """Which parcels are here again, and how the order stands."""

    order_id: str
    display_code: str
    parcels: tuple[int, ...]
    state: OrderState
    at_ms: int


class Void(msgspec.Struct, frozen=True, kw_only=True):
    """One handover that did not happen, with the parcels of it that are here."""

    handover: str
    parcels: tuple[int, ...]
    reason: VoidReason
    actor: str
    vouched_by: str | None = None

    def fact(self, tx: Tx, pickup: Pickup) -> PickupVoided:
        """The fact of it, as it finds the order."""
        return PickupVoided(
            actor=self.actor,
            at=tx.at,
            order=pickup.order_id,
            event=self.handover,
            parcels=self.parcels,
            reason=self.reason,
            vouched_by=self.vouched_by,
            found=found_of(pickup),
        )


def undo_handover(hub: Hub, asked: UndoHandoverAsked, *, actor: str, desk: str) -> Voided | Refusal:
    """Void what that press handed over, all of it that has not come back yet."""
    vouched = None if was_answered(hub, asked.event_id) else _vouched(hub, asked, desk)
    if isinstance(vouched, Refusal):
        return vouched
    question = msgspec.structs.replace(asked, manager=None)

    def act(tx: Tx) -> Voided | Refusal:
        waits = recovering.refusal(tx.conn)
        return waits or void_all_of(
            tx, asked.handover_id, asked.reason, actor=actor, by=vouched, event_id=asked.event_id
        )

    return once(hub, asked.event_id, question, Voided, act)


def void_all_of(
    tx: Tx, handover: str, reason: VoidReason, *, actor: str, by: str | None, event_id: str
) -> Voided | Refusal:
    """Void every parcel that left with that handover."""
    made = handovers.get(tx.conn, handover)
    pickup = pickups.get(tx.conn, made.order_id) if made else None
    if pickup is None:
        return UNKNOWN
    numbers = tuple(each.number for each in pickup.parcels if each.left_event == handover)
    void = Void(handover=handover, parcels=numbers, reason=reason, actor=actor, vouched_by=by)
    refusal = why_not_void(tx, pickup, void)
    if refusal is not None:
        return refusal
    after = take_back(tx, pickup, void, event_id)
    return Voided(
        order_id=after.order_id,
        display_code=after.display_code,
        parcels=numbers,
        state=after.state,
        at_ms=tx.now_ms,
    )


def why_not_void(tx: Tx, pickup: Pickup, void: Void) -> Refusal | None:
    """Why it cannot have been otherwise: the rule book, or its goods were taken back as a return."""
    refusal = decide_void(pickup, void.handover, void.parcels)
    if refusal is not None:
        return refusal
    after = fold(pickup, void.fact(tx, pickup), event_id=tx.hub.new_id(), occurred_at_ms=tx.now_ms)
    for (_, line), qty in returns.already_returned(tx.conn, [pickup.order_id]).items():
        left = units_in(after.parcels_left, line)
        if qty > left:
            return Refusal(PickupReason.returned_too_much, {"order": pickup.order_id, "line": line, "left": left})
    return None


def take_back(tx: Tx, pickup: Pickup, void: Void, event_id: str) -> Pickup:
    """The order with these parcels on their shelf again, written. The caller has asked `why_not_void`."""
    after = move(tx, pickup, void.fact(tx, pickup), event_id)
    if not any(each.left_event == void.handover for each in after.parcels):
        handovers.void(tx.conn, void.handover, at_ms=tx.now_ms, by=void.actor, reason=void.reason.value)
    if void.reason in _LOOK_INTO:
        detail = f"{pickup.display_code}: {len(void.parcels)} of its parcels here after all"
        incidents.raise_one(tx.conn, kind=void.reason.value, subject=void.handover, detail=detail, now_ms=tx.now_ms)
    return after


def _vouched(hub: Hub, asked: UndoHandoverAsked, desk: str) -> str | Refusal | None:
    with hub.state.reading() as conn:
        made = handovers.get(conn, asked.handover_id)
    if made is not None and asked.reason is VoidReason.undo and _on_screen(made, desk, hub.clock.now_ms()):
        return None
    if asked.manager is None:
        return Refusal(RecoveringReason.manager_needed)
    return vouch(hub, asked.manager)


def _on_screen(made: Handover, desk: str, now_ms: int) -> bool:
    return made.desk == desk and 0 <= now_ms - made.made_at_ms <= UNDO_MS + ON_ITS_WAY_MS
