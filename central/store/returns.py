"""Return documents, and how much of an order came back already."""

from collections.abc import Iterable

from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Tx, add
from central.store.schema_orders import return_charges, return_lines, returns
from edge.domain.facts import ReturnRecorded

_KNOWN = sql("SELECT 1 FROM returns WHERE store_id = :store AND return_id = :return")
_BACK = sql(
    "SELECT order_id, line, SUM(qty) AS qty FROM return_lines WHERE store_id = :store AND order_id IN :orders GROUP BY order_id, line"
).bindparams(bindparam("orders", expanding=True))


def add_return(tx: Tx, store: str, fact: ReturnRecorded, event: str, at_ms: int) -> bool:
    """Write down a return document; False when one of that id is there already, which nothing may change."""
    if tx.execute(_KNOWN, {"store": store, "return": fact.return_id}).first() is not None:
        return False
    key: dict[str, object] = {"store_id": store, "return_id": fact.return_id}
    row = key | {
        "event_id": event,
        "at_ms": at_ms,
        "refund_minor": fact.refund_minor,
        "refund_asked": int(fact.refund_asked),
        "note": fact.note,
        "actor": fact.actor,
    }
    lines = [
        key
        | {
            "place": place,
            "order_id": line.order,
            "line": line.line,
            "gtin": line.gtin,
            "qty": line.qty,
            "amount_minor": line.amount_minor,
            "condition": line.condition.value,
        }
        for place, line in enumerate(fact.lines, start=1)
    ]
    charges = [
        key | {"place": place, "code": charge.code, "amount_minor": charge.amount_minor}
        for place, charge in enumerate(fact.charges, start=1)
    ]
    add(tx, returns, [row])
    add(tx, return_lines, lines)
    add(tx, return_charges, charges)
    return True


def returned_units(tx: Tx, store: str, some: Iterable[str]) -> dict[tuple[str, int], int]:
    """Units that came back so far per (order, line) of these orders."""
    wanted = sorted(set(some))
    rows = tx.execute(_BACK, {"store": store, "orders": wanted}) if wanted else ()
    return {(row.order_id, row.line): int(row.qty) for row in rows}
