"""Heads of the stores' journals as central countersigned them: the proof that a row was there, with that hash."""

from typing import Any

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema_hubs import journal_heads
from edge.domain.audit import Head
from edge.domain.truth import JournalSeen

_NEWEST = sql("SELECT * FROM journal_heads WHERE store_id = :store ORDER BY segment DESC, number DESC LIMIT 1")
_ALL = sql("SELECT * FROM journal_heads WHERE store_id = :store ORDER BY segment, number")
_SAME_DAY = sql(
    "DELETE FROM journal_heads WHERE store_id = :store AND segment = :segment AND number < :number"
    " AND seen_at_ms >= :midnight_ms"
)
_OLD = sql("DELETE FROM journal_heads WHERE seen_at_ms < :before_ms")

DAY_MS = 86_400_000


def put_head(tx: Tx, seen: JournalSeen) -> None:
    """Keep a countersigned head; of one UTC day and segment the last stays, for it covers all before it."""
    head = seen.head
    row = {
        "store_id": head.store,
        "segment": head.segment,
        "number": head.number,
        "head": msgspec.json.encode(head),
        "public_key": seen.public_key,
        "signature": seen.signature,
        "seen_at_ms": seen.seen_at_ms,
        "seen_signature": seen.seen_signature,
    }
    put(tx, journal_heads, [row])
    place = {"store": head.store, "segment": head.segment, "number": head.number}
    tx.execute(_SAME_DAY, place | {"midnight_ms": seen.seen_at_ms - seen.seen_at_ms % DAY_MS})


def newest_head(tx: Tx, store: str) -> JournalSeen | None:
    """The last head of a store that was countersigned."""
    row = tx.execute(_NEWEST, {"store": store}).first()
    return None if row is None else _seen(row)


def heads_of(tx: Tx, store: str) -> list[JournalSeen]:
    """Every head of a store that is kept, the oldest first."""
    return [_seen(row) for row in tx.execute(_ALL, {"store": store})]


def drop_heads(tx: Tx, before_ms: int) -> int:
    """Forget heads countersigned before then."""
    return tx.execute(_OLD, {"before_ms": before_ms}).rowcount


def _seen(row: Any) -> JournalSeen:
    return JournalSeen(
        head=msgspec.json.decode(row.head, type=Head),
        public_key=row.public_key,
        signature=row.signature,
        seen_at_ms=row.seen_at_ms,
        seen_signature=row.seen_signature,
    )
