"""Rows of central's that became this store's own since the last backup, so that the journal can hold them too."""

from sync.db import Connection


def put(conn: Connection, row: bytes) -> None:
    """Keep one row in the transaction that applied it."""
    conn.execute("INSERT INTO heard_rows (row) VALUES (?)", (row,))


def after(conn: Connection, number: int) -> list[tuple[int, bytes]]:
    """(number, row) of everything applied after that number, in its order."""
    rows = conn.execute("SELECT number, row FROM heard_rows WHERE number > ? ORDER BY number", (number,))
    return [(row[0], row[1]) for row in rows]


def last(conn: Connection) -> int:
    """The newest number that was ever given here; 0 before the first."""
    return int(conn.execute("SELECT coalesce(max(number), 0) FROM heard_rows").fetchone()[0])


def forget(conn: Connection, up_to: int) -> None:
    """What a backup holds need not be journalled again. The newest row stays, so that its number is never given twice."""
    conn.execute("DELETE FROM heard_rows WHERE number <= ? AND number < (SELECT max(number) FROM heard_rows)", (up_to,))
