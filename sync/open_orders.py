"""Asks for everything a store's own feed holds, for a hub whose cursor central no longer knows."""

from sync.errors import BadWire, PeerUnreachable
from sync.feed import Page
from sync.http_client import Peer
from sync.pull import Standing, raise_if_superseded


def ask_open_orders(peer: Peer, feed: str, *, standing: Standing | None = None) -> Page:
    """All open orders, asks and answers on `feed`, and its cursor behind them; apply it with that cursor, never alone.

    Raises SupersededHub (another hub has our place), PeerUnreachable, BadWire and PeerRefusedUs.
    """
    who = "" if standing is None else f"?{standing.query.removeprefix('&')}"
    reply = peer.request("GET", f"/v1/orders/open{who}")
    raise_if_superseded(reply)
    if reply.status != 200:
        raise PeerUnreachable(f"open orders were answered with {reply.status} {reply.problem().reason}")
    page = reply.read(Page)
    if page.more or page.cursor.keys() != {feed} or {row.feed for row in page.rows} - {feed}:
        raise BadWire("the list of open orders is one page of one feed")
    return page
