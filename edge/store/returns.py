"""Returns as documents: one per customer's visit with goods, lines with the order they came from or without one."""

from collections.abc import Iterable

from edge.domain.facts import ReturnRecorded
from sync.db import Connection


def insert(conn: Connection, document: ReturnRecorded, recorded_at_ms: int) -> None:
    """Keep one document with its lines and charges."""
    conn.execute(
        "INSERT INTO returns (return_id, recorded_at_ms, refund_minor, refund_asked, actor) VALUES (?, ?, ?, ?, ?)",
        (document.return_id, recorded_at_ms, document.refund_minor, int(document.refund_asked), document.actor),
    )
    conn.executemany(
        "INSERT INTO return_lines (return_id, position, order_id, line, gtin, qty, amount_minor, condition) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (document.return_id, place, line.order, line.line, line.gtin, line.qty, line.amount_minor, line.condition)
            for place, line in enumerate(document.lines)
        ],
    )
    conn.executemany(
        "INSERT INTO return_charges (return_id, position, code, amount_minor) VALUES (?, ?, ?, ?)",
        [
            (document.return_id, place, charge.code, charge.amount_minor)
            for place, charge in enumerate(document.charges)
        ],
    )


def is_known(conn: Connection, return_id: str) -> bool:
    """True for a document that is kept here already."""
    return conn.execute("SELECT 1 FROM returns WHERE return_id = ?", (return_id,)).fetchone() is not None


def already_returned(conn: Connection, order_ids: Iterable[str]) -> dict[tuple[str, int], int]:
    """Units that came back so far per (order, line) of these orders."""
    wanted = sorted(set(order_ids))
    rows = conn.execute(
        "SELECT order_id, line, sum(qty) FROM return_lines "  # noqa: S608 - marks only
        f"WHERE order_id IN ({', '.join('?' * len(wanted))}) GROUP BY order_id, line",
        wanted,
    )
    return {(order_id, line): qty for order_id, line, qty in rows}
