"""What the ops page says of the outbox, lane by lane: how much is owed, since when, and what waits for a person."""

from msgspec import Struct

from sync.db import Connection
from sync.envelope import Lane, Verdict


class LaneBacklog(Struct, frozen=True):
    """One lane over all origins. `since_ms` is when the oldest owed row was recorded, None when nothing is owed."""

    lane: int
    owed: int
    since_ms: int | None
    parked: int


def lanes(conn: Connection) -> tuple[LaneBacklog, ...]:
    """All three lanes. Reads one row per origin and the rows parked, never the backlog itself."""
    return tuple(_lane(conn, lane) for lane in Lane)


def _lane(conn: Connection, lane: Lane) -> LaneBacklog:
    owed, since_ms = conn.execute(
        "SELECT coalesce(sum(o.last_sequence - o.settled_sequence), 0), min(r.recorded_at_ms) FROM outbox_origins o"
        " LEFT JOIN outbox_rows r ON r.origin = o.origin AND r.sequence = o.settled_sequence + 1"
        " WHERE o.lane = ? AND o.last_sequence > o.settled_sequence",
        (lane,),
    ).fetchone()
    parked = conn.execute(
        "SELECT count(*) FROM outbox_rows r JOIN outbox_origins o USING (origin) WHERE o.lane = ? AND r.verdict = ?",
        (lane, Verdict.UNREADABLE),
    ).fetchone()[0]
    return LaneBacklog(int(lane), owed, since_ms, parked)
