"""Sums over a store's books; docs/tables_central.md shows the same statements for anybody with a copy of the file."""

from sqlalchemy import TextClause
from sqlalchemy import text as sql

from central.store.database import Tx

_LINES = "FROM order_lines l WHERE l.store_id = :store"
_CHARGES = "FROM order_charges c WHERE c.store_id = :store"
_PICKUP_CHARGES = (
    "FROM order_charges c JOIN orders o ON o.store_id = c.store_id AND o.order_id = c.order_id"
    " WHERE c.store_id = :store AND o.pickup = 1"
)

_ORDERS = sql(
    f"""
SELECT
  (SELECT COUNT(*) FROM orders WHERE store_id = :store) AS sale_orders,
  (SELECT COUNT(*) {_LINES}) + (SELECT COUNT(*) {_CHARGES}) AS sale_lines,
  (SELECT COALESCE(SUM(l.qty), 0) {_LINES}) + (SELECT COALESCE(SUM(c.qty), 0) {_CHARGES}) AS sale_units,
  (SELECT COALESCE(SUM(l.qty * l.price_minor), 0) {_LINES})
    + (SELECT COALESCE(SUM(c.qty * c.price_minor), 0) {_CHARGES}) AS gross_minor,
  (SELECT COUNT(*) FROM orders WHERE store_id = :store AND pickup = 1) AS pickups,
  (SELECT COUNT(*) FROM orders WHERE store_id = :store AND state = 'handed_over') AS handed_over,
  (SELECT COUNT(*) {_LINES}) AS product_lines,
  (SELECT COALESCE(SUM(l.qty), 0) {_LINES}) AS product_units,
  (SELECT COALESCE(SUM(l.qty * l.price_minor), 0) {_LINES}) AS product_minor,
  (SELECT COALESCE(SUM(l.qty * l.price_minor), 0) {_LINES})
    + (SELECT COALESCE(SUM(c.qty * c.price_minor), 0) {_PICKUP_CHARGES}) AS pickup_gross_minor
"""  # noqa: S608 - text of our own
)
_RETURNS = sql(
    """
SELECT
  (SELECT COUNT(*) FROM returns WHERE store_id = :store) AS return_documents,
  (SELECT COUNT(*) FROM return_lines WHERE store_id = :store AND order_id IS NOT NULL) AS return_lines_linked,
  (SELECT COUNT(*) FROM return_lines WHERE store_id = :store AND order_id IS NULL) AS return_lines_without_order,
  (SELECT COALESCE(SUM(qty), 0) FROM return_lines WHERE store_id = :store) AS return_units,
  (SELECT COUNT(*) FROM return_charges WHERE store_id = :store) AS refund_charge_lines,
  (SELECT COALESCE(SUM(refund_minor), 0) FROM returns WHERE store_id = :store) AS refund_minor
"""
)
_LEDGER = sql(
    """
SELECT
  COUNT(*) AS facts,
  COALESCE(SUM(CASE WHEN verdict = 'flagged' THEN 1 ELSE 0 END), 0) AS flagged,
  COALESCE(SUM(CASE WHEN verdict = 'unreadable' THEN 1 ELSE 0 END), 0) AS unreadable
FROM ledger WHERE store_id = :store
"""
)


def count_orders(tx: Tx, store: str) -> dict[str, int]:
    """Orders, their lines, charges, units and money."""
    return _sums(tx, _ORDERS, store)


def count_returns(tx: Tx, store: str) -> dict[str, int]:
    """Return documents, their lines by whether an order is named, and what was refunded."""
    return _sums(tx, _RETURNS, store)


def count_ledger(tx: Tx, store: str) -> dict[str, int]:
    """Facts, and how many of them a person should look at."""
    return _sums(tx, _LEDGER, store)


def _sums(tx: Tx, statement: TextClause, store: str) -> dict[str, int]:
    row = tx.execute(statement, {"store": store}).mappings().one()
    return {name: int(value) for name, value in row.items()}
