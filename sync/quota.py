"""Keeps telemetry from filling the disk: it makes room at 90 % of the quota and is refused at 100 %.

Lanes 0 and 1 are never refused, coalesced or dropped by it, nor is a row that was ever in a push.
"""

import msgspec
from msgspec import Struct

from sync.coalesce import Candidate, Stretch, oldest, superseded
from sync.db import Connection
from sync.envelope import SKIPPED, Lane, Skipped
from sync.errors import OutboxFull
from sync.skipping import skip

#: From here on telemetry makes room, and it stops making room below the second: a lower aim, so that room is not made
#: anew for each row that comes.
TIGHT = 0.90
EASY = 0.85

#: Rows of one origin looked at in one call; it runs inside the writing transaction of a shop that is at work.
LOOK_ROWS = 5_000


class Room(Struct, frozen=True):
    """How full the outbox is. `skipped` counts facts dropped or coalesced ever, `refused` those never taken.

    `is_closed`: the disk itself is full, and telemetry is not taken at all.
    """

    owed_bytes: int
    quota_bytes: int
    is_closed: bool
    skipped: int
    refused: int

    @property
    def is_tight(self) -> bool:
        """Whether telemetry has to make room."""
        return self.owed_bytes >= self.quota_bytes * TIGHT


def room(conn: Connection) -> Room:
    """How full the outbox is; reads one row per origin."""
    owed, skipped = conn.execute(
        "SELECT coalesce(sum(owed_bytes), 0), coalesce(sum(skipped), 0) FROM outbox_origins"
    ).fetchone()
    quota, closed, refused = conn.execute("SELECT bytes, closed, refused FROM outbox_quota").fetchone()
    return Room(owed, quota, bool(closed), skipped, refused)


def set_quota(conn: Connection, quota_bytes: int) -> None:
    """How many bytes of envelopes this node may owe."""
    conn.execute("UPDATE outbox_quota SET bytes = ?", (quota_bytes,))


def close_to_telemetry(conn: Connection, *, closed: bool) -> None:
    """Take no telemetry at all while the disk under the file is full, or take it again."""
    conn.execute("UPDATE outbox_quota SET closed = ?", (int(closed),))


def must_have_room(conn: Connection) -> None:
    """Raise OutboxFull when the quota is used up; asked before telemetry is taken, and only then."""
    (full,) = conn.execute(
        "SELECT closed OR (SELECT coalesce(sum(owed_bytes), 0) FROM outbox_origins) >= bytes FROM outbox_quota"
    ).fetchone()
    if full:
        raise OutboxFull("the outbox has no room for telemetry")


def count_refused(conn: Connection) -> None:
    """Note that a fact of telemetry was not taken, where its maker goes on without it."""
    conn.execute("UPDATE outbox_quota SET refused = refused + 1")


def make_room(conn: Connection, now_ms: int) -> int:
    """Coalesce telemetry, and drop the oldest of it if that is not enough; gives how many facts are gone.

    Does nothing below 90 % of the quota. Looks at LOOK_ROWS of each origin; what is left is for the next call.
    """
    if not room(conn).is_tight:
        return 0
    origins = [number for (number,) in conn.execute(_TELEMETRY, (Lane.TELEMETRY,))]
    gone = sum(_skip(conn, number, superseded(_candidates(conn, number)), now_ms) for number in origins)
    for number in origins:
        left = room(conn)
        if left.is_tight:
            excess = left.owed_bytes - int(left.quota_bytes * EASY)
            gone += _skip(conn, number, oldest(_candidates(conn, number), excess), now_ms)
    return gone


_TELEMETRY = (
    "SELECT origin FROM outbox_origins WHERE lane = ? AND last_sequence > max(pushed_sequence, settled_sequence)"
    " ORDER BY owed_bytes DESC"
)


def _skip(conn: Connection, number: int, stretches: list[Stretch], now_ms: int) -> int:
    for stretch in stretches:
        skip(conn, number, stretch, now_ms)
    return sum(stretch.facts for stretch in stretches)


class _Seen(Struct):
    """What coalescing reads of an envelope."""

    subject: str = ""
    data: msgspec.Raw = msgspec.Raw(b"{}")


_seen = msgspec.json.Decoder(_Seen)


def _candidates(conn: Connection, number: int) -> list[Candidate]:
    """Rows never in a push, oldest first. A damaged one is left to the sender: it ends what may be looked at."""
    found: list[Candidate] = []
    for sequence, last, kind, envelope in conn.execute(
        "SELECT r.sequence, coalesce(r.skipped_to, r.sequence), r.kind, r.envelope FROM outbox_origins o"
        " JOIN outbox_rows r ON r.origin = o.origin AND r.sequence > max(o.pushed_sequence, o.settled_sequence)"
        " WHERE o.origin = ? ORDER BY r.sequence LIMIT ?",
        (number, LOOK_ROWS),
    ):
        try:
            seen = _seen.decode(envelope)
            reason = msgspec.json.decode(seen.data, type=Skipped).reason if kind == SKIPPED else None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            break
        found.append(
            Candidate(first=sequence, last=last, kind=kind, subject=seen.subject, size=len(envelope), reason=reason)
        )
    return found
