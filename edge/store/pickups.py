"""Pickup orders as rows: read whole, written by difference, so that a scan costs one row and not thirty."""

from collections.abc import Sequence

from msgspec.structs import replace

from edge.domain.pickup import IfShort, Marks, OrderState, Pickup
from edge.store import measures
from edge.store import pickup_parts as parts
from sync.db import Connection, Row

HEAD = (
    "order_id, store, store_number, display_code, revision, state, guest, currency, total_minor, amount_due_minor, placed_at_ms, "
    "promised_at_ms, arrived_at_ms, arrived_by, cancel_asked_at_ms, told_at_ms, partly_handed_over, closed_reason, closed_at_ms, "
    "if_short, extended_until_ms, reminded_at_ms"
)


def get(conn: Connection, order_id: str) -> Pickup | None:
    """The order with its lines, charges and parcels, or None when this hub does not hold it."""
    found = get_many(conn, [order_id])
    return found[0] if found else None


def get_many(conn: Connection, order_ids: Sequence[str]) -> list[Pickup]:
    """Those of `order_ids` that this hub holds, in the order asked; seven queries whatever their number (≤ 500)."""
    marks = ", ".join("?" * len(order_ids))
    heads = {row[0]: row for row in conn.execute(f"SELECT {HEAD} FROM pickups WHERE order_id IN ({marks})", order_ids)}  # noqa: S608 - marks only
    lines, charges = parts.lines_of(conn, order_ids), parts.charges_of(conn, order_ids)
    parcels, questions = parts.parcels_of(conn, order_ids), parts.questions_of(conn, order_ids)
    past = parts.past_of(conn, order_ids)
    return [
        replace(
            _pickup(heads[key]),
            lines=lines.get(key, ()),
            charges=charges.get(key, ()),
            parcels=parcels.get(key, ()),
            questions=questions.get(key, ()),
            undone=past.get((key, "undone"), ()),
            heard=past.get((key, "heard"), ()),
        )
        for key in order_ids
        if key in heads
    ]


def insert(conn: Connection, pickup: Pickup) -> None:
    """Keep an order that was not here yet; the caller has looked."""
    row = _head(pickup)
    conn.execute(f"INSERT INTO pickups ({HEAD}) VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - constants only
    parts.put_charges(conn, pickup)
    parts.put_parts(conn, None, pickup)


def put(conn: Connection, before: Pickup, after: Pickup, now_ms: int) -> None:
    """Write what differs between `before`, as it was read in this transaction, and `after`."""
    if _head(before) != _head(after):
        _update_head(conn, after)
    if after.state is OrderState.ready and before.state is not OrderState.ready:
        conn.execute("UPDATE pickups SET ready_at_ms = ? WHERE order_id = ?", (now_ms, after.order_id))
    parts.put_parts(conn, before, after)
    measures.note(conn, before, after, now_ms)


def to_pick_ids(conn: Connection, limit: int) -> list[str]:
    """Accepted orders with units still to pick, the earliest promise first."""
    rows = conn.execute(
        "SELECT p.order_id FROM pickups p JOIN pickup_lines l USING (order_id) "
        "WHERE p.closed_at_ms IS NULL AND p.state IN ('accepted', 'picking') "
        "GROUP BY p.order_id HAVING sum(l.qty - l.picked_qty - l.short_qty - l.substituted_qty) > 0 "
        "ORDER BY coalesce(p.promised_at_ms, 1 << 60), p.placed_at_ms, p.order_id LIMIT ?",
        (limit,),
    )
    return [row[0] for row in rows]


def placed_ids(conn: Connection) -> list[str]:
    """Orders nobody has accepted or declined yet, oldest first."""
    rows = conn.execute(
        "SELECT order_id FROM pickups WHERE state = 'placed' AND closed_at_ms IS NULL ORDER BY placed_at_ms, order_id"
    )
    return [row[0] for row in rows]


def open_ids(conn: Connection) -> set[str]:
    """Every order that is not closed here."""
    return {row[0] for row in conn.execute("SELECT order_id FROM pickups WHERE closed_at_ms IS NULL")}


def find_by_code(conn: Connection, display_code: str) -> list[str]:
    """Open orders showing this four-character code (unique per store and day, so two at most)."""
    rows = conn.execute(
        "SELECT order_id FROM pickups WHERE closed_at_ms IS NULL AND display_code = ? ORDER BY placed_at_ms DESC",
        (display_code,),
    )
    return [row[0] for row in rows]


def find_left_by_code(conn: Connection, display_code: str) -> list[str]:
    """Orders of which something left the shop, showing this code on some day, newest first."""
    rows = conn.execute(
        "SELECT order_id FROM pickups WHERE display_code = ? "
        "AND EXISTS (SELECT 1 FROM parcels WHERE parcels.order_id = pickups.order_id AND left_at_ms IS NOT NULL) "
        "ORDER BY placed_at_ms DESC",
        (display_code,),
    )
    return [row[0] for row in rows]


def _update_head(conn: Connection, pickup: Pickup) -> None:
    conn.execute(
        "UPDATE pickups SET revision = ?, state = ?, amount_due_minor = ?, promised_at_ms = ?, arrived_at_ms = ?, arrived_by = ?, "
        "cancel_asked_at_ms = ?, told_at_ms = ?, partly_handed_over = ?, closed_reason = ?, closed_at_ms = ?, "
        "extended_until_ms = ?, reminded_at_ms = ? WHERE order_id = ?",
        (
            pickup.revision,
            pickup.state,
            pickup.amount_due_minor,
            pickup.promised_at_ms,
            pickup.marks.arrived_at_ms,
            pickup.marks.arrived_by,
            pickup.marks.cancel_asked_at_ms,
            pickup.marks.told_at_ms,
            int(pickup.marks.partly_handed_over),
            pickup.closed_reason,
            pickup.closed_at_ms,
            pickup.extended_until_ms,
            pickup.marks.reminded_at_ms,
            pickup.order_id,
        ),
    )


def _pickup(row: Row) -> Pickup:
    return Pickup(
        order_id=row["order_id"],
        store=row["store"],
        store_number=row["store_number"],
        display_code=row["display_code"],
        revision=row["revision"],
        state=OrderState(row["state"]),
        lines=(),
        marks=Marks(
            arrived_at_ms=row["arrived_at_ms"],
            arrived_by=row["arrived_by"],
            cancel_asked_at_ms=row["cancel_asked_at_ms"],
            told_at_ms=row["told_at_ms"],
            reminded_at_ms=row["reminded_at_ms"],
            partly_handed_over=bool(row["partly_handed_over"]),
        ),
        currency=row["currency"],
        total_minor=row["total_minor"],
        amount_due_minor=row["amount_due_minor"],
        placed_at_ms=row["placed_at_ms"],
        promised_at_ms=row["promised_at_ms"],
        closed_reason=row["closed_reason"],
        closed_at_ms=row["closed_at_ms"],
        guest=bool(row["guest"]),
        if_short=IfShort(row["if_short"]),
        extended_until_ms=row["extended_until_ms"],
    )


def _head(pickup: Pickup) -> tuple[object, ...]:
    return (
        pickup.order_id,
        pickup.store,
        pickup.store_number,
        pickup.display_code,
        pickup.revision,
        pickup.state,
        int(pickup.guest),
        pickup.currency,
        pickup.total_minor,
        pickup.amount_due_minor,
        pickup.placed_at_ms,
        pickup.promised_at_ms,
        pickup.marks.arrived_at_ms,
        pickup.marks.arrived_by,
        pickup.marks.cancel_asked_at_ms,
        pickup.marks.told_at_ms,
        int(pickup.marks.partly_handed_over),
        pickup.closed_reason,
        pickup.closed_at_ms,
        pickup.if_short,
        pickup.extended_until_ms,
        pickup.marks.reminded_at_ms,
    )
