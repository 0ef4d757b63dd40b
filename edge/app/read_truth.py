"""One step of reading what central says: the next page, or what takes its place when our own place in a feed is lost."""

from edge.app.apply_changes import apply_page, copies_of, cursor_of, start_over
from edge.app.apply_open_orders import apply_open_orders
from edge.app.hub import Hub
from edge.app.take_snapshot import take_snapshot
from sync import cursor
from sync.errors import CursorTooOld
from sync.feed import Page
from sync.http_client import Peer
from sync.open_orders import ask_open_orders
from sync.pull import Standing, pull_once


def read_truth(hub: Hub, peer: Peer, *, wait_s: float, standing: Standing | None = None) -> Page | CursorTooOld:
    """Apply what comes next and give the page; or say which feed began anew. Raises SyncError of any kind.

    A hub that never read anything takes a snapshot first, so that no order is judged before the stock it needs.
    """
    with hub.replica.reading() as conn:
        begins = cursor.is_new(conn)
    if begins:
        take_snapshot(hub, peer, standing=standing)
    try:
        page = pull_once(peer, cursor_of(hub), wait_s=wait_s, standing=standing)
    except CursorTooOld as too_old:
        begin_again(hub, peer, too_old.feed, standing=standing)
        return too_old
    apply_page(hub, page)
    return page


def begin_again(hub: Hub, peer: Peer, feed: str, *, standing: Standing | None = None) -> None:
    """Central no longer holds the changes after our place in `feed`. What this store owns is never thrown away for that.

    Copies are replaced whole, the store's own feed is compared with the list of open orders, and configuration, which is
    small and never forgotten, is read from its beginning.
    """
    if feed in copies_of(hub.store):
        take_snapshot(hub, peer, standing=standing)
    elif feed == f"store:{hub.store}":
        apply_open_orders(hub, ask_open_orders(peer, feed, standing=standing))
    else:
        start_over(hub, feed)
