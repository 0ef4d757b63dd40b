"""Questions to shoppers by who waits for them: the rows are written with their order, here they are found."""

from collections.abc import Iterable, Sequence

from sync.db import Connection

_DUE = (
    "FROM questions q JOIN pickups p USING (order_id) "
    "WHERE q.choice IS NULL AND p.closed_at_ms IS NULL AND q.until_ms <= ? ORDER BY q.until_ms, q.question_id"
)


def order_of(conn: Connection, question_id: str) -> str | None:
    """The order a question is about."""
    row = conn.execute("SELECT order_id FROM questions WHERE question_id = ?", (question_id,)).fetchone()
    return None if row is None else row[0]


def orders_waiting(conn: Connection, order_ids: Sequence[str]) -> list[str]:
    """Those of these orders about which somebody is asked something now."""
    marks = ", ".join("?" * len(order_ids))
    rows = conn.execute(
        f"SELECT DISTINCT order_id FROM questions WHERE choice IS NULL AND order_id IN ({marks}) ORDER BY order_id",  # noqa: S608 - marks only
        order_ids,
    )
    return [row[0] for row in rows]


def due(conn: Connection, now_ms: int) -> list[str]:
    """Questions of open orders that nobody answered in time, the oldest first."""
    return [row[0] for row in conn.execute(f"SELECT q.question_id {_DUE}", (now_ms,))]


def orders_due(conn: Connection, now_ms: int) -> list[str]:
    """The orders they are about, each once."""
    return list(dict.fromkeys(row[0] for row in conn.execute(f"SELECT q.order_id {_DUE}", (now_ms,))))


def promised_instead(conn: Connection, gtins: Iterable[str]) -> dict[str, int]:
    """Units of these products that shoppers chose instead of something else and that are not yet picked for them."""
    wanted = sorted(set(gtins))
    rows = conn.execute(
        "SELECT q.gtin, min(sum(q.qty) - coalesce(came.qty, 0), l.qty - l.picked_qty - l.short_qty - l.substituted_qty) AS open_qty "  # noqa: S608 - marks only
        "FROM questions q JOIN pickups p USING (order_id) JOIN pickup_lines l ON l.order_id = q.order_id AND l.line = q.line "
        "LEFT JOIN (SELECT order_id, for_line, gtin, sum(qty) AS qty FROM pickup_lines WHERE for_line IS NOT NULL "
        "GROUP BY order_id, for_line, gtin) came ON came.order_id = q.order_id AND came.for_line = q.line AND came.gtin = q.gtin "
        f"WHERE q.choice = 'substitute' AND p.closed_at_ms IS NULL AND q.gtin IN ({', '.join('?' * len(wanted))}) "
        "GROUP BY q.order_id, q.line, q.gtin",
        wanted,
    )
    held: dict[str, int] = {}
    for gtin, open_qty in rows:
        if open_qty > 0:
            held[gtin] = held.get(gtin, 0) + open_qty
    return held
