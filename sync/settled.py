"""Reads rows that have their receipt out of an outbox, for comparing them with what the peer holds."""

from collections.abc import Iterator

from msgspec import Struct

from sync.db import Connection
from sync.envelope import Origin

PAGE = 500


class Window(Struct, frozen=True, kw_only=True):
    """Rows of one origin that are still held after their receipt: from `first` to `last`, without a gap."""

    number: int
    origin: Origin
    first: int
    last: int


def windows(conn: Connection, settled_since_ms: int) -> list[Window]:
    """What can be compared of every origin: rows whose receipt is not older than that. Older ones may be forgotten."""
    found = conn.execute(
        "SELECT o.origin, o.store, o.node, o.epoch, o.lane, min(r.sequence), o.settled_sequence FROM outbox_origins o"
        " JOIN outbox_rows r ON r.origin = o.origin AND r.settled_at_ms >= ? AND r.sequence <= o.settled_sequence"
        " GROUP BY o.origin ORDER BY o.lane, o.origin",
        (settled_since_ms,),
    )
    return [
        Window(
            number=number,
            origin=Origin(store=store, node=node, epoch=epoch, lane=lane),
            first=first,
            last=last,
        )
        for number, store, node, epoch, lane, first, last in found
    ]


def rows_between(conn: Connection, number: int, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """(sequence, envelope) of origin `number`, in their order, a page at a time."""
    while first <= last:
        page = conn.execute(
            "SELECT sequence, envelope FROM outbox_rows WHERE origin = ? AND sequence BETWEEN ? AND ?"
            " ORDER BY sequence LIMIT ?",
            (number, first, last, PAGE),
        ).fetchall()
        yield from ((row[0], bytes(row[1])) for row in page)
        if len(page) < PAGE:
            return
        first = page[-1][0] + 1
