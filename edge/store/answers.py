"""What was answered to each press, so that asking again with the same event_id gives the same answer and does nothing."""

import msgspec

from sync.db import Connection


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier answer: `asked` is the digest of what was asked, `body` the JSON that was answered."""

    asked: bytes
    refused: bool
    body: bytes


def find(conn: Connection, event_id: str) -> Answered | None:
    """The answer given to this press, or None when it was never heard of."""
    row = conn.execute("SELECT asked, refused, body FROM answers WHERE event_id = ?", (event_id,)).fetchone()
    return None if row is None else Answered(asked=row[0], refused=bool(row[1]), body=row[2])


def keep(conn: Connection, event_id: str, answered: Answered, at_ms: int) -> None:
    """Write the answer in the transaction of what it answers."""
    conn.execute(
        "INSERT INTO answers (event_id, asked, refused, body, at_ms) VALUES (?, ?, ?, ?, ?)",
        (event_id, answered.asked, int(answered.refused), answered.body, at_ms),
    )
