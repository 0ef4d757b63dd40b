"""Orders that wait on the shelf, and the runs that closed those nobody came for."""

from collections.abc import Sequence

import msgspec

from edge.domain.facts import Fact, PickupExpired, PickupReopened
from sync.db import Connection


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is ready and has not been asked to be cancelled, with what its time is counted from."""

    order_id: str
    ready_at_ms: int
    told_at_ms: int | None
    reminded_at_ms: int | None
    extended_until_ms: int | None
    arrived_at_ms: int | None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: how many orders it closed, and how many of them were opened again."""

    run_id: str
    at_ms: int
    by: str
    expired: int
    reopened: int


def waiting(conn: Connection) -> list[Waiting]:
    """Every order that waits for its shopper, who has waited longest first."""
    rows = conn.execute(
        "SELECT order_id, coalesce(ready_at_ms, placed_at_ms) AS ready_at_ms, told_at_ms, reminded_at_ms, extended_until_ms,"
        " arrived_at_ms FROM pickups WHERE closed_at_ms IS NULL AND state = 'ready' AND cancel_asked_at_ms IS NULL"
        " ORDER BY 2, order_id"
    )
    return [Waiting(**dict(row)) for row in rows]


def note(conn: Connection, fact: Fact, at_ms: int) -> None:
    """Write down what a run did, as it is recorded or heard again."""
    match fact:
        case PickupExpired():
            conn.execute(
                "INSERT INTO no_shows (run_id, order_id, expired_at_ms, expired_by) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (fact.run_id, fact.order, at_ms, fact.actor),
            )
        case PickupReopened():
            conn.execute(
                "UPDATE no_shows SET reopened_at_ms = coalesce(reopened_at_ms, ?) WHERE run_id = ? AND order_id = ?",
                (at_ms, fact.run_id, fact.order),
            )
        case _:
            pass


def orders_of(conn: Connection, run_id: str) -> Sequence[str]:
    """The orders a run closed that were not opened again; empty for a run nobody knows."""
    rows = conn.execute(
        "SELECT order_id FROM no_shows WHERE run_id = ? AND reopened_at_ms IS NULL ORDER BY order_id", (run_id,)
    )
    return [row[0] for row in rows]


def is_run(conn: Connection, run_id: str) -> bool:
    """True for a run this hub knows."""
    return conn.execute("SELECT 1 FROM no_shows WHERE run_id = ? LIMIT 1", (run_id,)).fetchone() is not None


def runs_since(conn: Connection, since_ms: int) -> list[Run]:
    """Runs since then, the newest first."""
    rows = conn.execute(
        "SELECT run_id, min(expired_at_ms) AS at_ms, min(expired_by) AS by, count(*) AS expired, count(reopened_at_ms) AS reopened"
        " FROM no_shows WHERE expired_at_ms >= ? GROUP BY run_id ORDER BY 2 DESC, run_id",
        (since_ms,),
    )
    return [Run(**dict(row)) for row in rows]
