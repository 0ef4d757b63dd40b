"""Shows head office its stores: when each was last heard, what it owes, and what a person should look at."""

import msgspec

from central.app.central import Central
from central.store.database import Tx
from central.store.incidents import Incident, open_ones
from central.store.overview import HubHeard, hubs_of, open_orders
from central.store.review import ToReview, newest_to_review, review_counts
from central.store.stores import Store, all_stores

REVIEW_SHOWN = 20


class StoreAtGlance(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the page of stores. `heard_at_ms` None: its hub never spoke (or there is none)."""

    store: str
    name: dict[str, str]
    timezone: str
    hubs: tuple[HubHeard, ...]
    heard_at_ms: int | None
    owed: int
    open_orders: int
    flagged: int
    unreadable: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The page of stores."""

    now_ms: int
    stores: tuple[StoreAtGlance, ...]
    incidents: tuple[Incident, ...]
    to_review: tuple[ToReview, ...]


def oversee(central: Central) -> Overview:
    """Every store as central last heard of it, and the newest facts to look at."""
    with central.books.reading() as tx:
        stores = tuple(_glance(tx, store) for store in all_stores(tx))
        to_review = tuple(newest_to_review(tx, REVIEW_SHOWN))
        incidents = tuple(open_ones(tx, REVIEW_SHOWN))
    return Overview(now_ms=central.now_ms(), stores=stores, incidents=incidents, to_review=to_review)


def _glance(tx: Tx, store: Store) -> StoreAtGlance:
    hubs = tuple(hubs_of(tx, store.store))
    counts = review_counts(tx, store.store)
    return StoreAtGlance(
        store=store.store,
        name=store.name,
        timezone=store.timezone,
        hubs=hubs,
        heard_at_ms=max((hub.heard_at_ms for hub in hubs if hub.heard_at_ms is not None), default=None),
        owed=sum(hub.owed_in_all for hub in hubs),
        open_orders=open_orders(tx, store.store),
        flagged=counts.get("flagged", 0),
        unreadable=counts.get("unreadable", 0),
    )
