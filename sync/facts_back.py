"""Asks the peer for what this node itself once sent: a file that was lost is told by its upstream what it had done.

Only lanes 0 and 1 come back. Nothing that comes back is owed again.
"""

from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Raw, Struct

from sync import wire
from sync.envelope import Count, Origin
from sync.errors import PeerUnreachable
from sync.feed import FeedRow
from sync.http_client import Peer
from sync.pull import Standing, raise_if_superseded

ROWS_MAX = 1000
"""Rows of one page; folding them is one transaction on a small machine."""

ORIGINS_ASKED_MAX = 60
"""How many origins one question names: the request line holds no more. Older ones come again and are passed over."""


class FactRow(Struct, frozen=True, kw_only=True):
    """One fact as the peer's ledger holds it: under which origin, received when, and the very bytes of its envelope."""

    origin: Origin
    received_at_ms: int
    envelope: Raw


class OriginMark(Struct, frozen=True, kw_only=True):
    """How far the peer's ledger has come with an origin."""

    origin: Origin
    sequence: Count


class FactsPage(Struct, frozen=True, kw_only=True):
    """Facts, origin after origin, each in its own order; the orders they name; how far every origin has come.

    `orders` are rows as they stand on the feed of the store, open or closed long ago. `more`: ask again at once.
    """

    rows: tuple[FactRow, ...]
    orders: tuple[FeedRow, ...]
    marks: tuple[OriginMark, ...]
    more: bool


def name_of(origin: Origin) -> str:
    """An origin as a question names it: `<node>/<epoch>/<lane>`; its store is the asker's own."""
    return f"{origin.node}/{origin.epoch}/{origin.lane}"


def ask_facts(
    peer: Peer,
    store: str,
    after: Mapping[Origin, int],
    *,
    since_ms: int = 0,
    limit: int = ROWS_MAX,
    standing: Standing | None = None,
) -> FactsPage:
    """The facts of `store` after these marks that were received from `since_ms` on, or whose order is still open.

    Raises PeerUnreachable, BadWire and PeerRefusedUs; then ask again later with the same marks.
    """
    newest = dict(list(after.items())[-ORIGINS_ASKED_MAX:])
    asked = quote(wire.write({name_of(origin): sequence for origin, sequence in newest.items()}).decode(), safe="")
    who = "" if standing is None else standing.query
    reply = peer.request(
        "GET", f"/v1/facts?store={quote(store, safe='')}&after={asked}&since_ms={since_ms}&limit={limit}{who}"
    )
    raise_if_superseded(reply)
    if reply.status != 200:
        raise PeerUnreachable(f"facts were answered with {reply.status} {reply.problem().reason}")
    return reply.read(FactsPage)
