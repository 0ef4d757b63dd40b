"""What goes down: feeds of truth, numbered inside the transaction that changes it, and their SQLite form.

A feed keeps, per kind and key, the newest row only. A reader that starts at 0 therefore gets the whole present truth,
and one that follows gets every later change; it may miss a state that was overwritten, never the last one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from msgspec import Raw, Struct

from sync.db import Connection, Database, Migrations
from sync.errors import CursorTooOld

MIGRATIONS = Migrations("feed", "sync", "migrations/feed")

#: A page is cut at this many bytes of bodies: it is applied in one transaction on a small machine.
PAGE_BYTES = 512 * 1024
PAGE_ROWS_MAX = 1000

TxT_contra = TypeVar("TxT_contra", contravariant=True)

Cursor = dict[str, int]


class FeedRow(Struct, frozen=True, kw_only=True):
    """One change: what `key` of `kind` is now (`body`, JSON), or that it is no more (`tombstone`, body null)."""

    feed: str
    seq: int
    kind: str
    key: str
    body: Raw
    tombstone: bool
    at_ms: int


class Page(Struct, frozen=True, kw_only=True):
    """Rows in the order of their feeds, and the cursor to save in the transaction that applies them.

    `more`: ask again at once. `come_back_ms`: when not 0, the peer has no room for waiting and names the pause.
    """

    rows: tuple[FeedRow, ...]
    cursor: Cursor
    more: bool
    now_ms: int
    come_back_ms: int = 0


class OnServe(Protocol[TxT_contra]):
    """Told, in the page's own transaction, the last number of each feed that is about to leave.

    Central keeps it as served_up_to: from that commit on, what the page holds belongs to the store.
    """

    def __call__(self, tx: TxT_contra, feed: str, last_seq: int, /) -> None:
        """Write it; what this raises keeps the page from leaving."""
        ...


class Feed(Protocol[TxT_contra]):
    """The port. `append` and `prune` run in the caller's transaction, `heads` and `serve` in their own."""

    def append(
        self, tx: TxT_contra, feed: str, kind: str, key: str, *, body: bytes, at_ms: int, tombstone: bool = False
    ) -> int:
        """Set what `key` of `kind` is now; gives the number it took. Call it last in a transaction: it locks the feed."""
        ...

    def prune(self, tx: TxT_contra, feed: str, kind: str, before_ms: int) -> int:
        """Forget rows of `kind` and every tombstone older than that; gives how many. Cursors before them are too old."""
        ...

    def heads(self, feeds: Sequence[str]) -> Cursor:
        """The newest number of each feed; 0 for one that has no row yet."""
        ...

    def serve(self, cursor: Mapping[str, int], limit: int) -> Page:
        """The page after `cursor`, its on_serve committed before this returns. Raises CursorTooOld."""
        ...


class SqliteFeed:
    """The feeds of a node with SQLite. `now_ms` stamps pages, `on_serve` is told what leaves."""

    def __init__(self, db: Database, *, now_ms: Callable[[], int], on_serve: OnServe[Connection] | None = None) -> None:
        self._db = db
        self._now_ms = now_ms
        self._on_serve = on_serve

    def append(
        self, tx: Connection, feed: str, kind: str, key: str, *, body: bytes, at_ms: int, tombstone: bool = False
    ) -> int:
        """See `Feed.append`."""
        (seq,) = tx.execute(
            "INSERT INTO feeds (feed, head) VALUES (?, 1) ON CONFLICT (feed) DO UPDATE SET head = head + 1"
            " RETURNING head",
            (feed,),
        ).fetchone()
        tx.execute(
            "INSERT INTO feed_rows (feed, kind, key, seq, at_ms, tombstone, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (feed, kind, key) DO UPDATE SET seq = excluded.seq, at_ms = excluded.at_ms,"
            " tombstone = excluded.tombstone, body = excluded.body",
            (feed, kind, key, seq, at_ms, int(tombstone), b"null" if tombstone else body),
        )
        return int(seq)

    def prune(self, tx: Connection, feed: str, kind: str, before_ms: int) -> int:
        """See `Feed.prune`."""
        gone = tx.execute(
            "DELETE FROM feed_rows WHERE feed = ? AND at_ms < ? AND (kind = ? OR tombstone = 1) RETURNING seq",
            (feed, before_ms, kind),
        ).fetchall()
        if gone:
            tx.execute("UPDATE feeds SET floor = max(floor, ?) WHERE feed = ?", (max(seq for (seq,) in gone), feed))
        return len(gone)

    def heads(self, feeds: Sequence[str]) -> Cursor:
        """See `Feed.heads`."""
        with self._db.reading() as tx:
            return {feed: _span(tx, feed)[1] for feed in feeds}

    def serve(self, cursor: Mapping[str, int], limit: int) -> Page:
        """See `Feed.serve`."""
        with self._db.writing() as tx:
            page = self.page(tx, cursor, limit)
            if self._on_serve is not None:
                for feed, last_seq in last_served(page).items():
                    self._on_serve(tx, feed, last_seq)
        return page

    def page(self, tx: Connection, cursor: Mapping[str, int], limit: int) -> Page:
        """What follows `cursor`, at most `limit` rows, feed by feed."""
        rows: list[FeedRow] = []
        heads: Cursor = {}
        for feed, after in cursor.items():
            floor, heads[feed] = _span(tx, feed)
            check_cursor(feed, after, floor, heads[feed])
            found = tx.execute(
                "SELECT feed, seq, kind, key, body, tombstone, at_ms FROM feed_rows"
                " WHERE feed = ? AND seq > ? ORDER BY seq LIMIT ?",
                (feed, after, limit + 1 - len(rows)),
            )
            rows.extend(
                FeedRow(feed=f, seq=seq, kind=kind, key=key, body=Raw(body), tombstone=bool(gone), at_ms=at_ms)
                for f, seq, kind, key, body, gone, at_ms in found
            )
        return cut_page(rows, cursor, heads, limit=limit, now_ms=self._now_ms())


def check_cursor(feed: str, after: int, floor: int, head: int) -> None:
    """Raise CursorTooOld when rows after `after` were forgotten, or when it is ahead of us (we lost rows ourselves)."""
    if 0 < after < floor or after > head:
        raise CursorTooOld(feed)


def cut_page(
    rows: Sequence[FeedRow], cursor: Mapping[str, int], heads: Mapping[str, int], *, limit: int, now_ms: int
) -> Page:
    """A page out of rows in order: at most `limit`, at most PAGE_BYTES, at least one; the rest makes it `more`.

    When nothing is left the cursor stands at the heads, past numbers whose rows were overwritten or forgotten.
    """
    kept, size = 0, 0
    for row in rows[:limit]:
        size += len(bytes(row.body))
        if kept and size > PAGE_BYTES:
            break
        kept += 1
    more = kept < len(rows)
    after = dict(cursor) if more else {feed: heads[feed] for feed in cursor}
    if more:
        for row in rows[:kept]:
            after[row.feed] = row.seq
    return Page(rows=tuple(rows[:kept]), cursor=after, more=more, now_ms=now_ms)


def last_served(page: Page) -> Cursor:
    """The last number of each feed that is in the page."""
    return {row.feed: row.seq for row in page.rows}


def _span(tx: Connection, feed: str) -> tuple[int, int]:
    row = tx.execute("SELECT floor, head FROM feeds WHERE feed = ?", (feed,)).fetchone()
    return (0, 0) if row is None else (row[0], row[1])
