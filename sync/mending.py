"""Sets an outbox right after the two ends disagreed: a new epoch after a fork, rows owed again that the peer lost."""

from sync.db import Connection
from sync.envelope import Lane, renumbered
from sync.outbox import Rng, open_epoch


def start_epoch(conn: Connection, rng: Rng) -> str:
    """Begin a new history after a fork or a restore; gives its epoch.

    Every lane gets a new origin, and the rows born here that are still owed move to it under new sequences from 1. Their
    event_ids stay, so what the peer has already comes back as duplicate.
    """
    store, node = conn.execute("SELECT store, node FROM outbox_origins WHERE standing = 'own'").fetchone()
    conn.execute("UPDATE outbox_origins SET standing = 'past' WHERE standing = 'own'")
    epoch = open_epoch(conn, store, node, rng)
    for lane in Lane:
        new = conn.execute("SELECT origin FROM outbox_origins WHERE standing = 'own' AND lane = ?", (lane,)).fetchone()[
            0
        ]
        _move_owed(conn, lane, new)
    return epoch


def owe_again(conn: Connection, number: int, from_sequence: int, mark_event_id: str | None) -> bool:
    """Owe rows again from `from_sequence` on, because the peer lost them; gives whether this file still holds them all.

    `mark_event_id` is the event the peer holds before that row; where ours is another one nothing is changed.
    """
    settled = conn.execute("SELECT settled_sequence FROM outbox_origins WHERE origin = ?", (number,)).fetchone()[0]
    held = conn.execute(
        "SELECT count(*) FROM outbox_rows WHERE origin = ? AND sequence BETWEEN ? AND ?",
        (number, from_sequence, settled),
    ).fetchone()[0]
    before = conn.execute(
        "SELECT event_id FROM outbox_rows WHERE origin = ? AND sequence = ?", (number, from_sequence - 1)
    ).fetchone()
    differs = before is not None and before[0] != mark_event_id
    if differs or from_sequence > settled or held != settled - from_sequence + 1:
        return False
    conn.execute(
        "UPDATE outbox_rows SET settled_at_ms = NULL, verdict = NULL, reason = NULL WHERE origin = ? AND sequence >= ?",
        (number, from_sequence),
    )
    conn.execute(
        "UPDATE outbox_origins SET settled_sequence = ?, settled_event_id = ? WHERE origin = ?",
        (from_sequence - 1, mark_event_id, number),
    )
    return True


def count_refusal(conn: Connection, number: int, sequence: int) -> int:
    """Note that the peer refused this row on its own; gives how often by now. The row stays owed."""
    return int(
        conn.execute(
            "UPDATE outbox_rows SET tries = tries + 1 WHERE origin = ? AND sequence = ? RETURNING tries",
            (number, sequence),
        ).fetchone()[0]
    )


def _move_owed(conn: Connection, lane: int, new: int) -> None:
    rows = conn.execute(
        "SELECT r.origin, r.sequence, r.envelope FROM outbox_rows r JOIN outbox_origins o ON o.origin = r.origin"
        " WHERE o.lane = ? AND o.standing = 'past' AND r.sequence > o.settled_sequence ORDER BY r.origin, r.sequence",
        (lane,),
    ).fetchall()
    conn.executemany(
        "UPDATE outbox_rows SET origin = ?, sequence = ?, tries = 0, envelope = ? WHERE origin = ? AND sequence = ?",
        [(new, i, renumbered(raw, i), old, sequence) for i, (old, sequence, raw) in enumerate(rows, start=1)],
    )
    conn.execute("UPDATE outbox_origins SET last_sequence = ? WHERE origin = ?", (len(rows), new))
    conn.execute(
        "UPDATE outbox_origins SET last_sequence = settled_sequence WHERE lane = ? AND standing = 'past'", (lane,)
    )
