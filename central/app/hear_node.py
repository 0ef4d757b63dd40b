"""Notes when a store's hub was last heard and what it owes, and says which feeds it may read."""

from central.app.central import Central
from central.app.send_down import CATALOGUE, config_feed, people_feed, stock_feed, store_feed
from central.store.keys import heard_node, heard_owed
from sync.signing import Caller

NOTE_EVERY_MS = 1_000
"""A hub that reads page after page is heard many times a second; the page of stores shows seconds."""


def may_read(who: Caller, feed: str) -> bool:
    """A hub reads what is for its store, and what is for all."""
    if who.store is None:
        return False
    own = (store_feed(who.store), people_feed(who.store), stock_feed(who.store), config_feed(who.store))
    return feed in (*own, CATALOGUE)


class Hearing:
    """Writes down who was heard, at most once per NOTE_EVERY_MS and hub unless what it owes changed."""

    def __init__(self, central: Central) -> None:
        self._central = central
        self._last: dict[tuple[str, str], tuple[int, tuple[int, int, int] | None]] = {}

    def __call__(self, who: Caller, owed: tuple[int, int, int] | None, /) -> None:
        """See `sync.http_server.Heard`."""
        if who.store is None or who.node is None:
            return
        now_ms, hub = self._central.now_ms(), (who.store, who.node)
        last_ms, last_owed = self._last.get(hub, (0, None))
        if now_ms - last_ms < NOTE_EVERY_MS and owed in (None, last_owed):
            return
        self._last[hub] = (now_ms, last_owed if owed is None else owed)
        with self._central.books.writing() as tx:
            if owed is None:
                heard_node(tx, *hub, now_ms)
            else:
                heard_owed(tx, *hub, owed, now_ms)
