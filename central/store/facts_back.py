"""Reads the ledger of a store back, origin after origin, for the hub that once sent it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import text as sql

from central.store.database import Tx
from sync.envelope import Origin
from sync.facts_back import name_of

# Origin by origin, in the order they were first heard of: a page ends inside one, so a mark never passes over a row, and
# what an older history did comes before what a younger one made of it.
_ORIGINS = sql(
    "SELECT node, epoch, lane, mark FROM origins WHERE store_id = :store AND lane < 2 AND mark > 0"
    " ORDER BY first_at_ms, node, epoch, lane"
)
_AFTER = sql(
    "SELECT received_at_ms, kind, subject, envelope FROM ledger"
    " WHERE store_id = :store AND node = :node AND epoch = :epoch AND lane = :lane AND sequence > :after"
    " AND (received_at_ms >= :since_ms OR subject IN"
    " (SELECT order_id FROM orders WHERE store_id = :store AND closed_at_ms IS NULL))"
    " ORDER BY sequence LIMIT :limit"
)


class KeptFact(Struct, frozen=True, kw_only=True):
    """One row of the ledger."""

    origin: Origin
    received_at_ms: int
    kind: str
    subject: str
    envelope: bytes


def marks_of(tx: Tx, store: str) -> list[tuple[Origin, int]]:
    """How far every origin of this store has come in lanes 0 and 1, the oldest first."""
    return [(_origin(store, row), int(row.mark)) for row in tx.execute(_ORIGINS, {"store": store})]


def facts_after(tx: Tx, store: str, after: Mapping[str, int], *, since_ms: int, limit: int) -> list[KeptFact]:
    """At most `limit` facts after these marks, received from `since_ms` on or about an order that is still open."""
    found: list[KeptFact] = []
    for origin, mark in marks_of(tx, store):
        held = after.get(name_of(origin), 0)
        if mark <= held or len(found) >= limit:
            continue
        asked = {"store": store, "node": origin.node, "epoch": origin.epoch, "lane": origin.lane, "after": held}
        rows = tx.execute(_AFTER, asked | {"since_ms": since_ms, "limit": limit - len(found)})
        found += [
            KeptFact(
                origin=origin,
                received_at_ms=row.received_at_ms,
                kind=row.kind,
                subject=row.subject,
                envelope=row.envelope,
            )
            for row in rows
        ]
    return found


def _origin(store: str, row: Any) -> Origin:
    return Origin(store=store, node=row.node, epoch=row.epoch, lane=row.lane)
