"""Confirm picked units: one request may carry many lines, each with the event_id of its own scan."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app.act import Tx, again, digest_of, in_one_transaction, keep
from edge.app.asked import EventId, Gtin, OrderId, Place, Qty
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, order_now, tell_order
from edge.app.standing import refuse_if_superseded
from edge.domain.errors import Refusal
from edge.domain.facts import PickupPicked
from edge.domain.pickup import Pickup, decide_pick, fold, found_of
from edge.store import answers, pickups

PICKS_MAX = 2000
"""Every line of the longest order in any file seen (1,114) in one request; the one writer is held a tenth of a second."""


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """One scan: `qty` more units of `line`, confirmed by the product's code (None: pressed by hand)."""

    event_id: EventId
    line: Place
    qty: Qty
    gtin: Gtin | None = None


class PicksAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Scans of one order, in the order they were made."""

    order_id: OrderId = ""
    picks: Annotated[tuple[Pick, ...], Meta(min_length=1, max_length=PICKS_MAX)]


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    order_id: str
    pick: Pick


class Picked(msgspec.Struct, frozen=True, kw_only=True):
    """The stored answer to one scan."""

    line: int


def pick_line(hub: Hub, asked: PicksAsked, actor: str) -> OrderNow | Refusal:
    """Confirm the scans, all of them or none: the first that cannot be is named in the refusal by its event_id.

    A scan that was confirmed before is passed over, so the whole request may simply be repeated.
    """

    def act(tx: Tx) -> OrderNow | Refusal:
        before = pickups.get(tx.conn, asked.order_id)
        if before is None:
            return UNKNOWN
        new = _not_yet_answered(tx, asked)
        if isinstance(new, Refusal):
            return new
        if new and (refusal := refuse_if_superseded(tx.conn)) is not None:
            return refusal
        picked = _picked(tx, before, new, actor)
        if isinstance(picked, Refusal):
            return picked
        after, facts = picked
        for pick, fact in zip(new, facts, strict=True):
            tx.owe(fact, pick.event_id)
            keep(tx, pick.event_id, _digest(asked.order_id, pick), Picked(line=pick.line))
        pickups.put(tx.conn, before, after, tx.now_ms)
        if facts:
            tell_order(tx, after)
        return order_now(after, tx.now_ms)

    return in_one_transaction(hub, act)


def _not_yet_answered(tx: Tx, asked: PicksAsked) -> list[Pick] | Refusal:
    new = []
    for pick in asked.picks:
        earlier = answers.find(tx.conn, pick.event_id)
        if earlier is None:
            new.append(pick)
            continue
        answer = again(earlier, _digest(asked.order_id, pick), Picked)
        if isinstance(answer, Refusal):
            return answer
    return new


def _picked(tx: Tx, pickup: Pickup, picks: list[Pick], actor: str) -> tuple[Pickup, list[PickupPicked]] | Refusal:
    """The order after all scans and one fact per scan; or the first refusal, kept as the answer to that scan."""
    facts: list[PickupPicked] = []
    for pick in picks:
        refusal = decide_pick(pickup, pick.line, pick.qty, pick.gtin)
        if refusal is not None:
            named = Refusal(refusal.reason, {**refusal.found, "event_id": pick.event_id})
            keep(tx, pick.event_id, _digest(pickup.order_id, pick), named)
            return named
        fact = PickupPicked(
            actor=actor,
            at=tx.at,
            order=pickup.order_id,
            line=pick.line,
            qty=pick.qty,
            gtin_scanned=pick.gtin,
            found=found_of(pickup, pick.line),
        )
        facts.append(fact)
        pickup = fold(pickup, fact, event_id=pick.event_id, occurred_at_ms=tx.now_ms)
    return pickup, facts


def _digest(order_id: str, pick: Pick) -> bytes:
    return digest_of(_Asked(order_id=order_id, pick=pick))
