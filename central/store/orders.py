"""Orders and central's book of pickups: whole pickups are read, changed by the domain's rules, and only what changed is written."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Tx, add, change
from central.store.order_parts import get_charges, get_lines, get_past, get_questions, line_row, save_parts
from central.store.parcels import get_parcels, save_parcels
from central.store.schema_orders import order_charges, order_lines, orders
from edge.domain.pickup import Charge, IfShort, Marks, OrderState, Pickup

_ORDERS = sql(
    "SELECT * FROM orders WHERE store_id = :store AND order_id IN :orders ORDER BY placed_at_ms, order_id"
).bindparams(bindparam("orders", expanding=True))
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
    add(tx, order_lines, [key | line_row(line) for line in pickup.lines])
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
    lines, charges = get_lines(tx, store, wanted), get_charges(tx, store, wanted)
    boxes, questions = get_parcels(tx, store, wanted), get_questions(tx, store, wanted)
    past = get_past(tx, store, wanted)
    found = {}
    for row in tx.execute(_ORDERS, {"store": store, "orders": wanted}).all():
        name = row.order_id
        pickup = replace(
            _pickup(row),
            lines=lines.get(name, ()),
            charges=charges.get(name, ()),
            parcels=boxes.get(name, ()),
            questions=questions.get(name, ()),
            undone=past.get((name, "undone"), ()),
            heard=past.get((name, "heard"), ()),
        )
        found[name] = HeldOrder(pickup=pickup, owner=_owner(row))
    return found


def save_pickup(tx: Tx, before: Pickup, after: Pickup) -> None:
    """Write what changed between the two; both are the same order."""
    save_pickups(tx, [(before, after)])


def save_pickups(tx: Tx, turned: Iterable[tuple[Pickup, Pickup]]) -> None:
    """The same for many orders, each as it was and as it is."""
    changed = [(before, after) for before, after in turned if after != before]
    change(tx, orders, [_state_row(after) for _, after in changed])
    save_parts(tx, changed)
    save_parcels(tx, changed)


def served_as(tx: Tx, store: str, order: str, seq: int) -> None:
    """Write down the number under which the order first stands on the store's feed; it never changes."""
    tx.execute(_FIRST_SEQ, {"store": store, "order": order, "seq": seq})


def ask_cancel(tx: Tx, store: str, order: str, ask: str) -> None:
    """Write down the ask that the hub has to answer."""
    tx.execute(_ASK, {"store": store, "order": order, "ask": ask})


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
        "if_short": pickup.if_short.value,
        "extended_until_ms": pickup.extended_until_ms,
        "reminded_at_ms": marks.reminded_at_ms,
    }


def _charge_row(place: int, charge: Charge) -> dict[str, object]:
    return {
        "charge": place,
        "code": charge.code,
        "text": charge.text,
        "qty": charge.qty,
        "price_minor": charge.price_minor,
    }


def _pickup(row: Any) -> Pickup:
    marks = Marks(
        arrived_at_ms=row.arrived_at_ms,
        arrived_by=row.arrived_by,
        cancel_asked_at_ms=row.cancel_asked_at_ms,
        told_at_ms=row.told_at_ms,
        reminded_at_ms=row.reminded_at_ms,
        partly_handed_over=bool(row.partly_handed_over),
    )
    return Pickup(
        order_id=row.order_id,
        store=row.store_id,
        store_number=row.store_number,
        display_code=row.display_code,
        revision=row.revision,
        state=OrderState(row.state),
        lines=(),
        marks=marks,
        currency=row.currency,
        total_minor=row.total_minor,
        amount_due_minor=row.amount_due_minor,
        placed_at_ms=row.placed_at_ms,
        promised_at_ms=row.promised_at_ms,
        closed_reason=row.closed_reason,
        closed_at_ms=row.closed_at_ms,
        guest=bool(row.guest),
        if_short=IfShort(row.if_short) if row.if_short else IfShort.refund,
        extended_until_ms=row.extended_until_ms,
    )


def _owner(row: Any) -> Owner:
    return Owner(
        profile=row.profile_id,
        identity=row.identity_id,
        is_pickup=bool(row.pickup),
        first_seq=row.first_seq,
        cancel_ask=row.cancel_ask_id,
        asked_by=row.asked_by,
    )
