"""Orders and central's book of pickups: whole pickups are read, changed by the domain's rules, and only what changed is written."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Tx, add, change
from central.store.parcels import get_parcels, save_parcels
from central.store.schema_orders import order_charges, order_lines, orders
from edge.domain.pickup import (
    Charge,
    Marks,
    OrderState,
    Parcel,
    Pickup,
    PickupLine,
    ShortReason,
)

_WHERE_SOME = "WHERE store_id = :store AND order_id IN :orders"


def _some(table: str, order_by: str) -> Any:
    statement = sql(f"SELECT * FROM {table} {_WHERE_SOME} ORDER BY {order_by}")  # noqa: S608 - names of our own schema
    return statement.bindparams(bindparam("orders", expanding=True))


_ORDERS = _some("orders", "placed_at_ms, order_id")
_LINES = _some("order_lines", "order_id, line")
_CHARGES = _some("order_charges", "order_id, charge")
_STORE_OF = sql("SELECT store_id FROM orders WHERE order_id = :order")
_OPEN_STORES = sql(
    "SELECT DISTINCT store_id FROM orders WHERE profile_id = :profile AND pickup = 1"
    " AND state NOT IN ('handed_over', 'declined', 'cancelled', 'expired')"
)
_OF_PROFILE = sql(
    "SELECT store_id, order_id FROM orders WHERE profile_id = :profile ORDER BY placed_at_ms DESC, order_id LIMIT :limit"
)
_CODE_TAKEN = sql("SELECT 1 FROM orders WHERE store_id = :store AND day = :day AND display_code = :code")
_FIRST_SEQ = sql("UPDATE orders SET first_seq = :seq WHERE store_id = :store AND order_id = :order")
_ASK = sql("UPDATE orders SET cancel_ask_id = :ask WHERE store_id = :store AND order_id = :order")


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose order it is, and how far central may still decide alone; `profile` is empty for a guest."""

    profile: str
    identity: str | None
    is_pickup: bool
    first_seq: int | None
    cancel_ask: str | None
    asked_by: str
    """The event_id of the wish or the call that this order answers."""


class HeldOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order in central's book, and its owner."""

    pickup: Pickup
    owner: Owner


def add_order(tx: Tx, order: HeldOrder, day: str) -> None:
    """Insert a new order, placed on `day` (YYYY-MM-DD in the store's time)."""
    pickup, owner = order.pickup, order.owner
    key = {"store_id": pickup.store, "order_id": pickup.order_id}
    row = _state_row(pickup) | {
        "profile_id": owner.profile,
        "identity_id": owner.identity,
        "store_number": pickup.store_number,
        "display_code": pickup.display_code,
        "day": day,
        "currency": pickup.currency,
        "total_minor": pickup.total_minor,
        "amount_due_minor": pickup.amount_due_minor,
        "placed_at_ms": pickup.placed_at_ms,
        "guest": int(pickup.guest),
        "pickup": int(owner.is_pickup),
        "first_seq": owner.first_seq,
        "cancel_ask_id": owner.cancel_ask,
        "asked_by": owner.asked_by,
    }
    add(tx, orders, [row])
    add(tx, order_lines, [key | _line_row(line) for line in pickup.lines])
    add(tx, order_charges, [key | _charge_row(place, charge) for place, charge in enumerate(pickup.charges, start=1)])


def is_code_taken(tx: Tx, store: str, day: str, code: str) -> bool:
    """Whether another order of this store and day is called by this code."""
    return tx.execute(_CODE_TAKEN, {"store": store, "day": day, "code": code}).first() is not None


def store_of_order(tx: Tx, order: str) -> str | None:
    """The store an order belongs to."""
    row = tx.execute(_STORE_OF, {"order": order}).first()
    return None if row is None else str(row.store_id)


def stores_with_open_orders(tx: Tx, profile: str) -> set[str]:
    """Stores where something of this profile waits to be collected."""
    return {row.store_id for row in tx.execute(_OPEN_STORES, {"profile": profile})}


def orders_of(tx: Tx, profile: str, limit: int) -> list[HeldOrder]:
    """A profile's orders, the newest first."""
    rows = tx.execute(_OF_PROFILE, {"profile": profile, "limit": limit}).all()
    by_store: dict[str, list[str]] = {}
    for row in rows:
        by_store.setdefault(row.store_id, []).append(row.order_id)
    held = {name: order for store, names in by_store.items() for name, order in get_orders(tx, store, names).items()}
    return [held[row.order_id] for row in rows]


def get_order(tx: Tx, store: str, order: str) -> HeldOrder | None:
    """One order."""
    return get_orders(tx, store, [order]).get(order)


def get_orders(tx: Tx, store: str, some: Iterable[str]) -> dict[str, HeldOrder]:
    """Those of these orders that this store has, oldest first."""
    wanted = sorted(set(some))
    if not wanted:
        return {}
    asked = {"store": store, "orders": wanted}
    lines, charges = _grouped(tx, _LINES, asked), _grouped(tx, _CHARGES, asked)
    boxes = get_parcels(tx, store, wanted)
    found = {}
    for row in tx.execute(_ORDERS, asked).all():
        name = row.order_id
        found[name] = _order(row, lines.get(name, []), charges.get(name, []), boxes.get(name, ()))
    return found


def save_pickup(tx: Tx, before: Pickup, after: Pickup) -> None:
    """Write what changed between the two; both are the same order."""
    save_pickups(tx, [(before, after)])


def save_pickups(tx: Tx, turned: Iterable[tuple[Pickup, Pickup]]) -> None:
    """The same for many orders, each as it was and as it is."""
    changed = [(before, after) for before, after in turned if after != before]
    change(tx, orders, [_state_row(after) for _, after in changed])
    change(tx, order_lines, [row for before, after in changed for row in _line_rows(before, after)])
    save_parcels(tx, changed)


def served_as(tx: Tx, store: str, order: str, seq: int) -> None:
    """Write down the number under which the order first stands on the store's feed; it never changes."""
    tx.execute(_FIRST_SEQ, {"store": store, "order": order, "seq": seq})


def ask_cancel(tx: Tx, store: str, order: str, ask: str) -> None:
    """Write down the ask that the hub has to answer."""
    tx.execute(_ASK, {"store": store, "order": order, "ask": ask})


def _grouped(tx: Tx, statement: Any, asked: Mapping[str, object]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in tx.execute(statement, asked):
        groups.setdefault(row.order_id, []).append(row)
    return groups


def _state_row(pickup: Pickup) -> dict[str, object]:
    marks = pickup.marks
    return {
        "store_id": pickup.store,
        "order_id": pickup.order_id,
        "state": pickup.state.value,
        "revision": pickup.revision,
        "promised_at_ms": pickup.promised_at_ms,
        "arrived_at_ms": marks.arrived_at_ms,
        "arrived_by": marks.arrived_by,
        "cancel_asked_at_ms": marks.cancel_asked_at_ms,
        "told_at_ms": marks.told_at_ms,
        "partly_handed_over": int(marks.partly_handed_over),
        "closed_reason": pickup.closed_reason,
        "closed_at_ms": pickup.closed_at_ms,
    }


def _line_rows(before: Pickup, after: Pickup) -> list[dict[str, object]]:
    key: dict[str, object] = {"store_id": after.store, "order_id": after.order_id}
    old = {line.line: line for line in before.lines}
    return [key | _line_state(line) for line in after.lines if line != old.get(line.line)]


def _line_row(line: PickupLine) -> dict[str, object]:
    return {"gtin": line.gtin, "qty": line.qty, "price_minor": line.price_minor} | _line_state(line)


def _line_state(line: PickupLine) -> dict[str, object]:
    reason = line.short_reason.value if line.short_reason else None
    return {"line": line.line, "picked_qty": line.picked_qty, "short_qty": line.short_qty, "short_reason": reason}


def _charge_row(place: int, charge: Charge) -> dict[str, object]:
    return {
        "charge": place,
        "code": charge.code,
        "text": charge.text,
        "qty": charge.qty,
        "price_minor": charge.price_minor,
    }


def _order(row: Any, lines: list[Any], charges: list[Any], boxes: tuple[Parcel, ...]) -> HeldOrder:
    marks = Marks(
        arrived_at_ms=row.arrived_at_ms,
        arrived_by=row.arrived_by,
        cancel_asked_at_ms=row.cancel_asked_at_ms,
        told_at_ms=row.told_at_ms,
        partly_handed_over=bool(row.partly_handed_over),
    )
    pickup = Pickup(
        order_id=row.order_id,
        store=row.store_id,
        store_number=row.store_number,
        display_code=row.display_code,
        revision=row.revision,
        state=OrderState(row.state),
        lines=tuple(_line(each) for each in lines),
        charges=tuple(Charge(code=c.code, text=c.text, qty=c.qty, price_minor=c.price_minor) for c in charges),
        parcels=boxes,
        marks=marks,
        currency=row.currency,
        total_minor=row.total_minor,
        amount_due_minor=row.amount_due_minor,
        placed_at_ms=row.placed_at_ms,
        promised_at_ms=row.promised_at_ms,
        closed_reason=row.closed_reason,
        closed_at_ms=row.closed_at_ms,
        guest=bool(row.guest),
    )
    owner = Owner(
        profile=row.profile_id,
        identity=row.identity_id,
        is_pickup=bool(row.pickup),
        first_seq=row.first_seq,
        cancel_ask=row.cancel_ask_id,
        asked_by=row.asked_by,
    )
    return HeldOrder(pickup=pickup, owner=owner)


def _line(row: Any) -> PickupLine:
    return PickupLine(
        line=row.line,
        gtin=row.gtin,
        qty=row.qty,
        price_minor=row.price_minor,
        picked_qty=row.picked_qty,
        short_qty=row.short_qty,
        short_reason=ShortReason(row.short_reason) if row.short_reason else None,
    )
