"""Sets an outbox right after the two ends disagreed or a row turned out bad, without ever leaving a hole."""

from sync.coalesce import Stretch
from sync.db import Connection
from sync.envelope import SKIPPED, Lane, SkipReason, renumbered
from sync.outbox import Rng, open_epoch
from sync.own_row import tag
from sync.skipping import moved, skip


def start_epoch(conn: Connection, rng: Rng) -> str:
    """Begin a new history after a fork or a restore; gives its epoch.

    Every lane gets a new origin, and the rows born here that are still owed move to it under new sequences from 1. Their
    event_ids stay, so what the peer has already comes back as duplicate. A row that is damaged is set aside first, and
    what stands in its place moves.
    """
    store, node = conn.execute("SELECT store, node FROM outbox_origins WHERE standing = 'own'").fetchone()
    conn.execute("UPDATE outbox_origins SET standing = 'past' WHERE standing = 'own'")
    epoch = open_epoch(conn, store, node, rng)
    for lane in Lane:
        past = conn.execute(
            "SELECT origin, epoch, settled_sequence, pushed_sequence FROM outbox_origins"
            " WHERE standing = 'past' AND lane = ? AND last_sequence > settled_sequence ORDER BY origin",
            (lane,),
        ).fetchall()
        for origin, old_epoch, settled, pushed in past:
            _set_damaged_aside(conn, origin, f"{store}/{node}/{old_epoch}/{int(lane)}", settled)
            _move_owed(conn, origin, f"{store}/{node}/{epoch}/{int(lane)}", lane, settled, pushed)
    return epoch


def owe_again(conn: Connection, number: int, from_sequence: int, mark_event_id: str | None) -> bool:
    """Owe rows again from `from_sequence` on, because the peer lost them; gives whether this file still holds them all.

    `mark_event_id` is the event the peer holds before that row; where ours is another one nothing is changed.
    """
    settled = conn.execute("SELECT settled_sequence FROM outbox_origins WHERE origin = ?", (number,)).fetchone()[0]
    first, held, size = conn.execute(
        "SELECT min(sequence), sum(coalesce(skipped_to, sequence) - sequence + 1), sum(length(envelope))"
        " FROM outbox_rows WHERE origin = ? AND sequence BETWEEN ? AND ?",
        (number, from_sequence, settled),
    ).fetchone()
    before = conn.execute(
        "SELECT event_id FROM outbox_rows WHERE origin = ? AND sequence < ? AND coalesce(skipped_to, sequence) = ?"
        " ORDER BY sequence DESC LIMIT 1",
        (number, from_sequence, from_sequence - 1),
    ).fetchone()
    differs = before is not None and before[0] != mark_event_id
    if differs or first != from_sequence or held != settled - from_sequence + 1:
        return False
    conn.execute(
        "UPDATE outbox_rows SET settled_at_ms = NULL, verdict = NULL, reason = NULL WHERE origin = ? AND sequence >= ?",
        (number, from_sequence),
    )
    conn.execute(
        "UPDATE outbox_origins SET settled_sequence = ?, settled_event_id = ?, owed_bytes = owed_bytes + ?"
        " WHERE origin = ?",
        (from_sequence - 1, mark_event_id, size, number),
    )
    return True


def owe_held_again(conn: Connection, number: int, from_sequence: int) -> None:
    """Owe again what this file still holds of rows that the peer lost; `start_epoch` then gives them new numbers.

    In lanes 0 and 1 that is every row held: what the peer has after all comes back as duplicate. Telemetry is known by
    its number alone, so of lane 2 only origin `number` from `from_sequence` on.
    """
    conn.execute(
        "UPDATE outbox_rows SET settled_at_ms = NULL, verdict = NULL, reason = NULL"
        " WHERE origin IN (SELECT origin FROM outbox_origins WHERE standing <> 'relayed' AND lane < 2)"
        " OR (origin = ? AND sequence >= ?)",
        (number, from_sequence),
    )
    conn.execute("UPDATE outbox_origins SET settled_sequence = 0 WHERE standing <> 'relayed' AND lane < 2")
    conn.execute(
        "UPDATE outbox_origins SET settled_sequence = min(settled_sequence, ?) WHERE origin = ?",
        (from_sequence - 1, number),
    )


def count_refusal(conn: Connection, number: int, sequence: int) -> int:
    """Note that the peer refused this row on its own; gives how often by now. The row stays owed."""
    return int(
        conn.execute(
            "UPDATE outbox_rows SET tries = tries + 1 WHERE origin = ? AND sequence = ? RETURNING tries",
            (number, sequence),
        ).fetchone()[0]
    )


def skip_undeliverable(conn: Connection, number: int, sequence: int, now_ms: int) -> None:
    """Park an owed row that the peer refused again and again; a skipped row with its event_id goes in its place."""
    _park(conn, number, sequence, "refused", now_ms)


def set_aside_damaged(conn: Connection, number: int, sequence: int, now_ms: int) -> None:
    """Park an owed row that is not what was written here; a skipped row with its event_id goes in its place.

    The peer may hold the row already, from a push whose answer was lost: the event_id and the number still fit.
    """
    _park(conn, number, sequence, "damaged", now_ms)


def _park(conn: Connection, number: int, sequence: int, why: str, now_ms: int) -> None:
    conn.execute(
        "INSERT INTO outbox_parked SELECT origin, sequence, event_id, born_here, kind, recorded_at_ms, ?, ?, envelope"
        " FROM outbox_rows WHERE origin = ? AND sequence = ?",
        (now_ms, why, number, sequence),
    )
    kind, last = conn.execute(
        "SELECT kind, coalesce(skipped_to, sequence) FROM outbox_rows WHERE origin = ? AND sequence = ?",
        (number, sequence),
    ).fetchone()
    # A stretch that was skipped before is written anew and was counted then.
    stands_for_many = kind == SKIPPED and last > sequence
    reason = SkipReason.DROPPED if stands_for_many else SkipReason.UNDELIVERABLE
    skip(conn, number, Stretch(sequence, last, reason, facts=0), now_ms)


def _set_damaged_aside(conn: Connection, number: int, key: str, settled: int) -> None:
    rows = conn.execute(
        "SELECT sequence, event_id, envelope, tag, recorded_at_ms FROM outbox_rows WHERE origin = ? AND sequence > ?"
        " AND tag IS NOT NULL ORDER BY sequence",
        (number, settled),
    )
    damaged = [
        (sequence, at_ms) for sequence, event_id, raw, mark, at_ms in rows if mark != tag(key, sequence, event_id, raw)
    ]
    for sequence, at_ms in damaged:
        set_aside_damaged(conn, number, sequence, at_ms)


def _move_owed(conn: Connection, old: int, key: str, lane: int, settled: int, pushed: int) -> None:
    """Move what is owed behind what the new origin of the lane holds already."""
    new, end, pushed_end = conn.execute(
        "SELECT origin, last_sequence, pushed_sequence FROM outbox_origins WHERE standing = 'own' AND lane = ?", (lane,)
    ).fetchone()
    rows = conn.execute(
        "SELECT sequence, event_id, skipped_to, envelope FROM outbox_rows WHERE origin = ? AND sequence > ?"
        " ORDER BY sequence",
        (old, settled),
    ).fetchall()
    size = 0
    for sequence, event_id, skipped_to, raw in rows:
        first, end = end + 1, end + 1 + (skipped_to - sequence if skipped_to is not None else 0)
        written = renumbered(raw, first) if skipped_to is None else moved(raw, first, end)
        conn.execute(
            "UPDATE outbox_rows SET origin = ?, sequence = ?, tries = 0, skipped_to = ?, envelope = ?, tag = ?"
            " WHERE origin = ? AND sequence = ?",
            (
                new,
                first,
                end if skipped_to is not None else None,
                written,
                tag(key, first, event_id, written),
                old,
                sequence,
            ),
        )
        size += len(written)
        pushed_end = end if sequence <= pushed else pushed_end
    conn.execute(
        "UPDATE outbox_origins SET last_sequence = ?, pushed_sequence = ?, owed_bytes = owed_bytes + ? WHERE origin = ?",
        (end, pushed_end, size, new),
    )
    conn.execute("UPDATE outbox_origins SET last_sequence = settled_sequence, owed_bytes = 0 WHERE origin = ?", (old,))
