"""Take over a snapshot: all copies of what others own, built into a new file beside the old one and put in its place.

For a hub that begins, and for one that was away so long that central no longer holds the changes after its place in a
feed of copies. What this hub owns or owes lies in another file and is not touched. Nothing of a stream is used before
its end proved that all of it is there; one that is cut is asked for again from its beginning, which leaves no trace.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import quote

import msgspec

from edge.app import apply_copies
from edge.app.apply_changes import copies_of, take_row
from edge.app.hub import Hub
from edge.domain.errors import DomainError
from edge.store import people
from edge.store.sealed import KeyRing
from sync import applied, cursor, snapshot, wire
from sync.db import Connection, IntegrityError
from sync.errors import BadWire, PeerUnreachable
from sync.feed import Cursor, FeedRow
from sync.http_client import Peer
from sync.http_stream import Stream
from sync.pull import Standing, raise_if_superseded
from sync.snapshot import Head, Rows


def take_snapshot(hub: Hub, peer: Peer, *, standing: Standing | None = None) -> int:
    """Ask for a snapshot of every feed of copies and put it in the place of replica.db; gives how many rows it holds.

    Raises SupersededHub, PeerUnreachable, BadWire and PeerRefusedUs; then everything is as it was.
    """
    feeds = copies_of(hub.store)
    asked = quote(wire.write(feeds).decode(), safe="")
    who = "" if standing is None else standing.query
    with peer.streaming(f"/v1/snapshot?feeds={asked}{who}") as answer:
        if not isinstance(answer, Stream):
            raise_if_superseded(answer)
            raise PeerUnreachable(f"a snapshot was answered with {answer.status} {answer.problem().reason}")
        ring = hub.keys.ring()
        with hub.replica.building() as conn, _no_collections():
            count = _fill(hub, conn, ring, snapshot.read(answer.take, answer.is_genuine), feeds)
    _put_in_place(hub, ring)
    return count


def _put_in_place(hub: Hub, ring: KeyRing) -> None:
    with hub.replica.reading() as conn:
        before = people.with_card(conn)
    hub.replica.replace(check=lambda: hub.keys.keep(ring, hub.clock.now_ms()))
    with hub.replica.reading() as conn:
        gone = before - people.with_card(conn)
    apply_copies.drop_unused_keys(hub)
    hub.visits.forget(gone)
    hub.pulled.at_ms = hub.clock.now_ms()
    hub.live.publish("board", {})


def _fill(hub: Hub, conn: Connection, ring: KeyRing, parts: Iterator[Head | Rows], feeds: tuple[str, ...]) -> int:
    stands_at: Cursor = {}
    count = 0
    for part in parts:
        if isinstance(part, Head):
            stands_at = part.cursor
            if set(stands_at) != set(feeds):
                raise BadWire("a snapshot of other feeds than were asked for")
        else:
            _take_rows(hub, conn, ring, part)
            count += len(part.keys)
    cursor.save(conn, stands_at)
    (written,) = conn.execute("SELECT count(*) FROM applied").fetchone()
    if written != count:
        raise BadWire(f"a snapshot of {count} rows named {written} things")
    return count


@contextmanager
def _no_collections() -> Iterator[None]:
    """A million short-lived values without a cycle among them: looking for cycles would cost a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _take_rows(hub: Hub, conn: Connection, ring: KeyRing, rows: Rows) -> None:
    """All at once where all are understood, else one by one: what is not understood is kept unread, as from a page."""
    conn.execute("SAVEPOINT rows")
    try:
        apply_copies.put_all(hub, conn, rows.kind, rows.bodies, keys=ring)
    except (msgspec.MsgspecError, DomainError, IntegrityError):
        conn.execute("ROLLBACK TO rows")
        for row in _one_by_one(hub, rows):
            take_row(conn, row, partial(apply_copies.apply, hub, conn, keys=ring), hub.clock.now_ms())
    conn.execute("RELEASE rows")
    applied.put(conn, ((rows.feed, rows.kind, key, seq) for key, seq in zip(rows.keys, rows.seqs, strict=True)))


def _one_by_one(hub: Hub, rows: Rows) -> Iterator[FeedRow]:
    for key, seq, body in zip(rows.keys, rows.seqs, rows.bodies, strict=True):
        yield FeedRow(
            feed=rows.feed,
            seq=seq,
            kind=rows.kind,
            key=key,
            body=msgspec.Raw(msgspec.json.encode(body)),
            tombstone=False,
            at_ms=hub.clock.now_ms(),
        )
