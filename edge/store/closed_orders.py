"""What nothing more will be done with: orders that are closed, wishes that are answered, calls that are done."""

from sync.db import Connection

_OF = "(SELECT order_id FROM pickups WHERE closed_at_ms IS NOT NULL AND closed_at_ms < ?)"


def closed_between(conn: Connection, from_ms: int, until_ms: int) -> list[str]:
    """Orders closed in that span."""
    rows = conn.execute(
        "SELECT order_id FROM pickups WHERE closed_at_ms IS NOT NULL AND closed_at_ms >= ? AND closed_at_ms < ?",
        (from_ms, until_ms),
    )
    return [row[0] for row in rows]


_RETURNS = "(SELECT return_id FROM returns WHERE recorded_at_ms < ?)"

# Each statement drops what was finished before a moment and nothing that is still open.
_FINISHED = (
    "DELETE FROM wishes WHERE outcome IS NOT NULL AND answered_at_ms < ?",
    "DELETE FROM staff_calls WHERE done_at_ms IS NOT NULL AND done_at_ms < ?",
    "DELETE FROM incidents WHERE done_at_ms IS NOT NULL AND done_at_ms < ?",
    "DELETE FROM staff_sessions WHERE opened_at_ms < ?",
    "DELETE FROM pass_seen WHERE first_at_ms < ?",
    "DELETE FROM answers WHERE at_ms < ?",
    "DELETE FROM left_unknown WHERE at_ms < ?",
    "DELETE FROM handovers WHERE made_at_ms < ?",
    "DELETE FROM typing_allowed WHERE allowed_at_ms < ?",
    "DELETE FROM typed_tries WHERE until_ms < ?",
    f"DELETE FROM return_lines WHERE return_id IN {_RETURNS}",  # noqa: S608 - constants only
    f"DELETE FROM return_charges WHERE return_id IN {_RETURNS}",  # noqa: S608 - constants only
    "DELETE FROM returns WHERE recorded_at_ms < ?",
)


def forget_finished(conn: Connection, before_ms: int) -> None:
    """Drop answered wishes, done calls and incidents, old sign-ins, answers and returns of before that moment."""
    for statement in _FINISHED:
        conn.execute(statement, (before_ms,))


def forget_before(conn: Connection, before_ms: int, now_ms: int) -> int:
    """Drop orders closed before a moment with their lines, charges, parcels and reservations; gives how many.

    Only their ids stay, so that a feed that is read again from its beginning does not bring them back as new.
    """
    conn.execute(f"INSERT OR IGNORE INTO forgotten_orders SELECT order_id, ? FROM {_OF}", (now_ms, before_ms))  # noqa: S608 - constants only
    for table in (
        "parcel_units",
        "parcels",
        "roll_labels",
        "pickup_charges",
        "pickup_lines",
        "pickup_past",
        "questions",
        "reservations",
        "typed_codes",
        "revoked_passes",
    ):
        conn.execute(f"DELETE FROM {table} WHERE order_id IN {_OF}", (before_ms,))  # noqa: S608 - constants only
    return conn.execute(
        "DELETE FROM pickups WHERE closed_at_ms IS NOT NULL AND closed_at_ms < ?", (before_ms,)
    ).rowcount


def is_forgotten(conn: Connection, order_id: str) -> bool:
    """True for an order that was closed here so long ago that only its id is left."""
    return conn.execute("SELECT 1 FROM forgotten_orders WHERE order_id = ?", (order_id,)).fetchone() is not None
