"""When the line to central went and when it came back."""

import msgspec

from sync.db import Connection


class LineTurn(msgspec.Struct, frozen=True, kw_only=True):
    """From `at_ms` on the line was `state`: up or cut."""

    at_ms: int
    state: str


def put(conn: Connection, turn: LineTurn) -> None:
    """Keep one turn; the same turn twice is one."""
    conn.execute("INSERT OR IGNORE INTO line_turns (at_ms, state) VALUES (?, ?)", (turn.at_ms, turn.state))


def since(conn: Connection, from_ms: int) -> list[LineTurn]:
    """The turns from `from_ms` on, oldest first, and before them the one that says how the line was then."""
    rows = conn.execute(
        "SELECT at_ms, state FROM line_turns "
        "WHERE at_ms >= coalesce((SELECT max(at_ms) FROM line_turns WHERE at_ms <= ?), 0) ORDER BY at_ms",
        (from_ms,),
    )
    return [LineTurn(at_ms=at_ms, state=state) for at_ms, state in rows]


def forget_before(conn: Connection, before_ms: int) -> int:
    """Drop older turns; gives how many."""
    return conn.execute("DELETE FROM line_turns WHERE at_ms < ?", (before_ms,)).rowcount
