"""Take over the list of all open orders, when central no longer holds the changes after our place in the store's feed.

An order this hub never heard of is inserted, as from any page. One that is here keeps the state it has here and takes
only what central asks about it: this store owns it. One that is open here and missing from the list is looked at by a
person; nothing here is ever deleted because central does not name it.
"""

from functools import partial

from edge.app import apply_owned
from edge.app.accept_order import accept_waiting
from edge.app.act import Tx, in_one_transaction
from edge.app.apply_changes import take_row
from edge.app.hub import Hub
from edge.store import incidents, pickups
from sync import applied, cursor
from sync.feed import Page

MISSING = "order_missing_at_central"
"""The incident's name; its subject is the order."""


def apply_open_orders(hub: Hub, page: Page) -> int:
    """Apply the whole list and the cursor behind it in one transaction; gives how many orders were new here."""
    new = in_one_transaction(hub, lambda tx: _apply(tx, page))
    hub.pulled.at_ms = hub.clock.now_ms()
    accept_waiting(hub)
    return new


def _apply(tx: Tx, page: Page) -> int:
    before = pickups.open_ids(tx.conn)
    for row in page.rows:
        take_row(tx.conn, row, partial(apply_owned.apply, tx), tx.now_ms)
    listed = {row.key for row in page.rows if row.kind == "order"}
    for order_id in sorted(before - listed):
        detail = "open here, but not on central's list of open orders"
        incidents.raise_one(tx.conn, kind=MISSING, subject=order_id, detail=detail, now_ms=tx.now_ms)
    for feed in page.cursor:
        applied.clear(tx.conn, feed)
    applied.note(tx.conn, page.rows)
    cursor.save(tx.conn, page.cursor)
    return len(pickups.open_ids(tx.conn) - before)
