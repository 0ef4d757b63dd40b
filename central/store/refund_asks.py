"""Refunds asked for goods nobody collected: one row per order and run, withdrawn when the run is taken back."""

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy import text as sql

from central.store.database import Tx
from central.store.schema_orders import refund_asks

_ASK = sql(
    "INSERT INTO refund_asks (store_id, order_id, run_id, amount_minor, currency, asked_at_ms)"
    " VALUES (:store, :order, :run, :amount, :currency, :now_ms) ON CONFLICT DO NOTHING"
)
_WITHDRAW = sql(
    "UPDATE refund_asks SET withdrawn_at_ms = COALESCE(withdrawn_at_ms, :now_ms)"
    " WHERE store_id = :store AND order_id = :order AND run_id = :run"
)
_OPEN = select(refund_asks).where(refund_asks.c.withdrawn_at_ms.is_(None))


class RefundAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What should be paid back for one order, and which run over the uncollected ones asked for it."""

    store: str
    order_id: str
    run_id: str
    amount_minor: int
    currency: str
    asked_at_ms: int


def ask_refund(tx: Tx, ask: RefundAsk) -> None:
    """Write it down; the same ask again changes nothing."""
    given = {
        "store": ask.store,
        "order": ask.order_id,
        "run": ask.run_id,
        "amount": ask.amount_minor,
        "currency": ask.currency,
        "now_ms": ask.asked_at_ms,
    }
    tx.execute(_ASK, given)


def withdraw_refund(tx: Tx, store: str, order: str, run: str, now_ms: int) -> None:
    """The run was taken back: its goods lie on the shelf again, so nothing is paid back for them."""
    tx.execute(_WITHDRAW, {"store": store, "order": order, "run": run, "now_ms": now_ms})


def open_refund_asks(tx: Tx, store: str, after: str, limit: int) -> list[RefundAsk]:
    """Asks that stand, by order, behind the order `after`."""
    mine = _OPEN.where(refund_asks.c.store_id == store, refund_asks.c.order_id > after)
    rows = tx.execute(mine.order_by(refund_asks.c.order_id, refund_asks.c.run_id).limit(limit))
    return [_ask(row) for row in rows]


def _ask(row: Any) -> RefundAsk:
    return RefundAsk(
        store=row.store_id,
        order_id=row.order_id,
        run_id=row.run_id,
        amount_minor=row.amount_minor,
        currency=row.currency,
        asked_at_ms=row.asked_at_ms,
    )
