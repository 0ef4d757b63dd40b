"""Puts one `storefloor.skipped` row in the place of a stretch of owed rows, so that an origin never has a hole."""

import msgspec
from msgspec import Raw

from sync.coalesce import Stretch
from sync.db import Connection
from sync.envelope import SKIPPED, Skipped, sequence_text
from sync.own_row import draft, numbered, tag


def skip(conn: Connection, number: int, stretch: Stretch, now_ms: int) -> None:
    """Replace the rows `stretch.first` to `stretch.last` of origin `number` by one that says they will not come.

    It keeps the event_id of the first of them and the time at which that one was recorded, so that a late duplicate
    fits and `since` does not jump.
    """
    store, node, epoch, lane = conn.execute(
        "SELECT store, node, epoch, lane FROM outbox_origins WHERE origin = ?", (number,)
    ).fetchone()
    span = (number, stretch.first, stretch.last)
    size = conn.execute(
        "SELECT sum(length(envelope)) FROM outbox_rows WHERE origin = ? AND sequence BETWEEN ? AND ?", span
    ).fetchone()[0]
    event_id, born_here, recorded_at_ms = conn.execute(
        "SELECT event_id, born_here, recorded_at_ms FROM outbox_rows WHERE origin = ? AND sequence = ?", span[:2]
    ).fetchone()
    pieces, _ = draft(
        kind=SKIPPED,
        version=1,
        subject=node,
        data=msgspec.json.encode(_said(stretch)),
        event_id=event_id,
        occurred_at_ms=now_ms,
        now_ms=now_ms,
    )
    envelope = numbered(pieces, store, node, stretch.first)
    mark = tag(f"{store}/{node}/{epoch}/{lane}", stretch.first, event_id, envelope)
    conn.execute("DELETE FROM outbox_rows WHERE origin = ? AND sequence BETWEEN ? AND ?", span)
    conn.execute(
        "INSERT INTO outbox_rows (origin, sequence, event_id, born_here, kind, recorded_at_ms, envelope, skipped_to, tag)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, stretch.first, event_id, born_here, SKIPPED, recorded_at_ms, envelope, stretch.last, mark),
    )
    conn.execute(
        "UPDATE outbox_origins SET skipped = skipped + ?, owed_bytes = max(0, owed_bytes + ?) WHERE origin = ?",
        (stretch.facts, len(envelope) - size, number),
    )


def moved(raw: bytes, number: int, last: int) -> bytes:
    """A skipped row's envelope under another stretch of as many numbers; everything else in it stays as it is."""
    attributes = msgspec.json.decode(raw, type=dict[str, Raw])
    said = msgspec.json.decode(attributes["data"], type=Skipped)
    attributes["sequence"] = Raw(b'"' + sequence_text(number).encode() + b'"')
    attributes["data"] = Raw(msgspec.json.encode(msgspec.structs.replace(said, first=number, last=last)))
    return msgspec.json.encode(attributes)


def _said(stretch: Stretch) -> Skipped:
    size = stretch.last - stretch.first + 1
    return Skipped(first=stretch.first, last=stretch.last, count=size, reason=stretch.reason)
