"""Moves what a boot labelled by a wrong clock, once it knows by how much the clock was off.

What is forgotten, locked or signed out later goes by these labels. Without it a box that slept through two months would
forget tonight what it handed over this morning, and one whose clock was a year ahead would keep a clerk locked out.
"""

from sync.db import Connection

_LABELS = (
    ("pickups", "closed_at_ms"),
    ("pickups", "ready_at_ms"),
    ("pickups", "arrived_at_ms"),
    ("returns", "recorded_at_ms"),
    ("stock_moves", "at_ms"),
    ("stock_shorts", "at_ms"),
    ("wishes", "asked_at_ms"),
    ("answers", "at_ms"),
    ("shelf_counts", "at_ms"),
    ("pass_seen", "first_at_ms"),
    ("staff_calls", "called_at_ms"),
    ("staff_calls", "done_at_ms"),
    ("staff_sessions", "opened_at_ms"),
    ("sign_in_tries", "locked_until_ms"),
    ("handovers", "made_at_ms"),
    ("handovers", "voided_at_ms"),
    ("typing_allowed", "allowed_at_ms"),
    ("typed_tries", "until_ms"),
)


def correct(conn: Connection, *, since_ms: int, offset_ms: int) -> None:
    """Move by `offset_ms` every label of ours from `since_ms` on. A start is never labelled before the last one ended."""
    for table, column in _LABELS:
        conn.execute(
            f"UPDATE {table} SET {column} = {column} + ? WHERE {column} >= ?",  # noqa: S608 - constants only
            (offset_ms, since_ms),
        )
