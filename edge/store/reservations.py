"""The reservation ledger: which units of the shop's stock are spoken for, and which have moved since upstream counted."""

from collections.abc import Iterable, Mapping

import msgspec

from sync.db import Connection


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one product that may not be promised again."""

    reserved: int = 0
    staged: int = 0


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one product that left or came back after a moment."""

    gone: int = 0
    restocked: int = 0


NONE_HELD = Held()
NONE_MOVED = Moved()


def held(conn: Connection, gtins: Iterable[str]) -> dict[str, Held]:
    """Reserved and staged units per product; a product nobody holds is missing from the answer."""
    wanted = sorted(set(gtins))
    rows = conn.execute(
        f"SELECT gtin, sum(reserved), sum(staged) FROM reservations WHERE gtin IN ({', '.join('?' * len(wanted))}) "  # noqa: S608 - marks only
        "AND reserved + staged > 0 GROUP BY gtin",
        wanted,
    )
    return {gtin: Held(reserved=reserved, staged=staged) for gtin, reserved, staged in rows}


def moved_since(conn: Connection, since_ms: Mapping[str, int]) -> dict[str, Moved]:
    """Units gone and restocked per product, each after its own moment (when upstream counted it)."""
    if not since_ms:
        return {}
    earliest_ms = min(since_ms.values())
    rows = conn.execute(
        f"SELECT gtin, at_ms, gone, restocked FROM stock_moves WHERE gtin IN ({', '.join('?' * len(since_ms))}) AND at_ms > ?",  # noqa: S608 - marks only
        [*since_ms, earliest_ms],
    )
    sums: dict[str, tuple[int, int]] = {}
    for gtin, at_ms, gone, restocked in rows:
        if at_ms > since_ms[gtin]:
            before = sums.get(gtin, (0, 0))
            sums[gtin] = (before[0] + gone, before[1] + restocked)
    return {gtin: Moved(gone=gone, restocked=restocked) for gtin, (gone, restocked) in sums.items()}


def reserve(conn: Connection, order_id: str, lines: Iterable[tuple[int, str, int]]) -> None:
    """Write down the accept: `lines` are (line, gtin, qty)."""
    conn.executemany(
        "INSERT INTO reservations (order_id, line, gtin, reserved, staged, gone) VALUES (?, ?, ?, ?, 0, 0)",
        [(order_id, line, gtin, qty) for line, gtin, qty in lines],
    )


def has(conn: Connection, order_id: str) -> bool:
    """True once the order was accepted here, whatever became of its units."""
    return conn.execute("SELECT 1 FROM reservations WHERE order_id = ?", (order_id,)).fetchone() is not None


def stage(conn: Connection, order_id: str, units: Iterable[tuple[int, int]]) -> None:
    """Reserved units went into a parcel: `units` are (line, qty)."""
    conn.executemany(
        "UPDATE reservations SET reserved = reserved - ?, staged = staged + ? WHERE order_id = ? AND line = ?",
        [(qty, qty, order_id, line) for line, qty in units],
    )


def leave(conn: Connection, order_id: str, units: Iterable[tuple[int, int]], *, event_id: str, at_ms: int) -> None:
    """Staged units left the shop: `units` are (line, qty)."""
    for position, (line, qty) in enumerate(units):
        conn.execute(
            "UPDATE reservations SET staged = staged - ?, gone = gone + ? WHERE order_id = ? AND line = ?",
            (qty, qty, order_id, line),
        )
        conn.execute(
            "INSERT INTO stock_moves (event_id, position, gtin, at_ms, gone) "
            "SELECT ?, ?, gtin, ?, ? FROM reservations WHERE order_id = ? AND line = ?",
            (event_id, position, at_ms, qty, order_id, line),
        )


def release(conn: Connection, order_id: str, line: int, qty: int) -> None:
    """Units that were promised and could not be found: the shelf has none to give, so nothing comes back to it."""
    conn.execute(
        "UPDATE reservations SET reserved = reserved - ? WHERE order_id = ? AND line = ?", (qty, order_id, line)
    )


def release_all(conn: Connection, order_id: str) -> None:
    """The order is off: what was reserved or lay in parcels may be promised again."""
    conn.execute("UPDATE reservations SET reserved = 0, staged = 0 WHERE order_id = ?", (order_id,))


def restock(conn: Connection, event_id: str, lines: Iterable[tuple[str, int]], at_ms: int) -> None:
    """Goods came back and can be sold again: `lines` are (gtin, qty)."""
    conn.executemany(
        "INSERT INTO stock_moves (event_id, position, gtin, at_ms, restocked) VALUES (?, ?, ?, ?, ?)",
        [(event_id, position, gtin, at_ms, qty) for position, (gtin, qty) in enumerate(lines)],
    )
