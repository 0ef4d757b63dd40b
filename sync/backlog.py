"""What the ops page says of the outbox, lane by lane: how much is owed, since when, and what waits for a person."""

from msgspec import Struct

from sync.db import Connection
from sync.envelope import Lane, Verdict

# "verdict IN ('flagged', 'unreadable')" below says the same as the index `outbox_review`; without these words SQLite
# does not see that the index serves and reads the whole backlog.


class LaneBacklog(Struct, frozen=True):
    """One lane over all origins. `since_ms` is when the oldest owed row was recorded, None when nothing is owed."""

    lane: int
    owed: int
    since_ms: int | None
    parked: int


def lanes(conn: Connection) -> tuple[LaneBacklog, ...]:
    """All three lanes. Reads one row per origin and the rows parked, never the backlog itself."""
    return tuple(_lane(conn, lane) for lane in Lane)


def parked(conn: Connection) -> int:
    """How many rows wait here for a person while later rows go on: unreadable at the peer, or never to be sent."""
    return sum(_parked(conn, lane) for lane in Lane)


def flagged(conn: Connection) -> int:
    """How many rows the peer recorded but found to contradict something."""
    found = conn.execute(
        "SELECT count(*) FROM outbox_rows WHERE verdict IN ('flagged', 'unreadable') AND verdict = ?",
        (Verdict.FLAGGED,),
    )
    return int(found.fetchone()[0])


def _lane(conn: Connection, lane: Lane) -> LaneBacklog:
    owed, since_ms = conn.execute(
        "SELECT coalesce(sum(o.last_sequence - o.settled_sequence), 0), min(r.recorded_at_ms) FROM outbox_origins o"
        " LEFT JOIN outbox_rows r ON r.origin = o.origin AND r.sequence = o.settled_sequence + 1"
        " WHERE o.lane = ? AND o.last_sequence > o.settled_sequence",
        (lane,),
    ).fetchone()
    return LaneBacklog(int(lane), owed, since_ms, _parked(conn, lane))


def _parked(conn: Connection, lane: Lane) -> int:
    unreadable, set_aside = conn.execute(
        "SELECT (SELECT count(*) FROM outbox_rows r JOIN outbox_origins o USING (origin)"
        " WHERE r.verdict IN ('flagged', 'unreadable') AND r.verdict = ?2 AND o.lane = ?1),"
        " (SELECT count(*) FROM outbox_parked JOIN outbox_origins o USING (origin) WHERE o.lane = ?1)",
        (lane, Verdict.UNREADABLE),
    ).fetchone()
    return int(unreadable) + int(set_aside)
