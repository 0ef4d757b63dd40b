"""직원 부르기: calls from kiosks, until a clerk presses done."""

import msgspec

from sync.db import Connection


class StaffCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call that waits."""

    call_id: str
    kiosk: str
    screen: str
    visit_id: str | None
    order_id: str | None
    called_at_ms: int


def insert(conn: Connection, call: StaffCall) -> None:
    """Keep a call."""
    conn.execute(
        "INSERT INTO staff_calls (call_id, kiosk, screen, visit_id, order_id, called_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (call.call_id, call.kiosk, call.screen, call.visit_id, call.order_id, call.called_at_ms),
    )


def waiting(conn: Connection) -> list[StaffCall]:
    """Calls nobody has answered, oldest first."""
    rows = conn.execute(
        "SELECT call_id, kiosk, screen, visit_id, order_id, called_at_ms FROM staff_calls WHERE done_at_ms IS NULL ORDER BY called_at_ms"
    )
    return [
        StaffCall(call_id=row[0], kiosk=row[1], screen=row[2], visit_id=row[3], order_id=row[4], called_at_ms=row[5])
        for row in rows
    ]


def done(conn: Connection, call_id: str, *, by: str, now_ms: int) -> bool:
    """A clerk went there; False when the call is unknown or already done."""
    changed = conn.execute(
        "UPDATE staff_calls SET done_at_ms = ?, done_by = ? WHERE call_id = ? AND done_at_ms IS NULL",
        (now_ms, by, call_id),
    )
    return bool(changed.rowcount)


def is_known(conn: Connection, call_id: str) -> bool:
    """True for a call that was ever made here."""
    return conn.execute("SELECT 1 FROM staff_calls WHERE call_id = ?", (call_id,)).fetchone() is not None
