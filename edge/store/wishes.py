"""Wishes on their way: what a shopper asked here, until central has answered and the copy of her cart shows it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from edge.domain.cart import Answer, CartChange, CartReason, OrderWish, Outcome
from sync.db import Connection


class KeptWish(msgspec.Struct, frozen=True, kw_only=True):
    """A wish as this hub keeps it, with its answer once there is one."""

    wish: CartChange | OrderWish
    asked_at_ms: int
    answer: Answer | None
    answered_at_ms: int | None


_change = msgspec.json.Decoder(CartChange)
_order = msgspec.json.Decoder(OrderWish)

_COLUMNS = "wish_id, kind, body, asked_at_ms, outcome, reason, line, version, order_id, answered_at_ms"


def insert(conn: Connection, wish: CartChange | OrderWish, asked_at_ms: int) -> None:
    """Keep a wish beside the fact that carries it up."""
    kind = "change" if isinstance(wish, CartChange) else "order"
    conn.execute(
        "INSERT INTO wishes (wish_id, kind, cart, body, asked_at_ms) VALUES (?, ?, ?, ?, ?)",
        (wish.wish_id, kind, wish.cart, msgspec.json.encode(wish), asked_at_ms),
    )


def answer(conn: Connection, given: Answer, at_ms: int) -> bool:
    """Write central's answer beside its wish; False when this hub never asked it (it was another file's)."""
    changed = conn.execute(
        "UPDATE wishes SET outcome = ?, reason = ?, line = ?, version = ?, order_id = ?, answered_at_ms = ? "
        "WHERE wish_id = ? AND outcome IS NULL",
        (given.outcome, given.reason, given.line, given.version, given.order_id, at_ms, given.wish_id),
    )
    return bool(changed.rowcount)


def get(conn: Connection, wish_id: str) -> KeptWish | None:
    """One wish, or None."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM wishes WHERE wish_id = ?", (wish_id,)).fetchone()  # noqa: S608 - constants only
    return None if row is None else _wish(row)


def of_cart(conn: Connection, cart_id: str, *, copy_version: int, since_ms: int) -> list[KeptWish]:
    """The wishes on one cart in the order they were asked that a screen may have to show.

    Every unanswered one, those answered ahead of the copy of the cart (`copy_version`), and those answered from `since_ms` on.
    """
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM wishes "  # noqa: S608 - constants only
        "WHERE cart = ? AND (outcome IS NULL OR version > ? OR answered_at_ms >= ?) ORDER BY rowid",
        (cart_id, copy_version, since_ms),
    )
    return [_wish(row) for row in rows]


def unanswered_before(conn: Connection, before_ms: int) -> list[str]:
    """Wishes still open that central recorded before a moment: somebody should look why. One that is owed only waits."""
    rows = conn.execute(
        "SELECT w.wish_id FROM wishes w LEFT JOIN outbox_rows o ON o.event_id = w.wish_id AND o.born_here = 1 "
        "WHERE w.outcome IS NULL AND w.asked_at_ms < ?1 AND (o.event_id IS NULL OR o.settled_at_ms < ?1) "
        "ORDER BY w.rowid LIMIT 100",
        (before_ms,),
    )
    return [row[0] for row in rows]


def _wish(row: Sequence[Any]) -> KeptWish:
    wish_id, kind, body, asked_at_ms, outcome, reason, line, version, order_id, answered_at_ms = row
    given = None
    if outcome is not None:
        given = Answer(
            wish_id=wish_id,
            outcome=Outcome(outcome),
            reason=None if reason is None else CartReason(reason),
            version=version,
            line=line,
            order_id=order_id,
        )
    wish = _change.decode(body) if kind == "change" else _order.decode(body)
    return KeptWish(wish=wish, asked_at_ms=asked_at_ms, answer=given, answered_at_ms=answered_at_ms)
