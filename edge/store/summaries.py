"""Orders in one line each, for boards and lists: two queries for all of them, whatever their number."""

from collections.abc import Sequence

import msgspec

from sync.db import Connection


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """One order with its lines and parcels counted."""

    order_id: str
    display_code: str
    state: str
    guest: bool
    currency: str
    total_minor: int
    amount_due_minor: int
    placed_at_ms: int
    promised_at_ms: int | None
    ready_at_ms: int | None
    arrived_at_ms: int | None
    arrived_by: str | None
    cancel_asked_at_ms: int | None
    told_at_ms: int | None
    partly_handed_over: bool
    closed_at_ms: int | None
    lines: int
    units: int
    picked_units: int
    short_units: int
    substituted_units: int
    open_questions: int
    extended_until_ms: int | None
    shelves: tuple[str, ...]  # of parcels still here, each once
    parcels_here: int
    parcels_left: int


class Place(msgspec.Struct, frozen=True):
    """Where an open order stands on a board: what it is sorted by, and nothing else."""

    order_id: str
    state: str
    placed_at_ms: int
    promised_at_ms: int | None
    arrived_at_ms: int | None


_OPEN = "p.closed_at_ms IS NULL"


def open_orders(conn: Connection) -> list[Summary]:
    """Every order that is not closed, oldest first."""
    return _summaries(conn, _OPEN, ())


def open_places(conn: Connection) -> list[Place]:
    """Every order that is not closed, oldest first, without counting anything: a long board stays quick."""
    rows = conn.execute(
        "SELECT order_id, state, placed_at_ms, promised_at_ms, arrived_at_ms FROM pickups WHERE closed_at_ms IS NULL "
        "ORDER BY placed_at_ms, order_id"
    )
    return [Place(*row) for row in rows]


def of_orders(conn: Connection, order_ids: Sequence[str]) -> list[Summary]:
    """These orders, open or closed, oldest first."""
    return _summaries(conn, f"p.order_id IN ({', '.join('?' * len(order_ids))})", order_ids)


def closed_since(conn: Connection, since_ms: int) -> int:
    """How many orders were handed over since a moment."""
    row = conn.execute(
        "SELECT count(*) FROM pickups WHERE closed_at_ms IS NOT NULL AND closed_at_ms >= ? AND state = 'handed_over'",
        (since_ms,),
    ).fetchone()
    return int(row[0])


def open_count(conn: Connection) -> int:
    """How many orders are not closed."""
    return int(conn.execute("SELECT count(*) FROM pickups WHERE closed_at_ms IS NULL").fetchone()[0])


def _summaries(conn: Connection, where: str, values: Sequence[str]) -> list[Summary]:
    parcels: dict[str, list[tuple[str, str]]] = {}
    for order_id, state, shelf in conn.execute(
        "SELECT c.order_id, c.state, c.shelf FROM pickups p JOIN parcels c USING (order_id) "  # noqa: S608 - constants and marks
        f"WHERE {where} ORDER BY c.order_id, c.number",
        values,
    ):
        parcels.setdefault(order_id, []).append((state, shelf))
    rows = conn.execute(
        "SELECT p.order_id, p.display_code, p.state, p.guest, p.currency, p.total_minor, p.amount_due_minor, p.placed_at_ms, "  # noqa: S608 - constants and marks
        "p.promised_at_ms, p.ready_at_ms, p.arrived_at_ms, p.arrived_by, p.cancel_asked_at_ms, p.told_at_ms, "
        "p.partly_handed_over, p.closed_at_ms, sum(l.for_line IS NULL) AS lines, sum(l.qty * (l.for_line IS NULL)) AS units, "
        "sum(l.picked_qty) AS picked_units, sum(l.short_qty) AS short_units, sum(l.substituted_qty) AS substituted_units, "
        "(SELECT count(*) FROM questions q WHERE q.order_id = p.order_id AND q.choice IS NULL) AS open_questions, "
        "p.extended_until_ms FROM pickups p JOIN pickup_lines l USING (order_id) "
        f"WHERE {where} GROUP BY p.order_id ORDER BY p.placed_at_ms, p.order_id",
        values,
    )
    return [_summary(dict(row), parcels.get(row["order_id"], [])) for row in rows]


def _summary(row: dict[str, object], parcels: list[tuple[str, str]]) -> Summary:
    here = [shelf for state, shelf in parcels if state in ("packed", "shelved")]
    return msgspec.convert(
        {
            **row,
            "guest": bool(row["guest"]),
            "partly_handed_over": bool(row["partly_handed_over"]),
            "shelves": tuple(dict.fromkeys(shelf for shelf in here if shelf)),
            "parcels_here": len(here),
            "parcels_left": sum(state == "handed_over" for state, _ in parcels),
        },
        Summary,
    )
