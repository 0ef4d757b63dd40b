"""Parcels and what is in them, as the facts of the stores were folded."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema_orders import parcel_units, parcels
from edge.domain.pickup import Parcel, ParcelState, ParcelUnits, Pickup

_PARCELS = sql(
    "SELECT * FROM parcels WHERE store_id = :store AND order_id IN :orders ORDER BY order_id, parcel"
).bindparams(bindparam("orders", expanding=True))
_UNITS = sql(
    "SELECT * FROM parcel_units WHERE store_id = :store AND order_id IN :orders ORDER BY order_id, parcel, line"
).bindparams(bindparam("orders", expanding=True))


def get_parcels(tx: Tx, store: str, orders: Sequence[str]) -> dict[str, tuple[Parcel, ...]]:
    """The parcels of these orders, by number; an order without parcels is not in it."""
    asked = {"store": store, "orders": orders}
    inside: dict[tuple[str, int], list[ParcelUnits]] = {}
    for unit in tx.execute(_UNITS, asked):
        inside.setdefault((unit.order_id, unit.parcel), []).append(ParcelUnits(unit.line, unit.qty))
    found: dict[str, tuple[Parcel, ...]] = {}
    for row in tx.execute(_PARCELS, asked):
        parcel = Parcel(
            number=row.parcel,
            state=ParcelState(row.state),
            shelf=row.shelf,
            units=tuple(inside.get((row.order_id, row.parcel), ())),
            staged_at_ms=row.staged_at_ms,
            left_at_ms=row.left_at_ms,
            left_by=row.left_by,
            left_event=row.left_event,
            state_before=ParcelState(row.state_before) if row.state_before else None,
            restocked=bool(row.restocked),
            step=row.step,
        )
        found[row.order_id] = (*found.get(row.order_id, ()), parcel)
    return found


def save_parcels(tx: Tx, turned: Iterable[tuple[Pickup, Pickup]]) -> None:
    """Write the parcels that are new or different, of orders as they were and as they are."""
    boxes: list[dict[str, object]] = []
    units: list[dict[str, object]] = []
    for before, after in turned:
        key: dict[str, object] = {"store_id": after.store, "order_id": after.order_id}
        old = {parcel.number: parcel for parcel in before.parcels}
        for box in after.parcels:
            known = old.get(box.number)
            if box == known:
                continue
            boxes.append(key | _row(box))
            # A parcel may have left before the book heard what was in it, so units are looked at for themselves.
            if known is None or box.units != known.units:
                units += [key | {"parcel": box.number, "line": each.line, "qty": each.qty} for each in box.units]
    put(tx, parcels, boxes)
    put(tx, parcel_units, units)


def _row(parcel: Parcel) -> dict[str, object]:
    return {
        "parcel": parcel.number,
        "state": parcel.state.value,
        "shelf": parcel.shelf,
        "staged_at_ms": parcel.staged_at_ms,
        "left_at_ms": parcel.left_at_ms,
        "left_by": parcel.left_by,
        "left_event": parcel.left_event,
        "state_before": parcel.state_before.value if parcel.state_before else None,
        "restocked": int(parcel.restocked),
        "step": parcel.step,
    }
