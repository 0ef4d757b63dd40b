"""Serves the copies of a store whole: people, catalogue and stock as they stand in one unmoving view of the books."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain

from central.app.central import Central
from central.app.hear_node import may_read
from central.app.send_down import CATALOGUE, people_feed, stock_feed
from central.store import feeds
from sync.feed import Cursor
from sync.signing import Caller
from sync.snapshot import BLOCK_ROWS, Rows


def may_copy(who: Caller, feed: str) -> bool:
    """A hub copies what others own; what belongs to its store is never handed out as a copy to put in its place."""
    if who.store is None or not may_read(who, feed):
        return False
    return feed in (people_feed(who.store), stock_feed(who.store), CATALOGUE)


def present(central: Central) -> Callable[[Sequence[str]], AbstractContextManager[tuple[Cursor, Iterator[Rows]]]]:
    """What `sync.http_server.Copies` asks for: numbers and rows out of one transaction, which moves for nobody."""

    @contextmanager
    def at_one_moment(names: Sequence[str]) -> Iterator[tuple[Cursor, Iterator[Rows]]]:
        with central.books.reading() as tx:
            cursor = feeds.heads(tx, names)
            yield cursor, chain.from_iterable(feeds.present(tx, name, BLOCK_ROWS) for name in names)

    return at_one_moment
