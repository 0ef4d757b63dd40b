"""What a person should look at: kept until somebody says done, each thing once."""

import msgspec

from sync.db import Connection


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at; `subject` is an order, a wish or an event, never a person."""

    incident_id: int
    kind: str
    subject: str
    detail: str
    at_ms: int
    done_at_ms: int | None


def raise_one(conn: Connection, *, kind: str, subject: str, detail: str, now_ms: int) -> None:
    """Write it down, once per kind and subject."""
    conn.execute(
        "INSERT INTO incidents (kind, subject, detail, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT (kind, subject) DO NOTHING",
        (kind, subject, detail, now_ms),
    )


def waiting(conn: Connection, limit: int = 100) -> list[Incident]:
    """Open ones, newest first."""
    rows = conn.execute(
        "SELECT incident_id, kind, subject, detail, at_ms, done_at_ms FROM incidents WHERE done_at_ms IS NULL "
        "ORDER BY at_ms DESC, incident_id DESC LIMIT ?",
        (limit,),
    )
    return [
        Incident(incident_id=row[0], kind=row[1], subject=row[2], detail=row[3], at_ms=row[4], done_at_ms=row[5])
        for row in rows
    ]


def done_by_itself(conn: Connection, *, kind: str, by: str, now_ms: int) -> None:
    """What these incidents told of is over without anybody's doing."""
    conn.execute(
        "UPDATE incidents SET done_at_ms = ?, done_by = ? WHERE kind = ? AND done_at_ms IS NULL", (now_ms, by, kind)
    )


def over(conn: Connection, *, kind: str, subject: str, by: str, now_ms: int) -> None:
    """What this one incident told of is over."""
    conn.execute(
        "UPDATE incidents SET done_at_ms = ?, done_by = ? WHERE kind = ? AND subject = ? AND done_at_ms IS NULL",
        (now_ms, by, kind, subject),
    )


def open_since(conn: Connection, kind: str) -> int | None:
    """Since when an incident of this kind waits; None when none does."""
    found = conn.execute("SELECT min(at_ms) FROM incidents WHERE kind = ? AND done_at_ms IS NULL", (kind,)).fetchone()
    return None if found[0] is None else int(found[0])


def done(conn: Connection, incident_id: int, *, by: str, now_ms: int) -> bool:
    """Somebody looked at it; False when it is unknown or was done before."""
    changed = conn.execute(
        "UPDATE incidents SET done_at_ms = ?, done_by = ? WHERE incident_id = ? AND done_at_ms IS NULL",
        (now_ms, by, incident_id),
    )
    return bool(changed.rowcount)
