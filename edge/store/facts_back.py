"""How far this store's own facts were read back from central, and parcels that left while their order was unknown."""

import msgspec

from edge.store import answers
from sync import ledger
from sync.db import Connection
from sync.envelope import Lane, Origin


class LeftUnknown(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel handed over before its order was known here; `fact` is the handover as it went up."""

    number: int
    event_id: str
    at_ms: int
    fact: bytes


def marks(conn: Connection) -> dict[Origin, int]:
    """The highest sequence this file holds per origin in lanes 0 and 1: made here, passed on, or read back; oldest first."""
    found: dict[Origin, int] = {}
    for store, node, epoch, lane, sequence in conn.execute(
        "SELECT store, node, epoch, lane, last_sequence FROM outbox_origins WHERE lane < 2 ORDER BY origin"
    ):
        found[Origin(store=store, node=node, epoch=epoch, lane=lane)] = sequence
    for origin, mark in ledger.marks(conn).items():
        if origin.lane < Lane.TELEMETRY:
            found[origin] = max(found.get(origin, 0), mark.sequence)
    for store, node, epoch, lane, sequence in conn.execute("SELECT store, node, epoch, lane, sequence FROM facts_back"):
        origin = Origin(store=store, node=node, epoch=epoch, lane=lane)
        found[origin] = max(found.get(origin, 0), sequence)
    return found


def all_marks(conn: Connection) -> dict[Origin, int]:
    """The same with telemetry, as far as it was made in this file or passed on by it."""
    rows = conn.execute("SELECT store, node, epoch, lane, last_sequence FROM outbox_origins")
    made = {Origin(store=row[0], node=row[1], epoch=row[2], lane=row[3]): row[4] for row in rows}
    return made | marks(conn)


def own_marks(conn: Connection) -> dict[Origin, int]:
    """How far this file has come with the history it is writing now, lanes 0 and 1."""
    rows = conn.execute(
        "SELECT store, node, epoch, lane, last_sequence FROM outbox_origins WHERE standing = 'own' AND lane < 2"
    )
    return {Origin(store=row[0], node=row[1], epoch=row[2], lane=row[3]): row[4] for row in rows}


def set_mark(conn: Connection, origin: Origin, sequence: int) -> None:
    """Everything of this origin up to `sequence` is in this book; a mark never goes back."""
    conn.execute(
        "INSERT INTO facts_back (store, node, epoch, lane, sequence) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (store, node, epoch, lane) DO UPDATE SET sequence = max(sequence, excluded.sequence)",
        (origin.store, origin.node, origin.epoch, origin.lane, sequence),
    )


def is_own_fact(conn: Connection, event_id: str) -> bool:
    """True for a fact that was made in this very file, so that its effect is in the book."""
    found = conn.execute("SELECT 1 FROM outbox_rows WHERE event_id = ? AND born_here = 1", (event_id,))
    return found.fetchone() is not None


def own_events(conn: Connection) -> dict[str, int]:
    """The lane of every fact that was made in this file and not forgotten yet, by its event_id."""
    rows = conn.execute(
        "SELECT r.event_id, o.lane FROM outbox_rows r JOIN outbox_origins o USING (origin) WHERE born_here = 1"
    )
    return {row[0]: row[1] for row in rows}


def holds(conn: Connection, event_id: str) -> bool:
    """True when the effect of this fact is in the book: it was made here, or folded in."""
    return is_own_fact(conn, event_id) or answers.find(conn, event_id) is not None


def keep_left(conn: Connection, order_id: str, left: LeftUnknown) -> None:
    """Remember that this parcel of an unknown order has left; the first time counts."""
    conn.execute(
        "INSERT INTO left_unknown (order_id, number, event_id, at_ms, fact) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (order_id, left.number, left.event_id, left.at_ms, left.fact),
    )


def left_of(conn: Connection, order_id: str) -> list[LeftUnknown]:
    """Parcels of this order that left before it was known here."""
    rows = conn.execute(
        "SELECT number, event_id, at_ms, fact FROM left_unknown WHERE order_id = ? ORDER BY at_ms, number", (order_id,)
    )
    return [LeftUnknown(number=row[0], event_id=row[1], at_ms=row[2], fact=row[3]) for row in rows]
