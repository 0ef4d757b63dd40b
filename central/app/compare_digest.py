"""Compares what a store's hub holds with central's books: sums of facts by span, sums of feeds by kind; what differs is an incident."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.app.central import Central
from central.app.hear_node import may_read
from central.app.reasons import CentralReason
from central.store import feeds, incidents
from central.store.database import Tx
from central.store.incidents import Incident, IncidentKind
from central.store.ledger_rows import rows_between
from edge.domain.errors import Refusal
from sync.applied import Digest
from sync.digest import SPANS_MAX, Span, span_of
from sync.envelope import Origin, Text
from sync.signing import Caller

ROWS_MAX = 1_000


class DigestAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A hub's sums over spans of one origin of its store."""

    origin: Origin
    spans: Annotated[tuple[Span, ...], Meta(min_length=1, max_length=SPANS_MAX)]


class DigestAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Central's own sums over the same spans, in the same order."""

    spans: tuple[Span, ...]


class FeedRowsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The things of one kind on a feed, those after the key `after`."""

    feed: Text
    kind: Text
    after: Annotated[str, Meta(max_length=256)] = ""


class FeedThing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that stands on a feed, and the number it was last changed under."""

    key: str
    seq: int


class FeedThings(msgspec.Struct, frozen=True, kw_only=True):
    """At most ROWS_MAX of them, by key; fewer mean that there are no more."""

    rows: tuple[FeedThing, ...]


def compare_spans(central: Central, store: str, asked: DigestAsked) -> DigestAnswer | Refusal:
    """Central's sums over the hub's spans; a single row that differs is an incident here too."""
    origin = asked.origin
    if origin.store != store or any(each.last < each.first for each in asked.spans):
        return Refusal(CentralReason.not_held_here, {"store": origin.store})
    with central.books.reading() as tx:
        ours = tuple(
            span_of(rows_between(tx, origin, each.first, each.last), each.first, each.last) for each in asked.spans
        )
    found = [
        (mine.first, _how(mine, other))
        for mine, other in zip(ours, asked.spans, strict=True)
        if mine.first == mine.last and (mine.count, mine.sum) != (other.count, other.sum)
    ]
    if found:
        named = f"{origin.node}/{origin.epoch}/{origin.lane}"
        with central.books.writing() as tx:
            for sequence, how in found:
                _raise(tx, store, f"{named}/{sequence}", how, central.now_ms())
    return DigestAnswer(spans=ours)


def compare_feed(central: Central, who: Caller, theirs: Digest) -> Digest | Refusal:
    """Central's digest of the feed; where both ends have come equally far and differ, an incident names feed and kinds."""
    if who.store is None or not may_read(who, theirs.feed):
        return Refusal(CentralReason.not_held_here, {"feed": theirs.feed})
    with central.books.reading() as tx:
        ours = feeds.digest(tx, theirs.feed)
    kinds = sorted(
        kind for kind in ours.kinds.keys() | theirs.kinds.keys() if ours.kinds.get(kind) != theirs.kinds.get(kind)
    )
    if kinds and ours.seq == theirs.seq:
        with central.books.writing() as tx:
            _raise(tx, who.store, f"{theirs.feed}/{'+'.join(kinds)}", f"at {ours.seq}", central.now_ms())
    return ours


def feed_things(central: Central, who: Caller, asked: FeedRowsAsked) -> FeedThings | Refusal:
    """What central holds of one kind on a feed, for the hub to name what differs."""
    if not may_read(who, asked.feed):
        return Refusal(CentralReason.not_held_here, {"feed": asked.feed})
    with central.books.reading() as tx:
        found = feeds.standing(tx, asked.feed, asked.kind, after=asked.after, limit=ROWS_MAX)
    return FeedThings(rows=tuple(FeedThing(key=key, seq=seq) for _, key, seq in found))


def _how(mine: Span, other: Span) -> str:
    if not mine.count:
        return "missing at central"
    return "another row at the hub" if other.count else "missing at the hub"


def _raise(tx: Tx, store: str, subject: str, detail: str, now_ms: int) -> None:
    kind = IncidentKind.digest_differs
    incidents.raise_one(tx, Incident(store=store, kind=kind, subject=subject[:400], detail=detail, at_ms=now_ms))
