"""Take goods back: one document with its lines, from an order or without one; works with the line cut."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app.act import Tx, once
from edge.app.asked import EventId, Gtin, Minor, Name, OrderId, Place, Qty
from edge.app.hub import Hub
from edge.app.store_config import read_store
from edge.domain.errors import Refusal
from edge.domain.facts import Condition, ReturnCharge, ReturnLine, ReturnRecorded
from edge.domain.pickup import Pickup, PickupReason, decide_return
from edge.domain.return_policy import ReturnPolicy, decide_in_time
from edge.store import pickups, reservations, returns

LINES_MAX = 2000
"""Lines of one return; more is a pallet, not a customer."""


class ReturnLineAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one product; `order_id` and `line` both None for a return without order."""

    order_id: OrderId | None = None
    line: Place | None = None
    gtin: Gtin
    qty: Qty
    amount_minor: Minor
    condition: Condition = Condition.unknown


class ReturnChargeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A charge given back, or kept."""

    code: Name
    amount_minor: Minor


class ReturnAsked(msgspec.Struct, frozen=True, kw_only=True):
    """One return as the clerk wrote it down; the refund itself is somebody else's."""

    event_id: EventId
    lines: Annotated[tuple[ReturnLineAsked, ...], Meta(max_length=LINES_MAX)]
    charges: Annotated[tuple[ReturnChargeAsked, ...], Meta(max_length=LINES_MAX)] = ()
    refund_minor: Minor
    refund_asked: bool = True


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """The recorded document."""

    return_id: str
    lines: int
    units: int
    refund_minor: int
    at_ms: int


def take_back(hub: Hub, asked: ReturnAsked, actor: str) -> TakenBack | Refusal:
    """Record the return, unless a line brings back more than was handed over and is not back yet, or comes too late."""

    def act(tx: Tx) -> TakenBack | Refusal:
        refusal = _why_not(tx, asked)
        if refusal is not None:
            return refusal
        _record(tx, asked, actor)
        return TakenBack(
            return_id=asked.event_id,
            lines=len(asked.lines),
            units=sum(line.qty for line in asked.lines),
            refund_minor=asked.refund_minor,
            at_ms=tx.now_ms,
        )

    return once(hub, asked.event_id, asked, TakenBack, act)


def _why_not(tx: Tx, asked: ReturnAsked) -> Refusal | None:
    by_order: dict[str, list[ReturnLineAsked]] = {}
    for line in asked.lines:
        if (line.order_id is None) != (line.line is None):
            return Refusal(PickupReason.unknown_line.value, {"gtin": line.gtin})
        if line.order_id is not None:
            by_order.setdefault(line.order_id, []).append(line)
    back = returns.already_returned(tx.conn, by_order)
    for order_id, lines in by_order.items():
        earlier = {line: qty for (order, line), qty in back.items() if order == order_id}
        pickup = pickups.get(tx.conn, order_id)
        refusal = decide_return(pickup, [(line.line or 0, line.gtin, line.qty) for line in lines], earlier)
        if refusal is None and pickup is not None:
            refusal = _too_late(tx, pickup, lines)
        if refusal is not None:
            return Refusal(refusal.reason, {"order": order_id, **refusal.found})
    return None


def _too_late(tx: Tx, pickup: Pickup, lines: list[ReturnLineAsked]) -> Refusal | None:
    store = read_store(tx.conn)
    if store is None or not tx.at.confirmed:
        return None
    policy = ReturnPolicy(
        return_days=store.settings.return_days,
        defect_return_days=store.settings.defect_return_days,
        zone=store.timezone,
    )
    refusals = (decide_in_time(pickup, line.line or 0, line.condition, tx.now_ms, policy) for line in lines)
    return next((refusal for refusal in refusals if refusal is not None), None)


def _record(tx: Tx, asked: ReturnAsked, actor: str) -> None:
    lines = tuple(
        ReturnLine(
            order=line.order_id,
            line=line.line,
            gtin=line.gtin,
            qty=line.qty,
            amount_minor=line.amount_minor,
            condition=line.condition,
        )
        for line in asked.lines
    )
    fact = ReturnRecorded(
        actor=actor,
        at=tx.at,
        return_id=asked.event_id,
        lines=lines,
        charges=tuple(ReturnCharge(code=charge.code, amount_minor=charge.amount_minor) for charge in asked.charges),
        refund_minor=asked.refund_minor,
        refund_asked=asked.refund_asked,
    )
    returns.insert(tx.conn, fact, tx.now_ms)
    sellable = [(line.gtin, line.qty) for line in asked.lines if line.condition is Condition.as_new]
    reservations.restock(tx.conn, asked.event_id, sellable, tx.now_ms)
    tx.owe(fact, asked.event_id)
    tx.tell("board")
