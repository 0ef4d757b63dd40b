"""What can be typed instead of scanned: checks of orders' codes, wrong tries, and whose typing a manager vouched for."""

from collections.abc import Iterable

import msgspec

from sync.db import Connection


class Tries(msgspec.Struct, frozen=True, kw_only=True):
    """Wrong codes that count until a moment."""

    tries: int = 0
    until_ms: int = 0


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """Which manager vouched for somebody's typing, and when."""

    by: str
    at_ms: int


def put(conn: Connection, order_id: str, typed_check: str) -> None:
    """Keep the check of an order's code; a newer one takes its place."""
    conn.execute(
        "INSERT INTO typed_codes (order_id, typed_check) VALUES (?, ?) "
        "ON CONFLICT (order_id) DO UPDATE SET typed_check = excluded.typed_check",
        (order_id, typed_check),
    )


def expect(conn: Connection, order_id: str, typed_check: str) -> None:
    """Keep the check that came with the order, unless a newer one was heard of before it."""
    conn.execute(
        "INSERT INTO typed_codes (order_id, typed_check) VALUES (?, ?) ON CONFLICT DO NOTHING", (order_id, typed_check)
    )


def find(conn: Connection, typed_check: str) -> list[str]:
    """The orders whose code has this check; two only if two codes are the same."""
    rows = conn.execute("SELECT order_id FROM typed_codes WHERE typed_check = ? ORDER BY order_id", (typed_check,))
    return [row[0] for row in rows]


def tries(conn: Connection, subject: str) -> Tries:
    """Wrong codes so far, and until when they count."""
    row = conn.execute("SELECT tries, until_ms FROM typed_tries WHERE subject = ?", (subject,)).fetchone()
    return Tries() if row is None else Tries(tries=row[0], until_ms=row[1])


def set_tries(conn: Connection, subject: str, now: Tries) -> None:
    """Write down how many there were, and until when they count."""
    conn.execute(
        "INSERT INTO typed_tries (subject, tries, until_ms) VALUES (?, ?, ?) "
        "ON CONFLICT (subject) DO UPDATE SET tries = excluded.tries, until_ms = excluded.until_ms",
        (subject, now.tries, now.until_ms),
    )


def allow(conn: Connection, *, actor: str, desk: str, by: str, now_ms: int) -> None:
    """A manager vouches for what this person types at this desk for a shift."""
    conn.execute(
        "INSERT INTO typing_allowed (actor, desk, allowed_by, allowed_at_ms) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (actor, desk) DO UPDATE SET allowed_by = excluded.allowed_by, allowed_at_ms = excluded.allowed_at_ms",
        (actor, desk, by, now_ms),
    )


def allowed(conn: Connection, *, actor: str, desk: str) -> Allowed | None:
    """Who vouched for it last and when, or None."""
    row = conn.execute(
        "SELECT allowed_by, allowed_at_ms FROM typing_allowed WHERE actor = ? AND desk = ?", (actor, desk)
    ).fetchone()
    return None if row is None else Allowed(by=row[0], at_ms=row[1])


def revoke(conn: Connection, order_id: str, pass_ids: Iterable[str]) -> None:
    """These passes of the order open nothing any longer."""
    conn.executemany(
        "INSERT INTO revoked_passes (order_id, pass_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(order_id, pass_id) for pass_id in pass_ids],
    )


def revoked(conn: Connection, order_id: str) -> frozenset[str]:
    """Passes of this order that a newer one took the place of."""
    return frozenset(
        row[0] for row in conn.execute("SELECT pass_id FROM revoked_passes WHERE order_id = ?", (order_id,))
    )
