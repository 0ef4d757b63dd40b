"""Which hub of its store this file belongs to: term, central's statement, and whether central said to stop."""

import msgspec

from sync.db import Connection


class StandingRow(msgspec.Struct, frozen=True, kw_only=True):
    """The one row. `term` 0 and `statement` None: central has not told this hub yet."""

    term: int
    statement: bytes | None
    superseded_at_ms: int | None
    superseded_why: str | None


def read(conn: Connection) -> StandingRow:
    """The row as it is."""
    row = conn.execute("SELECT term, statement, superseded_at_ms, superseded_why FROM standing").fetchone()
    return StandingRow(term=row[0], statement=row[1], superseded_at_ms=row[2], superseded_why=row[3])


def put_statement(conn: Connection, term: int, statement: bytes) -> None:
    """Keep central's statement about this hub."""
    conn.execute("UPDATE standing SET term = ?, statement = ?", (term, statement))


def put_superseded(conn: Connection, at_ms: int | None, why: str | None) -> None:
    """Write down that central put another hub (or another copy of this one) in this one's place, or that it did not."""
    conn.execute("UPDATE standing SET superseded_at_ms = ?, superseded_why = ?", (at_ms, why))


def own_epoch(conn: Connection) -> str:
    """The epoch this file's own rows are numbered under; empty before the outbox was prepared."""
    row = conn.execute("SELECT epoch FROM outbox_origins WHERE standing = 'own' LIMIT 1").fetchone()
    return "" if row is None else str(row[0])
