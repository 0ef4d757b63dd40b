"""What promises and key figures are measured by: the pace at the shelf, what was not there, the first promise of an order."""

from collections.abc import Mapping

from edge.domain.pickup_book import Pickup, PickupLine
from sync.db import Connection

MINUTE_MS = 60_000


def note(conn: Connection, before: Pickup, after: Pickup, now_ms: int) -> None:
    """Write what one act changed of it, in the transaction that writes the order."""
    was = {line.line: line for line in before.lines}
    changed = [(was[line.line], line) for line in after.lines if line.line in was and was[line.line] != line]
    _note_pace(conn, changed, now_ms)
    _note_shorts(conn, after.order_id, changed, now_ms)
    if before.promised_at_ms is not None and after.promised_at_ms != before.promised_at_ms:
        conn.execute(
            "UPDATE pickups SET first_promised_at_ms = coalesce(first_promised_at_ms, ?) WHERE order_id = ?",
            (before.promised_at_ms, after.order_id),
        )


def pace_between(conn: Connection, since_ms: int, until_ms: int) -> list[tuple[int, int]]:
    """(when, units) by minute between two moments, oldest first; what a wrong clock labelled later is no pace."""
    rows = conn.execute(
        "SELECT minute, units FROM pick_pace WHERE minute BETWEEN ? AND ? ORDER BY minute",
        (since_ms // MINUTE_MS, until_ms // MINUTE_MS),
    )
    return [(minute * MINUTE_MS, units) for minute, units in rows]


def queued_units(conn: Connection) -> int:
    """Units the shop has taken on and not picked yet."""
    row = conn.execute(
        "SELECT coalesce(sum(l.qty - l.picked_qty - l.short_qty - l.substituted_qty), 0)"
        " FROM pickups p JOIN pickup_lines l USING (order_id)"
        " WHERE p.closed_at_ms IS NULL AND p.state IN ('accepted', 'picking')"
    ).fetchone()
    return int(row[0])


def in_hand(conn: Connection) -> list[tuple[str, int, int | None]]:
    """(order, units to pick, promise) of what is accepted and not staged yet, the earliest promise first."""
    rows = conn.execute(
        "SELECT p.order_id, sum(l.qty - l.picked_qty - l.short_qty - l.substituted_qty), p.promised_at_ms"
        " FROM pickups p JOIN pickup_lines l USING (order_id)"
        " WHERE p.closed_at_ms IS NULL AND p.state IN ('accepted', 'picking') AND p.cancel_asked_at_ms IS NULL"
        " GROUP BY p.order_id ORDER BY coalesce(p.promised_at_ms, 1 << 60), p.placed_at_ms, p.order_id"
    )
    return [(order_id, units, promised_at_ms) for order_id, units, promised_at_ms in rows]


def short_gtins(conn: Connection) -> set[str]:
    """Products of which units were not to be found, as far as that is remembered."""
    return {row[0] for row in conn.execute("SELECT gtin FROM stock_shorts GROUP BY gtin HAVING sum(qty) > 0")}


def shorts_since(conn: Connection, since_ms: Mapping[str, int]) -> dict[str, int]:
    """Units per product that were not to be found, each after its own moment; products without any are missing."""
    found: dict[str, int] = {}
    for gtin, after_ms in since_ms.items():
        row = conn.execute(
            "SELECT coalesce(sum(qty), 0) FROM stock_shorts WHERE gtin = ? AND at_ms > ?", (gtin, after_ms)
        ).fetchone()
        if row[0] > 0:
            found[gtin] = int(row[0])
    return found


def forget_before(conn: Connection, before_ms: int) -> None:
    """Drop what was measured before then."""
    conn.execute("DELETE FROM pick_pace WHERE minute < ?", (before_ms // MINUTE_MS,))
    conn.execute("DELETE FROM stock_shorts WHERE at_ms < ?", (before_ms,))
    conn.execute("DELETE FROM no_shows WHERE expired_at_ms < ?", (before_ms,))


def _note_pace(conn: Connection, changed: list[tuple[PickupLine, PickupLine]], now_ms: int) -> None:
    units = sum(was.to_pick_qty - line.to_pick_qty for was, line in changed)
    if units > 0:
        conn.execute(
            "INSERT INTO pick_pace (minute, units) VALUES (?, ?)"
            " ON CONFLICT (minute) DO UPDATE SET units = units + excluded.units",
            (now_ms // MINUTE_MS, units),
        )


def _note_shorts(conn: Connection, order_id: str, changed: list[tuple[PickupLine, PickupLine]], now_ms: int) -> None:
    conn.executemany(
        "INSERT INTO stock_shorts (order_id, line, at_ms, gtin, qty) VALUES (?, ?, ?, ?, ?)",
        [
            (order_id, line.line, now_ms, line.gtin, line.short_qty - was.short_qty)
            for was, line in changed
            if line.short_qty != was.short_qty
        ],
    )
