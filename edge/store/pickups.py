"""Pickup orders as rows: read whole, written by difference, so that a scan costs one row and not thirty."""

from collections.abc import Iterable, Sequence

from edge.domain.pickup import (
    Charge,
    Marks,
    OrderState,
    Parcel,
    ParcelState,
    ParcelUnits,
    Pickup,
    PickupLine,
    ShortReason,
)
from sync.db import Connection, Row

HEAD = (
    "order_id, store, store_number, display_code, revision, state, guest, currency, total_minor, amount_due_minor, placed_at_ms, "
    "promised_at_ms, arrived_at_ms, arrived_by, cancel_asked_at_ms, told_at_ms, partly_handed_over, closed_reason, closed_at_ms"
)


def get(conn: Connection, order_id: str) -> Pickup | None:
    """The order with its lines, charges and parcels, or None when this hub does not hold it."""
    found = get_many(conn, [order_id])
    return found[0] if found else None


def get_many(conn: Connection, order_ids: Sequence[str]) -> list[Pickup]:
    """Those of `order_ids` that this hub holds, in the order asked; four queries whatever their number (≤ 500)."""
    marks = ", ".join("?" * len(order_ids))
    heads = {row[0]: row for row in conn.execute(f"SELECT {HEAD} FROM pickups WHERE order_id IN ({marks})", order_ids)}  # noqa: S608 - marks only
    lines: dict[str, list[PickupLine]] = {order_id: [] for order_id in heads}
    charges: dict[str, list[Charge]] = {order_id: [] for order_id in heads}
    parcels: dict[str, list[Parcel]] = {order_id: [] for order_id in heads}
    for order_id, line in _lines(conn, marks, order_ids):
        lines[order_id].append(line)
    for order_id, charge in _charges(conn, marks, order_ids):
        charges[order_id].append(charge)
    for order_id, parcel in _parcels(conn, marks, order_ids):
        parcels[order_id].append(parcel)
    return [
        _pickup(heads[key], tuple(lines[key]), tuple(charges[key]), tuple(parcels[key]))
        for key in order_ids
        if key in heads
    ]


def insert(conn: Connection, pickup: Pickup) -> None:
    """Keep an order that was not here yet; the caller has looked."""
    row = _head(pickup)
    conn.execute(f"INSERT INTO pickups ({HEAD}) VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - constants only
    conn.executemany(
        "INSERT INTO pickup_lines (order_id, line, gtin, qty, price_minor, picked_qty, short_qty, short_reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(pickup.order_id, *_line(line)) for line in pickup.lines],
    )
    conn.executemany(
        "INSERT INTO pickup_charges (order_id, position, code, text, qty, price_minor) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (pickup.order_id, position, charge.code, charge.text, charge.qty, charge.price_minor)
            for position, charge in enumerate(pickup.charges)
        ],
    )
    _write_parcels(conn, pickup.order_id, {}, pickup.parcels)


def put(conn: Connection, before: Pickup, after: Pickup, now_ms: int) -> None:
    """Write what differs between `before`, as it was read in this transaction, and `after`."""
    if _head(before) != _head(after):
        _update_head(conn, after)
    if after.state is OrderState.ready and before.state is not OrderState.ready:
        conn.execute("UPDATE pickups SET ready_at_ms = ? WHERE order_id = ?", (now_ms, after.order_id))
    was = {line.line: line for line in before.lines}
    conn.executemany(
        "UPDATE pickup_lines SET picked_qty = ?, short_qty = ?, short_reason = ? WHERE order_id = ? AND line = ?",
        [
            (line.picked_qty, line.short_qty, line.short_reason, after.order_id, line.line)
            for line in after.lines
            if was[line.line] != line
        ],
    )
    _write_parcels(conn, after.order_id, {parcel.number: parcel for parcel in before.parcels}, after.parcels)


def to_pick_ids(conn: Connection, limit: int) -> list[str]:
    """Accepted orders with units still to pick, the earliest promise first."""
    rows = conn.execute(
        "SELECT p.order_id FROM pickups p JOIN pickup_lines l USING (order_id) "
        "WHERE p.closed_at_ms IS NULL AND p.state IN ('accepted', 'picking') "
        "GROUP BY p.order_id HAVING sum(l.qty - l.picked_qty - l.short_qty) > 0 "
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
        "cancel_asked_at_ms = ?, told_at_ms = ?, partly_handed_over = ?, closed_reason = ?, closed_at_ms = ? WHERE order_id = ?",
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
            pickup.order_id,
        ),
    )


def _write_parcels(conn: Connection, order_id: str, before: dict[int, Parcel], after: Iterable[Parcel]) -> None:
    for parcel in after:
        was = before.get(parcel.number)
        if was == parcel:
            continue
        conn.execute(
            "INSERT INTO parcels (order_id, number, state, shelf, staged_at_ms, left_at_ms, left_by, left_event) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (order_id, number) DO UPDATE SET state = excluded.state, "
            "shelf = excluded.shelf, left_at_ms = excluded.left_at_ms, left_by = excluded.left_by, left_event = excluded.left_event",
            (
                order_id,
                parcel.number,
                parcel.state,
                parcel.shelf,
                parcel.staged_at_ms,
                parcel.left_at_ms,
                parcel.left_by,
                parcel.left_event,
            ),
        )
        if was is None or not was.units:  # without units: it left before the book heard what was in it
            conn.executemany(
                "INSERT INTO parcel_units (order_id, number, line, qty) VALUES (?, ?, ?, ?)",
                [(order_id, parcel.number, unit.line, unit.qty) for unit in parcel.units],
            )


def _pickup(
    row: Row, lines: tuple[PickupLine, ...], charges: tuple[Charge, ...], parcels: tuple[Parcel, ...]
) -> Pickup:
    return Pickup(
        order_id=row["order_id"],
        store=row["store"],
        store_number=row["store_number"],
        display_code=row["display_code"],
        revision=row["revision"],
        state=OrderState(row["state"]),
        lines=lines,
        charges=charges,
        parcels=parcels,
        marks=Marks(
            arrived_at_ms=row["arrived_at_ms"],
            arrived_by=row["arrived_by"],
            cancel_asked_at_ms=row["cancel_asked_at_ms"],
            told_at_ms=row["told_at_ms"],
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
    )


def _line(line: PickupLine) -> tuple[object, ...]:
    return (line.line, line.gtin, line.qty, line.price_minor, line.picked_qty, line.short_qty, line.short_reason)


def _lines(conn: Connection, marks: str, order_ids: Sequence[str]) -> Iterable[tuple[str, PickupLine]]:
    rows = conn.execute(
        "SELECT order_id, line, gtin, qty, price_minor, picked_qty, short_qty, short_reason FROM pickup_lines "  # noqa: S608 - marks only
        f"WHERE order_id IN ({marks}) ORDER BY order_id, line",
        order_ids,
    )
    for order_id, line, gtin, qty, price_minor, picked_qty, short_qty, reason in rows:
        yield (
            order_id,
            PickupLine(
                line=line,
                gtin=gtin,
                qty=qty,
                price_minor=price_minor,
                picked_qty=picked_qty,
                short_qty=short_qty,
                short_reason=None if reason is None else ShortReason(reason),
            ),
        )


def _charges(conn: Connection, marks: str, order_ids: Sequence[str]) -> Iterable[tuple[str, Charge]]:
    rows = conn.execute(
        f"SELECT order_id, code, text, qty, price_minor FROM pickup_charges WHERE order_id IN ({marks}) ORDER BY order_id, position",  # noqa: S608 - marks only
        order_ids,
    )
    for order_id, code, text, qty, price_minor in rows:
        yield order_id, Charge(code=code, text=text, qty=qty, price_minor=price_minor)


def _parcels(conn: Connection, marks: str, order_ids: Sequence[str]) -> Iterable[tuple[str, Parcel]]:
    units: dict[tuple[str, int], list[ParcelUnits]] = {}
    for order_id, number, line, qty in conn.execute(
        f"SELECT order_id, number, line, qty FROM parcel_units WHERE order_id IN ({marks}) ORDER BY order_id, number, line",  # noqa: S608 - marks only
        order_ids,
    ):
        units.setdefault((order_id, number), []).append(ParcelUnits(line=line, qty=qty))
    rows = conn.execute(
        "SELECT order_id, number, state, shelf, staged_at_ms, left_at_ms, left_by, left_event FROM parcels "  # noqa: S608 - marks only
        f"WHERE order_id IN ({marks}) ORDER BY order_id, number",
        order_ids,
    )
    for order_id, number, state, shelf, staged_at_ms, left_at_ms, left_by, left_event in rows:
        yield (
            order_id,
            Parcel(
                number=number,
                state=ParcelState(state),
                shelf=shelf,
                units=tuple(units.get((order_id, number), ())),
                staged_at_ms=staged_at_ms,
                left_at_ms=left_at_ms,
                left_by=left_by,
                left_event=left_event,
            ),
        )
