"""What happened to one order, act by act: read from the journal of acts, with what the facts themselves still say of it."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec
from msgspec.structs import replace

from edge.domain.audit import AuditRow
from edge.domain.errors import BadFact
from edge.domain.facts import (
    PickupFact,
    PickupHandedOver,
    PickupPicked,
    PickupPromised,
    PickupQuestionAnswered,
    PickupQuestionAsked,
    PickupReshelved,
    PickupShort,
    PickupStaged,
    PickupSubstituted,
    PickupUnpacked,
    PickupVoided,
    decode,
)
from edge.domain.pickup import Pickup, decide_undo, step_back
from edge.store import audit
from sync import outbox
from sync.db import Connection

_RUNS_TOGETHER = (PickupPicked.KIND,)
"""Twenty picks in a row by one person are one thing that happened."""


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One act, or picks that followed each other. What a fact said is left out once the fact was forgotten."""

    kind: str  # the fact's kind
    actor: str
    at_ms: int
    event_id: str
    times: int = 1
    undone: bool = False  # it was taken back later
    may_undo: bool = False  # nothing rests on it yet
    gtin: str | None = None
    qty: int | None = None
    parcels: tuple[int, ...] = ()
    shelf: str | None = None
    word: str | None = None  # a reason, a choice: a member of the enumeration its kind carries
    desk: str | None = None
    until_ms: int | None = None


def read_history(conn: Connection, pickup: Pickup) -> tuple[Happened, ...]:
    """Every act on the order, oldest first."""
    seen = [_happened(conn, pickup, row) for row in audit.about(conn, pickup.order_id)]
    return tuple(_together(seen))


def _happened(conn: Connection, pickup: Pickup, row: AuditRow) -> Happened:
    bare = Happened(
        kind=row.kind,
        actor=row.actor,
        at_ms=row.at_ms,
        event_id=row.event_id,
        undone=row.event_id in pickup.undone,
    )
    fact = _fact(conn, row.event_id)
    if fact is None:
        return bare
    back = step_back(fact, row.event_id)
    may_undo = back is not None and decide_undo(pickup, back) is None
    return _said(replace(bare, may_undo=may_undo), pickup, fact)


def _fact(conn: Connection, event_id: str) -> PickupFact | None:
    envelope = outbox.own_envelope(conn, event_id)
    if envelope is None:
        return None
    try:
        fact = decode(envelope.type, envelope.data)
    except BadFact:
        return None
    return fact if isinstance(fact, PickupFact) else None


def _said(bare: Happened, pickup: Pickup, fact: PickupFact) -> Happened:
    """What this kind of fact says beyond who and when."""
    match fact:
        case PickupPicked():
            return replace(bare, gtin=_gtin(pickup, fact.line), qty=fact.qty)
        case PickupShort() | PickupQuestionAsked():
            return replace(bare, gtin=_gtin(pickup, fact.line), qty=fact.qty, word=fact.reason.value)
        case PickupQuestionAnswered():
            return replace(bare, gtin=fact.gtin, word=fact.choice.value)
        case PickupSubstituted():
            return replace(bare, gtin=fact.gtin, qty=fact.qty)
        case PickupPromised():
            return replace(bare, until_ms=fact.promised_at_ms, word=fact.why.value)
        case _:
            return _of_parcels(bare, fact)


def _of_parcels(bare: Happened, fact: PickupFact) -> Happened:
    match fact:
        case PickupStaged():
            return replace(bare, parcels=(fact.parcel,), shelf=fact.shelf, qty=sum(each.qty for each in fact.units))
        case PickupReshelved():
            return replace(bare, parcels=(fact.parcel,), shelf=fact.shelf)
        case PickupUnpacked():
            return replace(bare, parcels=fact.parcels)
        case PickupVoided():
            return replace(bare, parcels=fact.parcels, word=fact.reason.value)
        case PickupHandedOver():
            return replace(bare, parcels=fact.parcels, desk=fact.desk)
        case _:
            return bare


def _gtin(pickup: Pickup, line: int) -> str | None:
    found = pickup.line(line)
    return found.gtin if found else None


def _together(seen: Sequence[Happened]) -> Iterable[Happened]:
    """Picks that followed each other as one, with all their units and the last one's id."""
    for (kind, actor, undone), group in groupby(seen, key=lambda each: (each.kind, each.actor, each.undone)):
        acts = list(group)
        if kind not in _RUNS_TOGETHER or undone or len(acts) == 1:
            yield from acts
            continue
        units = sum(each.qty or 0 for each in acts)
        yield Happened(
            kind=kind,
            actor=actor,
            at_ms=acts[0].at_ms,
            until_ms=acts[-1].at_ms,
            event_id=acts[-1].event_id,
            times=len(acts),
            qty=units or None,
        )
