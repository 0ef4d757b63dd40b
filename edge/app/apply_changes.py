"""Take over what central sent: a page's rows and its cursor in one transaction, truth always applied.

Copies (people, catalogue, stock) go to replica.db first and what this store owns (orders, asks, answers, configuration)
to state.db after, so that an order is never judged before the stock it needs. A plug pulled in between brings the
same rows again, and applying a row twice changes nothing.
"""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from edge.app import apply_copies, apply_owned
from edge.app.accept_order import accept_waiting
from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.domain.errors import DomainError
from edge.store import unread
from sync import applied, cursor
from sync.db import Connection, IntegrityError
from sync.feed import Cursor, FeedRow, Page

OWNED = ("store", "config")
"""Families of feeds this store owns or answers to, in state.db; the others are copies."""

CATALOGUE_REGION = "main"

Applier = Callable[[FeedRow], None]


def feeds_of(store: str) -> tuple[str, ...]:
    """The feeds a store reads."""
    return (
        f"config:{store}",
        f"catalogue:{CATALOGUE_REGION}",
        f"stock:{store}",
        f"people:{store}",
        f"store:{store}",
    )


def copies_of(store: str) -> tuple[str, ...]:
    """Those of them whose rows are copies: a snapshot takes their place."""
    return tuple(feed for feed in feeds_of(store) if feed.split(":", 1)[0] not in OWNED)


def cursor_of(hub: Hub) -> Cursor:
    """Where to go on reading, feed by feed, from the two files."""
    owned, copied = _split(dict.fromkeys(feeds_of(hub.store), 0))
    with hub.state.reading() as conn:
        here = cursor.load(conn, tuple(owned))
    with hub.replica.reading() as conn:
        return cursor.load(conn, tuple(copied)) | here


def apply_page(hub: Hub, page: Page) -> None:
    """Apply one page. A row of a kind or shape this version does not know is kept for a later one, and the page goes on."""
    owned, copied = _split(page.cursor)
    copies = [row for row in page.rows if row.feed in copied]
    apply_copies.make_keys(hub, copies)
    with hub.replica.writing() as conn:
        taken = apply_copies.names_taken(conn, copies)
        for row in copies:
            take_row(conn, row, partial(apply_copies.apply, hub, conn, keys=hub.keys), hub.clock.now_ms())
        applied.note(conn, copies)
        cursor.save(conn, copied)
    apply_copies.drop_keys(hub, taken, copies)
    in_one_transaction(hub, lambda tx: _apply_owned(tx, page, owned))
    hub.pulled.at_ms = hub.clock.now_ms()
    if page.rows and not page.more:
        accept_waiting(hub)


def start_over(hub: Hub, feed: str) -> None:
    """Central no longer holds the changes after our cursor: read that feed from its beginning; nothing here is thrown away."""
    database = hub.state if feed.split(":", 1)[0] in OWNED else hub.replica
    with database.writing() as conn:
        cursor.forget(conn, feed)
        applied.clear(conn, feed)


def read_unread_again(hub: Hub) -> list[str]:
    """At start: feeds with rows an earlier version did not understand are read from their beginning; gives which.

    A feed holds the newest row of every thing, so reading it again is right in any order; a row that is still not
    understood is kept again.
    """
    feeds: list[str] = []
    for database in (hub.state, hub.replica):
        with database.writing() as conn:
            again = unread.take_feeds(conn)
            for feed in again:
                cursor.forget(conn, feed)
            feeds += again
    return feeds


def _apply_owned(tx: Tx, page: Page, owned: Mapping[str, int]) -> None:
    for row in page.rows:
        if row.feed in owned:
            take_row(tx.conn, row, partial(apply_owned.apply, tx), tx.now_ms)
    applied.note(tx.conn, [row for row in page.rows if row.feed in owned])
    cursor.save(tx.conn, owned)


def take_row(conn: Connection, row: FeedRow, apply: Applier, now_ms: int) -> None:
    """Apply one row whole or keep it unread; one row that cannot be must never hold back those behind it."""
    conn.execute("SAVEPOINT feed_row")
    try:
        apply(row)
    except (msgspec.MsgspecError, UnicodeDecodeError, DomainError, IntegrityError):
        conn.execute("ROLLBACK TO feed_row")
        # A row about a person cannot be sealed before it is understood: only its number is kept, and the feed read again.
        body = b"null" if row.feed.startswith("people:") else bytes(row.body)
        unread.keep(conn, feed=row.feed, number=row.seq, kind=row.kind, key=row.key, body=body, now_ms=now_ms)
    conn.execute("RELEASE feed_row")


def _split(feeds: Mapping[str, int]) -> tuple[Cursor, Cursor]:
    owned = {feed: seq for feed, seq in feeds.items() if feed.split(":", 1)[0] in OWNED}
    return owned, {feed: seq for feed, seq in feeds.items() if feed not in owned}
