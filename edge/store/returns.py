"""Returns as documents: one per customer's visit with goods, lines with the order they came from or without one."""

from collections.abc import Iterable

import msgspec

from sync.db import Connection


class ReturnLine(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one product brought back; `order_id` and `line` say from which sale, both None without one."""

    order_id: str | None
    line: int | None
    gtin: str
    qty: int
    amount_minor: int
    condition: str


class ReturnCharge(msgspec.Struct, frozen=True, kw_only=True):
    """Postage or a fee given back; moves money only."""

    code: str
    amount_minor: int


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """One return as recorded."""

    return_id: str
    recorded_at_ms: int
    refund_minor: int
    refund_asked: bool
    actor: str
    lines: tuple[ReturnLine, ...]
    charges: tuple[ReturnCharge, ...]


def insert(conn: Connection, document: Return) -> None:
    """Keep one document with its lines and charges."""
    conn.execute(
        "INSERT INTO returns (return_id, recorded_at_ms, refund_minor, refund_asked, actor) VALUES (?, ?, ?, ?, ?)",
        (
            document.return_id,
            document.recorded_at_ms,
            document.refund_minor,
            int(document.refund_asked),
            document.actor,
        ),
    )
    conn.executemany(
        "INSERT INTO return_lines (return_id, position, order_id, line, gtin, qty, amount_minor, condition) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                document.return_id,
                place,
                line.order_id,
                line.line,
                line.gtin,
                line.qty,
                line.amount_minor,
                line.condition,
            )
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


def already_returned(conn: Connection, order_ids: Iterable[str]) -> dict[tuple[str, int], int]:
    """Units that came back so far per (order, line) of these orders."""
    wanted = sorted(set(order_ids))
    rows = conn.execute(
        "SELECT order_id, line, sum(qty) FROM return_lines "  # noqa: S608 - marks only
        f"WHERE order_id IN ({', '.join('?' * len(wanted))}) GROUP BY order_id, line",
        wanted,
    )
    return {(order_id, line): qty for order_id, line, qty in rows}
