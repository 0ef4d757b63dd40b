"""What each store last said it can promise: one row per store, replaced by the newest word."""

from typing import Any

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema import store_promises

_ALL = sql("SELECT * FROM store_promises WHERE valid_until_ms > :now_ms")
_ONE = sql("SELECT * FROM store_promises WHERE store_id = :store AND valid_until_ms > :now_ms")
_UNTIL = sql("SELECT valid_until_ms FROM store_promises WHERE store_id = :store")
# Units of orders the shop has not answered: it did not know of them when it said what it can promise.
_WAITING = sql(
    "SELECT COALESCE(SUM(l.qty), 0) FROM orders o JOIN order_lines l ON l.store_id = o.store_id AND l.order_id = o.order_id"
    " WHERE o.store_id = :store AND o.state = 'placed' AND o.pickup = 1"
)


class HeardPromise(msgspec.Struct, frozen=True, kw_only=True):
    """A store's word: when its next order is ready, until when that is still today, and how long the word counts."""

    store: str
    next_free_ms: int
    same_day_until_ms: int | None
    valid_until_ms: int
    capacity_per_h: int


def hear_promise(tx: Tx, heard: HeardPromise, now_ms: int) -> bool:
    """Keep it, unless a newer word is known; False when it was older."""
    known = tx.execute(_UNTIL, {"store": heard.store}).scalar_one_or_none()
    if known is not None and known >= heard.valid_until_ms:
        return False
    row = {
        "store_id": heard.store,
        "next_free_ms": heard.next_free_ms,
        "same_day_until_ms": heard.same_day_until_ms,
        "valid_until_ms": heard.valid_until_ms,
        "capacity_per_h": heard.capacity_per_h,
        "heard_at_ms": now_ms,
    }
    put(tx, store_promises, [row])
    return True


def valid_promise(tx: Tx, store: str, now_ms: int) -> HeardPromise | None:
    """What that store can promise, None when its word is void or it never gave one."""
    row = tx.execute(_ONE, {"store": store, "now_ms": now_ms}).one_or_none()
    return None if row is None else _promise(row)


def valid_promises(tx: Tx, now_ms: int) -> dict[str, HeardPromise]:
    """Every store whose word counts now."""
    return {row.store_id: _promise(row) for row in tx.execute(_ALL, {"now_ms": now_ms})}


def waiting_units(tx: Tx, store: str) -> int:
    """Units of orders of this store that it has neither accepted nor declined."""
    return int(tx.execute(_WAITING, {"store": store}).scalar_one())


def _promise(row: Any) -> HeardPromise:
    return HeardPromise(
        store=row.store_id,
        next_free_ms=row.next_free_ms,
        same_day_until_ms=row.same_day_until_ms,
        valid_until_ms=row.valid_until_ms,
        capacity_per_h=row.capacity_per_h,
    )
