"""When an order will be ready: the store's hours and terms, what is in its queue, and the pace of its last hours."""

from edge.app.act import Tx
from edge.app.store_config import opening_hours, read_store
from edge.domain.pickup import Pickup, units_to_reserve
from edge.domain.promise import Terms, capacity_per_h, pace_of, promise, ready_by
from edge.domain.truth import StoreDown
from edge.store import measures
from sync.db import Connection

PACE_MS = 8 * 3_600_000
"""The last hours: since this shop opened today, roughly."""
MINUTE_MS = 60_000


class Promising:
    """Promises to orders that are accepted in one transaction: each stands behind those before it."""

    def __init__(self, tx: Tx) -> None:
        store = read_store(tx.conn) if tx.at.confirmed else None
        self._now_ms = tx.now_ms
        self._terms = read_terms(tx.conn, store, tx.now_ms) if store is not None else None
        self._queued = measures.queued_units(tx.conn) if self._terms is not None else 0

    def take(self, pickup: Pickup) -> int | None:
        """The promise of this order, which is in the queue from now on; None while the time is not known.

        One it was given when it was placed stands, unless the shop already sees that it will be missed.
        """
        if self._terms is None:
            return None
        self._queued += sum(units_to_reserve(pickup).values())
        given_ms = pickup.promised_at_ms
        if given_ms is not None:
            expected_ms = ready_by(self._terms, self._now_ms, self._queued)
            if expected_ms is None or expected_ms <= given_ms:
                return given_ms
        return promise(self._terms, self._now_ms, self._queued)


def read_terms(conn: Connection, store: StoreDown, now_ms: int) -> Terms:
    """What the store promises by, its capacity as measured."""
    settings = store.settings
    pace = pace_of(measures.pace_between(conn, now_ms - PACE_MS, now_ms))
    return Terms(
        hours=opening_hours(store),
        prep_ms=settings.prep_minutes * MINUTE_MS,
        cut_off_min=settings.cut_off_min,
        capacity_per_h=capacity_per_h(settings.picks_per_hour, pace),
    )
