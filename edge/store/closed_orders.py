"""Orders nothing more will be done with: when they were closed, and forgetting them after the return window."""

from sync.db import Connection

_OF = "(SELECT order_id FROM pickups WHERE closed_at_ms IS NOT NULL AND closed_at_ms < ?)"


def closed_between(conn: Connection, from_ms: int, until_ms: int) -> list[str]:
    """Orders closed in that span."""
    rows = conn.execute(
        "SELECT order_id FROM pickups WHERE closed_at_ms IS NOT NULL AND closed_at_ms >= ? AND closed_at_ms < ?",
        (from_ms, until_ms),
    )
    return [row[0] for row in rows]


def forget_before(conn: Connection, before_ms: int) -> int:
    """Drop orders closed before a moment with their lines, charges, parcels and reservations; gives how many."""
    for table in ("parcel_units", "parcels", "pickup_charges", "pickup_lines", "reservations"):
        conn.execute(f"DELETE FROM {table} WHERE order_id IN {_OF}", (before_ms,))  # noqa: S608 - constants only
    return conn.execute(
        "DELETE FROM pickups WHERE closed_at_ms IS NOT NULL AND closed_at_ms < ?", (before_ms,)
    ).rowcount
