"""Remembers which row of each thing was applied, so that a hub and central can find out whether they hold the same.

It lies in the file of the feed's cursor and is written in the transaction of the page, like the cursor itself. The one
who serves a feed has the same three values per row, and both ends count them with the same function.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from sync.db import Connection
from sync.feed import FeedRow

#: (kind, key, number): one thing as it stands on a feed.
Standing = tuple[str, str, int]

_WORD = 2**64


class KindDigest(Struct, frozen=True, kw_only=True):
    """How many things of one kind stand on a feed, and a sum over their keys and numbers: 16 hexadecimal digits.

    The sum does not depend on the order. It finds accidents; it is no proof against somebody who wants two to look alike.
    """

    count: int
    sum: str


class Digest(Struct, frozen=True, kw_only=True):
    """A feed as far as `seq`: equal digests mean that both ends hold the same rows."""

    feed: str
    seq: int
    kinds: dict[str, KindDigest]


def note(conn: Connection, rows: Sequence[FeedRow]) -> None:
    """Write down what a page's rows made of their things, in the transaction that applies them."""
    conn.executemany(
        "DELETE FROM applied WHERE feed = ? AND kind = ? AND key = ?",
        [(row.feed, row.kind, row.key) for row in rows if row.tombstone],
    )
    put(conn, ((row.feed, row.kind, row.key, row.seq) for row in rows if not row.tombstone))


def put(conn: Connection, rows: Iterable[tuple[str, str, str, int]]) -> None:
    """The same for rows as (feed, kind, key, number), none of them a tombstone."""
    conn.executemany(
        "INSERT INTO applied (feed, kind, key, seq) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (feed, kind, key) DO UPDATE SET seq = excluded.seq",
        rows,
    )


def clear(conn: Connection, feed: str) -> None:
    """Nothing of this feed counts as applied; its present truth is about to be read again, whole."""
    conn.execute("DELETE FROM applied WHERE feed = ?", (feed,))


def digest(conn: Connection, feed: str) -> Digest:
    """What stands here of one feed, as far as its cursor. Costs one pass over its rows, about a microsecond each."""
    row = conn.execute("SELECT seq FROM cursors WHERE feed = ?", (feed,)).fetchone()
    found = conn.execute("SELECT kind, key, seq FROM applied WHERE feed = ? ORDER BY kind", (feed,))
    return digest_of(feed, 0 if row is None else row[0], map(tuple, found))


def digest_of(feed: str, seq: int, rows: Iterable[Standing]) -> Digest:
    """The digest of rows that come kind by kind; for whoever serves the feed, from its own table."""
    kinds = {kind: _count(members) for kind, members in groupby(rows, key=lambda row: row[0])}
    return Digest(feed=feed, seq=seq, kinds=kinds)


def rows(conn: Connection, feed: str, kind: str, *, after: str = "", limit: int = 1000) -> list[Standing]:
    """Things of one kind in the order of their keys, those after the key `after`: to name the rows that differ."""
    found = conn.execute(
        "SELECT kind, key, seq FROM applied WHERE feed = ? AND kind = ? AND key > ? ORDER BY key LIMIT ?",
        (feed, kind, after, limit),
    )
    return [(kind, key, seq) for kind, key, seq in found]


def differing(here: Iterable[Standing], there: Iterable[Standing]) -> Iterator[tuple[Standing | None, Standing | None]]:
    """The things that two lists of one kind do not agree about, each as (ours, theirs); None where one end has it not."""
    ours = {(kind, key): seq for kind, key, seq in here}
    theirs = {(kind, key): seq for kind, key, seq in there}
    for kind, key in sorted(ours.keys() | theirs.keys()):
        our, their = ours.get((kind, key)), theirs.get((kind, key))
        if our != their:
            yield None if our is None else (kind, key, our), None if their is None else (kind, key, their)


def _count(members: Iterable[Standing]) -> KindDigest:
    count = total = 0
    for kind, key, seq in members:
        count += 1
        total += int.from_bytes(hashlib.blake2b(f"{kind}\0{key}\0{seq}".encode(), digest_size=8).digest(), "big")
    return KindDigest(count=count, sum=f"{total % _WORD:016x}")
