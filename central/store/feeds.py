"""The feeds that go down to the stores, in the SQLAlchemy form of `sync.feed.Feed`; what was served is written down first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import text as sql

from central.store.database import Books, Tx, look, put
from central.store.schema import EVERYWHERE
from central.store.schema_sync import feed_rows
from sync.applied import Digest, Standing, digest_of
from sync.feed import Cursor, FeedRow, Page, check_cursor, cut_page, last_served
from sync.snapshot import Rows

_BUMP = sql(
    "INSERT INTO feeds (store_id, feed, head) VALUES (:store, :feed, :count)"
    " ON CONFLICT (store_id, feed) DO UPDATE SET head = feeds.head + excluded.head RETURNING head"
)
_SPAN = sql("SELECT floor, head FROM feeds WHERE store_id = :store AND feed = :feed")
_HEADS = sql("SELECT feed, head FROM feeds ORDER BY feed")
_AFTER = sql(
    "SELECT seq, kind, key, body, tombstone, at_ms FROM feed_rows"
    " WHERE store_id = :store AND feed = :feed AND seq > :after ORDER BY seq LIMIT :limit"
)
_HAS = sql("SELECT 1 FROM feed_rows WHERE store_id = :store AND feed = :feed AND kind = :kind AND key = :key")
_BODY = sql(
    "SELECT body FROM feed_rows WHERE store_id = :store AND feed = :feed AND kind = :kind AND key = :key AND tombstone = 0"
)
_FORGET = sql(
    "DELETE FROM feed_rows WHERE store_id = :store AND feed = :feed AND at_ms < :before_ms"
    " AND (kind = :kind OR tombstone = 1) RETURNING seq"
)
_FLOOR = sql("UPDATE feeds SET floor = :seq WHERE store_id = :store AND feed = :feed AND floor < :seq")
_STANDING = sql(
    "SELECT kind, key, seq FROM feed_rows WHERE store_id = :store AND feed = :feed AND tombstone = 0 ORDER BY kind, key"
)
_STANDING_OF = sql(
    "SELECT kind, key, seq FROM feed_rows WHERE store_id = :store AND feed = :feed AND kind = :kind AND key > :after"
    " AND tombstone = 0 ORDER BY key LIMIT :limit"
)
_PRESENT = sql(
    "SELECT kind, key, seq, body FROM feed_rows WHERE store_id = :store AND feed = :feed AND tombstone = 0"
    " ORDER BY kind, key"
)
_SERVED = sql("SELECT served_up_to FROM served WHERE store_id = :store AND feed = :feed")
_SERVE = sql(
    "INSERT INTO served (store_id, feed, served_up_to, at_ms) VALUES (:store, :feed, :seq, :at_ms)"
    " ON CONFLICT (store_id, feed) DO UPDATE SET served_up_to = excluded.served_up_to, at_ms = excluded.at_ms"
    " WHERE excluded.served_up_to > served.served_up_to"
)

OWNING = "store:"
"""What a page of these feeds holds belongs to the store from the moment it leaves; the other feeds are copies."""


class Change(Struct, frozen=True, kw_only=True):
    """One row to append: what `key` of `kind` is now, or (body None) that it is no more."""

    kind: str
    key: str
    body: bytes | None


class SqlFeed:
    """The port `sync.feed.Feed` on central's books."""

    def __init__(self, books: Books, *, now_ms: Callable[[], int]) -> None:
        self._books = books
        self._now_ms = now_ms

    def append(
        self, tx: Tx, feed: str, kind: str, key: str, *, body: bytes, at_ms: int, tombstone: bool = False
    ) -> int:
        """See `sync.feed.Feed.append`."""
        return append(tx, feed, [Change(kind=kind, key=key, body=None if tombstone else body)], at_ms)

    def prune(self, tx: Tx, feed: str, kind: str, before_ms: int) -> int:
        """See `sync.feed.Feed.prune`."""
        key = {"store": _store_of(feed), "feed": feed}
        gone = [row.seq for row in tx.execute(_FORGET, key | {"kind": kind, "before_ms": before_ms})]
        if gone:
            tx.execute(_FLOOR, key | {"seq": max(gone)})
        return len(gone)

    def heads(self, feeds: Sequence[str]) -> Cursor:
        """See `sync.feed.Feed.heads`."""
        with self._books.reading() as tx:
            return heads(tx, feeds)

    def serve(self, cursor: Mapping[str, int], limit: int) -> Page:
        """See `sync.feed.Feed.serve`. Only a page that makes a store the owner of something new takes the write lock."""
        with self._books.reading() as tx:
            page = self._page(tx, cursor, limit)
            owning = any(seq > _served(tx, feed) for feed, seq in _owned(page).items())
        if not owning:
            return page
        # Read again under the lock: central may have cancelled an order in between, and then it must not leave.
        with self._books.writing() as tx:
            page = self._page(tx, cursor, limit)
            for feed, seq in _owned(page).items():
                tx.execute(_SERVE, {"store": _store_of(feed), "feed": feed, "seq": seq, "at_ms": page.now_ms})
        return page

    def serve_whole(self, feed: str) -> Page:
        """Everything that stands on a feed, as one page: written down as served, like any other page, before it leaves."""
        with self._books.writing() as tx:
            page = self._whole(tx, feed)
            for name, seq in _owned(page).items():
                tx.execute(_SERVE, {"store": _store_of(name), "feed": name, "seq": seq, "at_ms": page.now_ms})
        return page

    def _whole(self, tx: Tx, feed: str) -> Page:
        asked = {"store": _store_of(feed), "feed": feed, "after": 0, "limit": -1}
        rows = tuple(
            FeedRow(feed=feed, seq=seq, kind=kind, key=key, body=Raw(body), tombstone=False, at_ms=at_ms)
            for seq, kind, key, body, gone, at_ms in tx.execute(_AFTER, asked)
            if not gone
        )
        return Page(rows=rows, cursor=heads(tx, [feed]), more=False, now_ms=self._now_ms())

    def _page(self, tx: Tx, cursor: Mapping[str, int], limit: int) -> Page:
        rows: list[FeedRow] = []
        heads: Cursor = {}
        for feed, after in cursor.items():
            floor, heads[feed] = _span(tx, feed)
            check_cursor(feed, after, floor, heads[feed])
            asked = {"store": _store_of(feed), "feed": feed, "after": after, "limit": limit + 1 - len(rows)}
            rows.extend(
                FeedRow(feed=feed, seq=seq, kind=kind, key=key, body=Raw(body), tombstone=bool(gone), at_ms=at_ms)
                for seq, kind, key, body, gone, at_ms in tx.execute(_AFTER, asked)
            )
        return cut_page(rows, cursor, heads, limit=limit, now_ms=self._now_ms())


def append(tx: Tx, feed: str, changes: Sequence[Change], at_ms: int) -> int:
    """Append changes in this order (of one key only the last may be given) and give the number the last one took."""
    if not changes:
        return _span(tx, feed)[1]
    store = _store_of(feed)
    head = int(tx.execute(_BUMP, {"store": store, "feed": feed, "count": len(changes)}).scalar_one())
    first = head - len(changes) + 1
    rows = [
        {
            "store_id": store,
            "feed": feed,
            "kind": change.kind,
            "key": change.key,
            "seq": first + place,
            "body": b"null" if change.body is None else change.body,
            "tombstone": int(change.body is None),
            "at_ms": at_ms,
        }
        for place, change in enumerate(changes)
    ]
    put(tx, feed_rows, rows)
    return head


def has_row(tx: Tx, feed: str, kind: str, key: str) -> bool:
    """Whether the feed says anything of this key."""
    asked = {"store": _store_of(feed), "feed": feed, "kind": kind, "key": key}
    return tx.execute(_HAS, asked).first() is not None


def body_of(tx: Tx, feed: str, kind: str, key: str) -> bytes | None:
    """What stands on the feed under this key; None when nothing does, or no more."""
    asked = {"store": _store_of(feed), "feed": feed, "kind": kind, "key": key}
    body: bytes | None = tx.execute(_BODY, asked).scalar_one_or_none()
    return body


def served_up_to(tx: Tx, feed: str) -> int:
    """The highest number of the feed that ever left."""
    return _served(tx, feed)


def digest(tx: Tx, feed: str) -> Digest:
    """What stands on a feed now, as far as its head, counted as a hub counts what it applied."""
    found = tx.execute(_STANDING, {"store": _store_of(feed), "feed": feed})
    return digest_of(feed, _span(tx, feed)[1], map(tuple, found))


def standing(tx: Tx, feed: str, kind: str, *, after: str = "", limit: int = 1000) -> list[Standing]:
    """The things of one kind that stand on a feed, by key, those after the key `after`."""
    asked = {"store": _store_of(feed), "feed": feed, "kind": kind, "after": after, "limit": limit}
    return [(kind, key, seq) for kind, key, seq in tx.execute(_STANDING_OF, asked)]


def present(tx: Tx, feed: str, block_rows: int) -> Iterator[Rows]:
    """All that stands on a feed in this transaction's view, kind by kind, in blocks; bodies as JSON values."""
    read = msgspec.json.decode
    found = tx.execute(_PRESENT, {"store": _store_of(feed), "feed": feed}, execution_options={"stream_results": True})
    for part in found.partitions(block_rows):
        for kind, rows in groupby(part, key=itemgetter(0)):
            _, keys, seqs, bodies = zip(*rows, strict=True)
            yield Rows(feed=feed, kind=kind, keys=keys, seqs=seqs, bodies=[read(body) for body in bodies])


def heads(tx: Tx, feeds: Sequence[str]) -> Cursor:
    """The newest number of each of these feeds."""
    named = " OR ".join(["(store_id = ? AND feed = ?)"] * len(feeds))
    asked = [part for feed in feeds for part in (_store_of(feed), feed)]
    known = dict(look(tx, f"SELECT feed, head FROM feeds WHERE {named}", *asked)) if feeds else {}  # noqa: S608 - as above
    return {feed: known.get(feed, 0) for feed in feeds}


def all_heads(tx: Tx) -> Cursor:
    """The newest number of every feed there is."""
    return {row.feed: row.head for row in tx.execute(_HEADS)}


def _owned(page: Page) -> Cursor:
    return {feed: seq for feed, seq in last_served(page).items() if feed.startswith(OWNING)}


def _served(tx: Tx, feed: str) -> int:
    return int(tx.execute(_SERVED, {"store": _store_of(feed), "feed": feed}).scalar_one_or_none() or 0)


def _span(tx: Tx, feed: str) -> tuple[int, int]:
    row = tx.execute(_SPAN, {"store": _store_of(feed), "feed": feed}).one_or_none()
    return (0, 0) if row is None else (row.floor, row.head)


def _store_of(feed: str) -> str:
    """A feed lies with the store it is for; those for all stores lie with `*`."""
    family, _, name = feed.partition(":")
    return EVERYWHERE if family == "catalogue" else name
