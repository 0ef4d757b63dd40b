"""What a person should look at: kept until somebody says done, each thing once."""

import msgspec

from sync.db import Connection, Row


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at; `subject` is an order, a wish or an event, never a person."""

    incident_id: int
    kind: str
    subject: str
    detail: str
    at_ms: int
    done_at_ms: int | None
    done_by: str | None = None
    outcome: str | None = None  # IncidentOutcome, once a manager reviewed it
    note_code: str | None = None


_ROW = "incident_id, kind, subject, detail, at_ms, done_at_ms, done_by, outcome, note_code"


def raise_one(conn: Connection, *, kind: str, subject: str, detail: str, now_ms: int) -> None:
    """Write it down, once per kind and subject."""
    conn.execute(
        "INSERT INTO incidents (kind, subject, detail, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT (kind, subject) DO NOTHING",
        (kind, subject, detail, now_ms),
    )


def raise_flagged(conn: Connection, now_ms: int) -> None:
    """What central flagged of this shop's own facts becomes an incident, each fact once."""
    conn.execute(
        "INSERT INTO incidents (kind, subject, detail, at_ms) "
        "SELECT coalesce(reason, 'flagged'), event_id, kind, ? FROM outbox_rows "
        "WHERE verdict IN ('flagged', 'unreadable') AND verdict = 'flagged' AND born_here = 1 "
        "ON CONFLICT (kind, subject) DO NOTHING",
        (now_ms,),
    )


def get(conn: Connection, incident_id: int) -> Incident | None:
    """One incident, open or done."""
    row = conn.execute(f"SELECT {_ROW} FROM incidents WHERE incident_id = ?", (incident_id,)).fetchone()  # noqa: S608 - constants only
    return None if row is None else _incident(row)


def waiting(conn: Connection, limit: int = 100) -> list[Incident]:
    """Open ones, newest first."""
    return _incidents(conn, "done_at_ms IS NULL ORDER BY at_ms DESC, incident_id DESC", limit)


def reviewed(conn: Connection, limit: int = 100) -> list[Incident]:
    """Those somebody looked at, the last one first."""
    return _incidents(conn, "done_at_ms IS NOT NULL ORDER BY done_at_ms DESC, incident_id DESC", limit)


def open_count(conn: Connection) -> int:
    """How many wait for somebody."""
    return int(conn.execute("SELECT count(*) FROM incidents WHERE done_at_ms IS NULL").fetchone()[0])


def review(conn: Connection, incident_id: int, *, outcome: str, note_code: str, by: str, now_ms: int) -> None:
    """What a manager made of it."""
    conn.execute(
        "UPDATE incidents SET outcome = ?, note_code = ?, done_at_ms = ?, done_by = ? WHERE incident_id = ?",
        (outcome, note_code, now_ms, by, incident_id),
    )


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


def _incidents(conn: Connection, which: str, limit: int) -> list[Incident]:
    rows = conn.execute(f"SELECT {_ROW} FROM incidents WHERE {which} LIMIT ?", (limit,))  # noqa: S608 - constants only
    return [_incident(row) for row in rows]


def _incident(row: Row) -> Incident:
    return Incident(**dict(zip(Incident.__struct_fields__, row, strict=True)))
