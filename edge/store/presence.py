"""Where a tag was heard last, by keyed hash, for 24 hours."""

from sync.db import Connection


def put(conn: Connection, tag_hash: str, zone: str | None, at_ms: int) -> None:
    """The tag is in `zone` now (None: it left)."""
    conn.execute(
        "INSERT INTO presence (tag_hash, zone, at_ms) VALUES (?, ?, ?) "
        "ON CONFLICT (tag_hash) DO UPDATE SET zone = excluded.zone, at_ms = excluded.at_ms",
        (tag_hash, zone, at_ms),
    )


def zone_of(conn: Connection, tag_hash: str) -> tuple[str | None, int] | None:
    """Zone and time of the last change, or None when the tag was not heard within the time kept."""
    row = conn.execute("SELECT zone, at_ms FROM presence WHERE tag_hash = ?", (tag_hash,)).fetchone()
    return None if row is None else (row[0], row[1])


def near(conn: Connection, since_ms: int) -> list[str]:
    """Tags that are somewhere in the shop and moved since a moment."""
    rows = conn.execute(
        "SELECT tag_hash FROM presence WHERE zone IS NOT NULL AND at_ms >= ? ORDER BY tag_hash", (since_ms,)
    )
    return [row[0] for row in rows]


def forget_before(conn: Connection, before_ms: int) -> int:
    """Drop what is older than the time kept; gives how many."""
    return conn.execute("DELETE FROM presence WHERE at_ms < ?", (before_ms,)).rowcount
