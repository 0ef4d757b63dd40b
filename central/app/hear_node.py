"""Notes when a store's hub was last heard and what it owes, and says which feeds it may read."""

from central.app.central import Central
from central.app.send_down import CATALOGUE, config_feed, people_feed, stock_feed, store_feed
from central.store.keys import heard_owed
from sync.signing import Caller

NOTE_EVERY_MS = 1_000
"""A hub that pushes and reads is heard many times a second; its own beat comes every two, so nothing is missed for long."""


def may_read(who: Caller, feed: str) -> bool:
    """A hub reads what is for its store, and what is for all."""
    if who.store is None:
        return False
    own = (store_feed(who.store), people_feed(who.store), stock_feed(who.store), config_feed(who.store))
    return feed in (*own, CATALOGUE)


class Hearing:
    """Writes down who was heard and what it owes, at most once per NOTE_EVERY_MS and hub."""

    def __init__(self, central: Central) -> None:
        self._central = central
        self._last_ms: dict[tuple[str, str], int] = {}

    def __call__(self, who: Caller, owed: tuple[int, int, int] | None, /) -> None:
        """See `sync.http_server.Heard`."""
        if who.store is None or who.node is None:
            return
        now_ms, hub = self._central.now_ms(), (who.store, who.node)
        if owed is None or now_ms - self._last_ms.get(hub, 0) < NOTE_EVERY_MS:
            return  # a page read says nothing about what is owed, and the beat comes anyway
        self._last_ms[hub] = now_ms
        with self._central.books.writing() as tx:
            heard_owed(tx, *hub, owed, now_ms)
