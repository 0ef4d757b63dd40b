"""Remembers how far each feed has been applied, in the same file and transaction as what was applied."""

from collections.abc import Mapping, Sequence

from sync.db import Connection, Migrations
from sync.feed import Cursor

MIGRATIONS = Migrations("cursor", "sync", "migrations/cursor")


def load(conn: Connection, feeds: Sequence[str]) -> Cursor:
    """The cursor to ask with; a feed never applied stands at 0."""
    known = dict(map(tuple, conn.execute("SELECT feed, seq FROM cursors")))
    return {feed: known.get(feed, 0) for feed in feeds}


def is_new(conn: Connection) -> bool:
    """Whether no page was ever applied to this file; one that brought nothing counts too."""
    return conn.execute("SELECT 1 FROM cursors LIMIT 1").fetchone() is None


def save(conn: Connection, cursor: Mapping[str, int]) -> None:
    """Write the cursor of a page, in the transaction that applied its rows; never alone."""
    conn.executemany(
        "INSERT INTO cursors (feed, seq) VALUES (?, ?) ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq",
        list(cursor.items()),
    )


def forget(conn: Connection, feed: str) -> None:
    """Stand at 0 again, after the caller dropped what the feed had brought."""
    conn.execute("DELETE FROM cursors WHERE feed = ?", (feed,))
