"""Handovers as they were made, for the undo, the shift report and the count per clerk; the parcels know where they are."""

import msgspec

from edge.domain.facts import HandoverHow, PickupHandedOver
from sync.db import Connection, Row

_ROW = "event_id, order_id, made_at_ms, actor, desk, how, voided_at_ms, voided_by, void_reason"


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """One handover; `voided_at_ms` is set once all of it was taken back."""

    event_id: str
    order_id: str
    made_at_ms: int
    actor: str
    desk: str
    how: str  # HandoverHow
    voided_at_ms: int | None = None
    voided_by: str | None = None
    void_reason: str | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What one clerk did: handovers, those without a pass, those with a typed code, and those taken back."""

    actor: str
    handed_over: int
    without_pass: int
    typed: int
    voided: int


def note(conn: Connection, fact: PickupHandedOver, *, event_id: str, at_ms: int) -> None:
    """Write down that it was made; the first word counts."""
    conn.execute(
        "INSERT INTO handovers (event_id, order_id, made_at_ms, actor, desk, how) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (event_id, fact.order, at_ms, fact.actor, fact.desk, fact.how),
    )


def get(conn: Connection, event_id: str) -> Handover | None:
    """One handover, or None when none is known under that press."""
    row = conn.execute(f"SELECT {_ROW} FROM handovers WHERE event_id = ?", (event_id,)).fetchone()  # noqa: S608 - constants only
    return None if row is None else _handover(row)


def void(conn: Connection, event_id: str, *, at_ms: int, by: str, reason: str) -> None:
    """It was taken back; the first word counts."""
    conn.execute(
        "UPDATE handovers SET voided_at_ms = ?, voided_by = ?, void_reason = ? WHERE event_id = ? AND voided_at_ms IS NULL",
        (at_ms, by, reason, event_id),
    )


def tallies(conn: Connection, since_ms: int) -> list[Tally]:
    """What each clerk did since that moment, by actor."""
    rows = conn.execute(
        "SELECT actor, count(*), sum(how = ?), sum(how = ?), sum(voided_at_ms IS NOT NULL) FROM handovers "
        "WHERE made_at_ms >= ? GROUP BY actor ORDER BY actor",
        (HandoverHow.manual, HandoverHow.code, since_ms),
    )
    return [Tally(actor=row[0], handed_over=row[1], without_pass=row[2], typed=row[3], voided=row[4]) for row in rows]


def voided_since(conn: Connection, since_ms: int, limit: int = 100) -> list[Handover]:
    """What was taken back since that moment, newest first."""
    rows = conn.execute(
        f"SELECT {_ROW} FROM handovers WHERE voided_at_ms >= ? ORDER BY voided_at_ms DESC, event_id LIMIT ?",  # noqa: S608 - constants only
        (since_ms, limit),
    )
    return [_handover(row) for row in rows]


def _handover(row: Row) -> Handover:
    return Handover(**dict(zip(Handover.__struct_fields__, row, strict=True)))
