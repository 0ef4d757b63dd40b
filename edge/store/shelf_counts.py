"""What lies on the shelves by the book, and what was found there when somebody counted."""

import msgspec

from sync.db import Connection


class OnShelf(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel as the book has it. `closed`: its order is closed, so it should be unpacked."""

    order_id: str
    parcel: int
    display_code: str
    shelf: str
    state: str
    closed: bool


_PARCELS = (
    "SELECT c.order_id, c.number, p.display_code, c.shelf, c.state, p.closed_at_ms IS NOT NULL"
    " FROM parcels c JOIN pickups p USING (order_id)"
)


def shelved(conn: Connection) -> list[OnShelf]:
    """Every parcel that lies on a shelf by the book, shelf by shelf."""
    rows = conn.execute(f"{_PARCELS} WHERE c.state = 'shelved' ORDER BY c.shelf, p.display_code, c.number")
    return [_on_shelf(row) for row in rows]


def is_any_shelved(conn: Connection) -> bool:
    """True while anything lies on a shelf by the book."""
    return conn.execute("SELECT 1 FROM parcels WHERE state = 'shelved' LIMIT 1").fetchone() is not None


def parcel(conn: Connection, order_id: str, number: int) -> OnShelf | None:
    """One parcel, wherever it is."""
    row = conn.execute(f"{_PARCELS} WHERE c.order_id = ? AND c.number = ?", (order_id, number)).fetchone()
    return None if row is None else _on_shelf(row)


def keep(conn: Connection, count_id: str, counted: bytes, now_ms: int) -> None:
    """Write down what a count found."""
    conn.execute("INSERT INTO shelf_counts (count_id, at_ms, counted) VALUES (?, ?, ?)", (count_id, now_ms, counted))


def last(conn: Connection) -> bytes | None:
    """What the newest count found."""
    row = conn.execute("SELECT counted FROM shelf_counts ORDER BY at_ms DESC, count_id DESC LIMIT 1").fetchone()
    return None if row is None else row[0]


def was_counted_since(conn: Connection, since_ms: int) -> bool:
    """True when somebody counted at that moment or later."""
    return conn.execute("SELECT 1 FROM shelf_counts WHERE at_ms >= ? LIMIT 1", (since_ms,)).fetchone() is not None


def forget_before(conn: Connection, before_ms: int) -> int:
    """Drop counts from before then, but for the newest; gives how many."""
    return conn.execute(
        "DELETE FROM shelf_counts WHERE at_ms < ? AND at_ms < (SELECT max(at_ms) FROM shelf_counts)", (before_ms,)
    ).rowcount


def _on_shelf(row: tuple[str, int, str, str, str, int]) -> OnShelf:
    return OnShelf(order_id=row[0], parcel=row[1], display_code=row[2], shelf=row[3], state=row[4], closed=bool(row[5]))
