"""Keeps promises true: what this store can promise next is published, and what it would miss is promised anew before that.

Nothing is promised, published or reminded of while time is unconfirmed, while the hub is recovering, or once another hub
has its place.
"""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.app.move_pickup import move
from edge.app.promise import read_terms
from edge.app.remind import remind
from edge.app.standing import refuse_if_superseded
from edge.app.store_config import read_store
from edge.domain.facts import PickupPromised, PromiseWhy, StorePromise
from edge.domain.pickup import Pickup, decide_promise, found_of
from edge.domain.promise import VALID_MS, NextPromise, next_promise, renewed
from edge.store import measures, pickups
from sync.db import Connection
from sync.link import LinkState

NEXT_UNITS = 3
"""What the next order is taken to be: as many pieces as most are."""
RENEW_MS = 5 * 60_000
"""A published promise is published again so long before it is void, so that a slow line leaves no gap."""
MOVED_MS = 15 * 60_000
"""How far the next free promise must have moved to be published before it is due."""


class Promised(msgspec.Struct):
    """What this hub published last since it started."""

    next_free_ms: int = 0
    is_same_day: bool = False
    valid_until_ms: int = 0


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What one look led to: orders promised anew, shoppers reminded, whether the next promise was published."""

    renewed: int = 0
    reminded: int = 0
    published: bool = False


def keep_promises(hub: Hub, last: Promised) -> Kept:
    """Look once; `last` is what was published last, and is brought up to date. The loop comes again every half minute."""
    with hub.state.reading() as conn:
        if not _may(hub, conn):
            return Kept()
        due = _due(hub, conn)
    count = in_one_transaction(hub, lambda tx: _renew(tx, due)) if due else 0
    return Kept(renewed=count, reminded=remind(hub), published=_publish(hub, last))


def read_next(hub: Hub) -> NextPromise | None:
    """What this store could promise to an order that came now; None while it can promise nothing."""
    now_ms = hub.clock.now_ms()
    with hub.state.reading() as conn:
        store = read_store(conn)
        if store is None or not _may(hub, conn):
            return None
        terms, units = read_terms(conn, store, now_ms), measures.queued_units(conn) + NEXT_UNITS
    return next_promise(terms, now_ms, units)


def _may(hub: Hub, conn: Connection) -> bool:
    ours = refuse_if_superseded(conn) is None and not recovering.is_recovering(conn)
    return hub.clock.confirmed() and ours and read_store(conn) is not None


def _due(hub: Hub, conn: Connection) -> dict[str, int]:
    """Orders whose promise will be missed, with the new one; each order waits for those promised before it."""
    store, now_ms = read_store(conn), hub.clock.now_ms()
    if store is None:
        return {}
    terms, units, due = read_terms(conn, store, now_ms), 0, {}
    for order_id, to_pick, promised_ms in measures.in_hand(conn):
        units += to_pick
        later_ms = renewed(terms, now_ms, units, promised_ms) if promised_ms is not None else None
        if later_ms is not None:
            due[order_id] = later_ms
    return due


def _renew(tx: Tx, due: dict[str, int]) -> int:
    """Say it, each order for itself; what was staged or closed in between keeps its promise."""
    return sum(_promise_anew(tx, pickup, due[pickup.order_id]) for pickup in pickups.get_many(tx.conn, list(due)))


def _promise_anew(tx: Tx, pickup: Pickup, promised_ms: int) -> bool:
    if decide_promise(pickup) is not None:
        return False
    fact = PickupPromised(
        actor=tx.hub.actor,
        at=tx.at,
        order=pickup.order_id,
        promised_at_ms=promised_ms,
        was_ms=pickup.promised_at_ms,
        why=PromiseWhy.repromised,
        found=found_of(pickup),
    )
    move(tx, pickup, fact, tx.hub.new_id())
    return True


def _publish(hub: Hub, last: Promised) -> bool:
    """Publish while central can hear it; what it cannot hear in time would be void when it arrives."""
    now_ms, following = hub.clock.now_ms(), read_next(hub)
    if hub.link.state is not LinkState.UP or following is None or not _is_news(last, following, now_ms):
        return False
    in_one_transaction(hub, lambda tx: _owe(tx, following))
    last.next_free_ms, last.is_same_day = following.next_free_ms, following.same_day_until_ms is not None
    last.valid_until_ms = now_ms + VALID_MS
    return True


def _is_news(last: Promised, following: NextPromise, now_ms: int) -> bool:
    return (
        last.valid_until_ms - now_ms <= RENEW_MS
        or abs(following.next_free_ms - last.next_free_ms) > MOVED_MS
        or (following.same_day_until_ms is not None) is not last.is_same_day
    )


def _owe(tx: Tx, following: NextPromise) -> None:
    fact = StorePromise(
        actor=tx.hub.actor,
        at=tx.at,
        next_free_ms=following.next_free_ms,
        same_day_until_ms=following.same_day_until_ms,
        valid_until_ms=tx.now_ms + VALID_MS,
        capacity_per_h=following.capacity_per_h,
    )
    tx.owe(fact, tx.hub.new_id())
