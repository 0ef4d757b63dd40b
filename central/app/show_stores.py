"""Shows the stores: what each can promise now, and from a place the nearest that has what is wanted."""

from collections.abc import Sequence

import msgspec

from central.app.central import Central
from central.app.offer_promise import PromiseView, promise_view
from central.app.sellable import sellable
from central.store.database import Tx
from central.store.promises import HeardPromise, valid_promises
from central.store.stores import Store, all_stores
from edge.domain.hours import OpeningHours
from edge.domain.nearby import Location, distance_m


class StoreView(msgspec.Struct, frozen=True, kw_only=True):
    """A store as anybody may see it. `open_now` and `next_open_ms` follow from its hours.

    `promise` None: the store has not said lately when it could be ready, so an order is taken without a time.
    """

    store: str
    store_number: int
    gln: str
    name: dict[str, str]
    hours: OpeningHours
    currency: str
    timezone: str
    default_locale: str
    open_now: bool
    next_open_ms: int | None
    promise: PromiseView | None
    location: Location | None
    distance_m: int | None


class Stores(msgspec.Struct, frozen=True, kw_only=True):
    """Stores: all of them by code, or from a place the nearest first."""

    stores: tuple[StoreView, ...]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a store must have to be shown: a place to be near to, products, and whether it must be today."""

    near: Location | None = None
    gtins: Sequence[str] = ()
    same_day: bool = False


def show_stores(central: Central, wanted: Wanted) -> Stores:
    """Stores that have a unit of every product wanted and will open; those whose place nobody knows come last."""
    now_ms = central.now_ms()
    with central.books.reading() as tx:
        promises = valid_promises(tx, now_ms)
        known = [store for store in all_stores(tx) if _has(tx, store.store, wanted.gtins)]
        views = [_view(tx, store, promises.get(store.store), wanted.near, now_ms) for store in known]
    fits = [view for view in views if _fits(view, wanted)]
    return Stores(stores=tuple(fits if wanted.near is None else sorted(fits, key=_by_distance)))


def _has(tx: Tx, store: str, gtins: Sequence[str]) -> bool:
    return all(qty > 0 for qty in sellable(tx, store, gtins).values()) if gtins else True


def _fits(view: StoreView, wanted: Wanted) -> bool:
    if wanted.same_day and (view.promise is None or not view.promise.same_day):
        return False
    is_asked_for = wanted.near is not None or bool(wanted.gtins)
    return view.next_open_ms is not None or not is_asked_for


def _by_distance(view: StoreView) -> tuple[bool, int, str]:
    return (view.distance_m is None, view.distance_m or 0, view.store)


def _view(tx: Tx, store: Store, heard: HeardPromise | None, near: Location | None, now_ms: int) -> StoreView:
    return StoreView(
        store=store.store,
        store_number=store.store_number,
        gln=store.gln,
        name=store.name,
        hours=store.hours,
        currency=store.currency,
        timezone=store.timezone,
        default_locale=store.settings.default_locale,
        open_now=store.hours.is_open(now_ms),
        next_open_ms=store.hours.next_open_ms(now_ms),
        promise=promise_view(tx, store, heard, now_ms) if heard is not None else None,
        location=store.location,
        distance_m=distance_m(near, store.location) if near and store.location else None,
    )
