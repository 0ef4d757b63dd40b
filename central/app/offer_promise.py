"""Says what a store can promise right now, on the store's own word: without a valid one it is offered without a time."""

import msgspec

from central.app.central import Central
from central.store.database import Tx
from central.store.promises import HeardPromise, hear_promise, valid_promise, waiting_units
from central.store.stores import Store
from edge.domain.facts import StorePromise
from edge.domain.promise import VALID_MS, behind, is_same_day


class PromiseView(msgspec.Struct, frozen=True, kw_only=True):
    """When an order placed now is ready, whether that is the store's own today, and until when this counts."""

    next_free_ms: int
    same_day: bool
    valid_until_ms: int


def take_promise(central: Central, tx: Tx, store: str, fact: StorePromise) -> None:
    """Keep a store's word. One whose clock runs ahead counts no longer than a right one would."""
    now_ms = central.now_ms()
    heard = HeardPromise(
        store=store,
        next_free_ms=fact.next_free_ms,
        same_day_until_ms=fact.same_day_until_ms,
        valid_until_ms=min(fact.valid_until_ms, now_ms + VALID_MS),
        capacity_per_h=fact.capacity_per_h,
    )
    hear_promise(tx, heard, now_ms)


def promise_now(tx: Tx, store: Store, now_ms: int) -> PromiseView | None:
    """What this store can promise to an order placed now; None: its word is void, or it never gave one."""
    heard = valid_promise(tx, store.store, now_ms)
    return None if heard is None else promise_view(tx, store, heard, now_ms)


def is_today(tx: Tx, store: Store, now_ms: int) -> bool:
    """Whether an order placed there now is promised for the store's own today; without a valid word it is not."""
    promised = promise_now(tx, store, now_ms)
    return promised is not None and promised.same_day


def promise_view(tx: Tx, store: Store, heard: HeardPromise, now_ms: int) -> PromiseView | None:
    """The same from a word that was read already; orders the store has not answered stand before the next."""
    units = waiting_units(tx, store.store)
    free_ms = behind(store.hours, heard.next_free_ms, capacity_per_h=heard.capacity_per_h, units=units)
    if free_ms is None or free_ms < now_ms:
        return None
    in_time = heard.same_day_until_ms is not None and now_ms <= heard.same_day_until_ms
    return PromiseView(
        next_free_ms=free_ms,
        same_day=in_time and is_same_day(store.hours, now_ms, free_ms),
        valid_until_ms=heard.valid_until_ms,
    )
