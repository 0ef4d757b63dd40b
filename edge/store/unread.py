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


def take_feeds(conn: Connection) -> list[str]:
    """The feeds with unread rows; the rows are dropped, because their feeds are about to be read again."""
    feeds = [row[0] for row in conn.execute("SELECT DISTINCT feed FROM unread_rows ORDER BY feed")]
    conn.execute("DELETE FROM unread_rows")
    return feeds
