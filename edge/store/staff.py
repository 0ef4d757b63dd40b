"""Who works here, who is signed in, and who mistyped too often: all of it survives a pulled plug."""

from collections.abc import Iterable

import msgspec

from sync.db import Connection


class StaffRow(msgspec.Struct, frozen=True, kw_only=True):
    """One member of staff as central signed it."""

    staff_id: str
    name: str
    role: str  # clerk | manager
    pin_hash: str

    @property
    def actor(self) -> str:
        """How this person signs facts."""
        return f"clerk:{self.staff_id}"


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One signed-in screen."""

    staff_id: str
    name: str
    role: str
    desk: str
    csrf: str
    opened_at_ms: int


class Tries(msgspec.Struct, frozen=True, kw_only=True):
    """Wrong PINs in a row, and until when no more are taken."""

    tries: int = 0
    locked_until_ms: int | None = None


def replace_all(conn: Connection, people: Iterable[StaffRow]) -> None:
    """Take over central's list; whoever is no longer on it is signed out at once."""
    conn.execute("DELETE FROM staff")
    conn.executemany(
        "INSERT INTO staff (staff_id, name, role, pin_hash) VALUES (?, ?, ?, ?)",
        [(person.staff_id, person.name, person.role, person.pin_hash) for person in people],
    )
    conn.execute("DELETE FROM staff_sessions WHERE staff_id NOT IN (SELECT staff_id FROM staff)")


def get(conn: Connection, staff_id: str) -> StaffRow | None:
    """One member of staff, or None."""
    row = conn.execute("SELECT staff_id, name, role, pin_hash FROM staff WHERE staff_id = ?", (staff_id,)).fetchone()
    return None if row is None else StaffRow(staff_id=row[0], name=row[1], role=row[2], pin_hash=row[3])


def tries(conn: Connection, staff_id: str) -> Tries:
    """Wrong PINs so far."""
    row = conn.execute("SELECT tries, locked_until_ms FROM sign_in_tries WHERE staff_id = ?", (staff_id,)).fetchone()
    return Tries() if row is None else Tries(tries=row[0], locked_until_ms=row[1])


def set_tries(conn: Connection, staff_id: str, now: Tries) -> None:
    """Write down a wrong PIN, a lock, or a clean slate."""
    conn.execute(
        "INSERT INTO sign_in_tries (staff_id, tries, locked_until_ms) VALUES (?, ?, ?) "
        "ON CONFLICT (staff_id) DO UPDATE SET tries = excluded.tries, locked_until_ms = excluded.locked_until_ms",
        (staff_id, now.tries, now.locked_until_ms),
    )


def open_session(conn: Connection, token_hash: bytes, session: SessionRow) -> None:
    """Keep a sign-in by the hash of its token; the token itself is only in the browser."""
    conn.execute(
        "INSERT INTO staff_sessions (token_hash, staff_id, desk, csrf, opened_at_ms) VALUES (?, ?, ?, ?, ?)",
        (token_hash, session.staff_id, session.desk, session.csrf, session.opened_at_ms),
    )


def session(conn: Connection, token_hash: bytes) -> SessionRow | None:
    """The open session of this token, with the member's name and role of today."""
    row = conn.execute(
        "SELECT s.staff_id, p.name, p.role, s.desk, s.csrf, s.opened_at_ms FROM staff_sessions s JOIN staff p USING (staff_id) "
        "WHERE s.token_hash = ? AND s.ended_at_ms IS NULL",
        (token_hash,),
    ).fetchone()
    if row is None:
        return None
    return SessionRow(staff_id=row[0], name=row[1], role=row[2], desk=row[3], csrf=row[4], opened_at_ms=row[5])


def end_session(conn: Connection, token_hash: bytes, now_ms: int) -> None:
    """Sign out."""
    conn.execute(
        "UPDATE staff_sessions SET ended_at_ms = ? WHERE token_hash = ? AND ended_at_ms IS NULL", (now_ms, token_hash)
    )
