"""Central's asks to cancel: which one stands on an order, and whether it has had its one answer."""

from sync.db import Connection


def remember(conn: Connection, order_id: str, ask_id: str) -> None:
    """Which of central's asks waits for this hub's answer."""
    conn.execute(
        "UPDATE pickups SET cancel_ask_id = ?, cancel_ask_open = 1 WHERE order_id = ?",
        (ask_id, order_id),
    )


def settle(conn: Connection, order_id: str) -> None:
    """The ask has its one answer."""
    conn.execute("UPDATE pickups SET cancel_ask_open = 0 WHERE order_id = ?", (order_id,))


def waiting(conn: Connection, order_id: str) -> str | None:
    """The ask that still waits for this hub's answer, if one does."""
    row = conn.execute(
        "SELECT cancel_ask_id FROM pickups WHERE order_id = ? AND cancel_ask_open = 1", (order_id,)
    ).fetchone()
    return None if row is None else row[0]


def all_waiting(conn: Connection) -> list[tuple[str, str]]:
    """Every (order, ask) that still waits for this hub's answer."""
    rows = conn.execute("SELECT order_id, cancel_ask_id FROM pickups WHERE cancel_ask_open = 1 ORDER BY order_id")
    return [(row[0], row[1]) for row in rows]


def was_heard(conn: Connection, order_id: str, ask_id: str) -> bool:
    """True when this very ask was heard before, answered or not: a feed may bring it again."""
    row = conn.execute("SELECT cancel_ask_id FROM pickups WHERE order_id = ?", (order_id,)).fetchone()
    return row is not None and row[0] == ask_id
