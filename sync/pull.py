"""Asks for what changed after a cursor and waits a while for it; applying the page is the caller's one transaction."""

from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Struct

from sync import wire
from sync.errors import BadWire, CursorTooOld, PeerUnreachable, SupersededHub
from sync.feed import Cursor, Page
from sync.http_client import Peer, Problem, Reply

#: The longest the server lets a request wait; a proxy's idle timeout is usually thirty seconds.
WAIT_S_MAX = 25.0

PAGE_ROWS = 500


class Standing(Struct, frozen=True, kw_only=True):
    """Which hub of its store asks: the term central gave it (0: none yet) and the epoch its own rows are numbered under."""

    term: int
    epoch: str

    @property
    def query(self) -> str:
        """As it stands at the end of a query that has other parameters before it."""
        return f"&term={self.term}&epoch={quote(self.epoch, safe='')}"


class _TooOld(Problem, frozen=True, kw_only=True):
    """A 410: the feed whose changes are no longer held."""

    feed: str


class _Superseded(Problem, frozen=True, kw_only=True):
    """A 409: who put the caller aside, and when."""

    why: str = ""
    since_ms: int = 0


def pull_once(
    peer: Peer,
    cursor: Mapping[str, int],
    *,
    wait_s: float = 0.0,
    limit: int = PAGE_ROWS,
    standing: Standing | None = None,
) -> Page:
    """The page after `cursor`; empty when nothing changed within `wait_s`. `standing` is a hub's own.

    The caller applies the rows and saves `page.cursor` in one transaction; a page is never saved without its rows.
    Raises CursorTooOld (read that feed from 0 again), SupersededHub (another hub has our place), PeerUnreachable, BadWire
    and PeerRefusedUs.
    """
    asked = quote(wire.write(dict(cursor)).decode(), safe="")
    wait_s = min(wait_s, WAIT_S_MAX)
    who = standing.query if standing is not None else ""
    reply = peer.request("GET", f"/v1/changes?cursor={asked}&wait_s={wait_s:g}&limit={limit}{who}", wait_s=wait_s)
    if reply.status == 410:
        raise CursorTooOld(reply.read(_TooOld).feed)
    raise_if_superseded(reply)
    if reply.status != 200:
        raise PeerUnreachable(f"changes were answered with {reply.status} {reply.problem().reason}")
    page = reply.read(Page)
    _check(page, cursor)
    return page


def raise_if_superseded(reply: Reply) -> None:
    """Raise SupersededHub when the answer says that another hub has our place."""
    if reply.status == 409:
        said = reply.read(_Superseded)
        if said.reason == SupersededHub.reason:
            raise SupersededHub(said.why, said.since_ms)


def _check(page: Page, cursor: Mapping[str, int]) -> None:
    """A page holds only feeds that were asked for, each row after the one before, and a cursor not before its rows."""
    reached: Cursor = dict(cursor)
    for row in page.rows:
        if row.seq <= reached.get(row.feed, row.seq):
            raise BadWire(f"row {row.seq} of {row.feed} does not follow {reached.get(row.feed)}")
        reached[row.feed] = row.seq
    if page.cursor.keys() != reached.keys() or any(page.cursor[feed] < seq for feed, seq in reached.items()):
        raise BadWire("the cursor of a page is where its rows end")
