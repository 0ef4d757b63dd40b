"""Codes that were shown here: passes for orders that have not arrived, and app codes that may count only once."""

from sync.db import Connection


def keep_pass(conn: Connection, *, order_id: str, pass_id: str, event_id: str, now_ms: int) -> bool:
    """A genuine pass for an unknown order; True the first time this pass was shown for it."""
    changed = conn.execute(
        "INSERT INTO pass_seen (order_id, pass_id, first_at_ms, event_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (order_id, pass_id, now_ms, event_id),
    )
    return bool(changed.rowcount)


def use_code(conn: Connection, *, identity: str, step: int, event_id: str) -> bool:
    """Take this step of this shopper's code; True when this press is the one that took it, now or when it was first asked."""
    conn.execute(
        "INSERT INTO used_codes (identity, step, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (identity, step, event_id),
    )
    row = conn.execute("SELECT event_id FROM used_codes WHERE identity = ? AND step = ?", (identity, step)).fetchone()
    return bool(row[0] == event_id)


def forget_codes_before(conn: Connection, step: int) -> None:
    """Steps that can no longer be shown need not be remembered."""
    conn.execute("DELETE FROM used_codes WHERE step < ?", (step,))
