"""Compare once a day what this hub holds with what central holds, fact by fact and feed by feed; what differs is an incident.

Never while the book may be old or time is unconfirmed: then a difference is expected, and recovering names it.
"""

from collections.abc import Sequence
from functools import partial
from typing import TypeVar

import msgspec

from edge.app.act import in_one_transaction
from edge.app.hub import Hub
from edge.app.recovering import is_recovering
from edge.app.standing import refuse_if_superseded
from edge.store import config, incidents
from sync import applied, wire
from sync.applied import Digest, Standing
from sync.db import Connection, Database
from sync.digest import Span, differences
from sync.errors import PeerUnreachable
from sync.http_client import Peer
from sync.replaceable import ReplaceableDatabase
from sync.settled import Window, rows_between, windows

T = TypeVar("T")

DAY_MS = 86_400_000
COMPARED_KEY = "digest_compared"
SETTLED_WITHIN_MS = 6 * DAY_MS
"""A row is held for seven days after its receipt; a day of margin, so that none is forgotten in the middle."""
NAMED_MAX = 20
"""Differing rows named for each origin or kind; where there are more, something larger is wrong and a person is there."""
THINGS_MAX = 1_000


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared, and the places that differ, each as the incident names it."""

    facts: int = 0
    feeds: int = 0
    differing: tuple[str, ...] = ()


class _Answer(msgspec.Struct, frozen=True):
    spans: tuple[Span, ...]


class _Thing(msgspec.Struct, frozen=True):
    key: str
    seq: int


class _Things(msgspec.Struct, frozen=True):
    rows: tuple[_Thing, ...]


def compare_when_due(hub: Hub, peer: Peer) -> Compared | None:
    """Once a day, when nothing speaks against it; None when it is not the time. Raises SyncError: asked again later."""
    now_ms = hub.clock.now_ms()
    with hub.state.reading() as conn:
        body = config.get(conn, COMPARED_KEY)
        last_ms = int(body) if body else 0
        may = hub.clock.confirmed() and not is_recovering(conn) and refuse_if_superseded(conn) is None
    if not may or last_ms <= now_ms < last_ms + DAY_MS:
        return None
    return compare(hub, peer)


def compare(hub: Hub, peer: Peer) -> Compared:
    """Compare everything now. Raises SyncError when central cannot be asked."""
    with hub.state.reading() as conn:
        due = windows(conn, hub.clock.now_ms() - SETTLED_WITHIN_MS)
    differing = [place for window in due for place in _compare_facts(hub, peer, window)]
    feeds, unlike = _compare_feeds(hub, peer)
    found = (*differing, *unlike)

    def act(conn: Connection, now_ms: int) -> None:
        for place in found:
            subject, _, detail = place.partition(" ")
            incidents.raise_one(conn, kind="digest_differs", subject=subject, detail=detail, now_ms=now_ms)
        config.put(conn, COMPARED_KEY, str(now_ms).encode(), now_ms)

    in_one_transaction(hub, lambda tx: act(tx.conn, tx.now_ms))
    return Compared(facts=sum(each.last - each.first + 1 for each in due), feeds=feeds, differing=found)


def _compare_facts(hub: Hub, peer: Peer, window: Window) -> list[str]:
    o = window.origin

    def rows(first: int, last: int) -> list[tuple[int, bytes]]:
        with hub.state.reading() as conn:
            return list(rows_between(conn, window.number, first, last))

    def ask(spans: Sequence[Span]) -> tuple[Span, ...]:
        body = wire.write({"origin": o, "spans": spans})
        return _must(peer, "/v1/digest", body, _Answer).spans

    found = differences(window.first, window.last, rows, ask, limit=NAMED_MAX)
    return [f"{o.node}/{o.epoch}/{o.lane}/{each.sequence} {each.differs.value}" for each in found]


def _compare_feeds(hub: Hub, peer: Peer) -> tuple[int, list[str]]:
    differing: list[str] = []
    count = 0
    for database in (hub.state, hub.replica):
        with database.reading() as conn:
            ours = [applied.digest(conn, feed) for (feed,) in conn.execute("SELECT feed FROM cursors ORDER BY feed")]
        for mine in ours:
            count += 1
            other = _must(peer, "/v1/digest/feed", wire.write(mine), Digest)
            if mine.seq == other.seq:  # else central went on meanwhile; tomorrow is another day
                for kind in sorted(mine.kinds.keys() | other.kinds.keys()):
                    if mine.kinds.get(kind) != other.kinds.get(kind):
                        differing += _unlike(database, peer, mine.feed, kind)
    return count, differing


def _unlike(database: Database | ReplaceableDatabase, peer: Peer, feed: str, kind: str) -> list[str]:
    """The things of one kind that the two ends do not agree about, a page of each at a time."""
    found: list[str] = []
    after = ""
    while len(found) < NAMED_MAX:
        with database.reading() as conn:
            ours = applied.rows(conn, feed, kind, after=after, limit=THINGS_MAX)
        theirs = _theirs(peer, feed, kind, after)
        full = [page[-1][1] for page in (ours, theirs) if len(page) == THINGS_MAX]
        until = min(full) if full else None  # beyond the shorter page nothing is known of the other end
        within = partial(_within, until)
        for mine, other in applied.differing(filter(within, ours), filter(within, theirs)):
            key = (mine or other or ("", "", 0))[1]
            how = "other" if mine and other else "missing_there" if mine else "missing_here"
            found.append(f"{feed}/{kind}/{key} {how}")
        if until is None:
            break
        after = until
    return found[:NAMED_MAX]


def _theirs(peer: Peer, feed: str, kind: str, after: str) -> list[Standing]:
    body = wire.write({"feed": feed, "kind": kind, "after": after})
    return [(kind, each.key, each.seq) for each in _must(peer, "/v1/digest/feed/things", body, _Things).rows]


def _within(until: str | None, thing: Standing) -> bool:
    return until is None or thing[1] <= until


def _must(peer: Peer, target: str, body: bytes, kind: type[T]) -> T:
    reply = peer.request("POST", target, body=body)
    if reply.status != 200:
        raise PeerUnreachable(f"{target} answered {reply.status} {reply.problem().reason}")
    return reply.read(kind)
