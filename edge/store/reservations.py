"""The reservation ledger: which units of the shop's stock are spoken for, and which have moved since upstream counted."""

from collections.abc import Iterable, Mapping

import msgspec

from sync.db import Connection


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one product that may not be promised again."""

    reserved: int = 0
    staged: int = 0


class LineHeld(msgspec.Struct, frozen=True, kw_only=True):
    """Where the units of one line of an order are: held back, in a parcel here, or out of the shop."""

    reserved: int = 0
    staged: int = 0
    gone: int = 0


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


def held_gtins(conn: Connection) -> set[str]:
    """Every product of which units are held."""
    return {row[0] for row in conn.execute("SELECT DISTINCT gtin FROM reservations WHERE reserved + staged > 0")}


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


def hold(conn: Connection, order_id: str, lines: Iterable[tuple[int, str, LineHeld]]) -> None:
    """Write what these lines (line, gtin, what it holds) of an order hold now."""
    conn.executemany(
        "INSERT INTO reservations (order_id, line, gtin, reserved, staged, gone) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (order_id, line) DO UPDATE SET gtin = excluded.gtin, reserved = excluded.reserved, "
        "staged = excluded.staged, gone = excluded.gone",
        [(order_id, line, gtin, held.reserved, held.staged, held.gone) for line, gtin, held in lines],
    )


def drop(conn: Connection, order_id: str, lines: Iterable[int]) -> None:
    """These lines are on the order no more (a substitute that was taken back)."""
    conn.executemany("DELETE FROM reservations WHERE order_id = ? AND line = ?", [(order_id, line) for line in lines])


def move_stock(conn: Connection, event_id: str, moved: Iterable[tuple[str, int]], at_ms: int) -> None:
    """Goods left the shop, or (below zero) came back without having been sold: `moved` are (gtin, units)."""
    conn.executemany(
        "INSERT INTO stock_moves (event_id, position, gtin, at_ms, gone, restocked) VALUES (?, ?, ?, ?, ?, ?)",
        [(event_id, position, gtin, at_ms, max(qty, 0), max(-qty, 0)) for position, (gtin, qty) in enumerate(moved)],
    )


def restock(conn: Connection, event_id: str, lines: Iterable[tuple[str, int]], at_ms: int) -> None:
    """Goods came back and can be sold again: `lines` are (gtin, qty)."""
    conn.executemany(
        "INSERT INTO stock_moves (event_id, position, gtin, at_ms, restocked) VALUES (?, ?, ?, ?, ?)",
        [(event_id, position, gtin, at_ms, qty) for position, (gtin, qty) in enumerate(lines)],
    )
