"""Deletes or empties rows by their age; which age is right for what is decided in `central.app.forget`."""

from sqlalchemy import text as sql

from central.store.database import Tx

AT_ONCE = 1_000
"""Most name cards in one run, so that a long pause ends in several short transactions."""

_CARDS = sql(
    "SELECT o.store_id, o.order_id FROM orders o JOIN feed_rows f ON f.store_id = o.store_id"
    " AND f.feed = 'people:' || o.store_id AND f.kind = 'name_card' AND f.key = o.order_id AND f.tombstone = 0"
    " WHERE o.closed_at_ms < :before_ms ORDER BY o.closed_at_ms LIMIT :limit"
)
_GUESTS = sql(
    "UPDATE guests SET name = '', phone = '' WHERE (name <> '' OR phone <> '') AND EXISTS (SELECT 1 FROM orders o"
    " WHERE o.store_id = guests.store_id AND o.order_id = guests.order_id AND o.closed_at_ms < :before_ms)"
)
_SIGHTINGS = sql("DELETE FROM seen_in_store WHERE at_ms < :before_ms RETURNING identity_id")
_PROOFS = sql("DELETE FROM proofs WHERE at_ms < :before_ms")
_ANSWERS = sql("DELETE FROM answers WHERE at_ms < :before_ms")
_MESSAGES = sql("DELETE FROM messages WHERE at_ms < :before_ms")


def name_cards_to_bury(tx: Tx, before_ms: int) -> list[tuple[str, str]]:
    """Store and order of name cards that still stand although their order was closed before then, the oldest first."""
    rows = tx.execute(_CARDS, {"before_ms": before_ms, "limit": AT_ONCE})
    return [(row.store_id, row.order_id) for row in rows]


def blank_guests(tx: Tx, before_ms: int) -> int:
    """Empty name and phone of guests whose order was closed before then."""
    return tx.execute(_GUESTS, {"before_ms": before_ms}).rowcount


def drop_sightings(tx: Tx, before_ms: int) -> set[str]:
    """Forget who was identified in which store before then; gives their identities."""
    return {row.identity_id for row in tx.execute(_SIGHTINGS, {"before_ms": before_ms})}


def drop_proofs(tx: Tx, before_ms: int) -> int:
    """Forget which proofs were seen before then."""
    return tx.execute(_PROOFS, {"before_ms": before_ms}).rowcount


def drop_answers(tx: Tx, before_ms: int) -> int:
    """Forget what was answered before then."""
    return tx.execute(_ANSWERS, {"before_ms": before_ms}).rowcount


def drop_messages(tx: Tx, before_ms: int) -> int:
    """Forget messages from before then."""
    return tx.execute(_MESSAGES, {"before_ms": before_ms}).rowcount
