"""Feed rows this version cannot understand yet: kept, counted, read again after an upgrade."""

from sync.db import Connection


def keep(conn: Connection, *, feed: str, number: int, kind: str, key: str, body: bytes, now_ms: int) -> None:
    """Keep a row of a kind, or a shape, that this version does not know."""
    conn.execute(
        "INSERT INTO unread_rows (feed, number, kind, key, body, at_ms) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (feed, number, kind, key, body, now_ms),
    )


def count(conn: Connection) -> int:
    """Rows waiting for a version that can read them."""
    return int(conn.execute("SELECT count(*) FROM unread_rows").fetchone()[0])
