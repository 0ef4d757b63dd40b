"""What the stopped books say: plain SQL over central's and the hub's own files, nothing computed by the play.

docs/tables.md names the tables, so that anyone can count with another program.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from edge.tools.replay.acts import Acts, Book
from edge.tools.replay.report import CentralTotals, Harm, HubTotals
from sync.db import Connection, Database

CENTRAL_TOTALS = """
SELECT
  (SELECT COUNT(*) FROM orders) AS sale_orders,
  (SELECT COUNT(*) FROM order_lines) + (SELECT COUNT(*) FROM order_charges) AS sale_lines,
  (SELECT COALESCE(SUM(qty), 0) FROM order_lines) + (SELECT COALESCE(SUM(qty), 0) FROM order_charges) AS sale_units,
  (SELECT COALESCE(SUM(qty * price_minor), 0) FROM order_lines)
    + (SELECT COALESCE(SUM(qty * price_minor), 0) FROM order_charges) AS gross_minor,
  (SELECT COUNT(*) FROM returns) AS cancellation_invoices,
  (SELECT COUNT(*) FROM return_lines) + (SELECT COUNT(*) FROM return_charges) AS cancellation_lines,
  (SELECT COUNT(*) FROM return_lines WHERE order_id IS NOT NULL) AS return_lines_linked,
  (SELECT COUNT(*) FROM return_lines WHERE order_id IS NULL) AS return_lines_without_order,
  (SELECT COUNT(*) FROM return_charges) AS refund_charge_lines,
  (SELECT COALESCE(SUM(amount_minor), 0) FROM return_lines)
    + (SELECT COALESCE(SUM(amount_minor), 0) FROM return_charges) AS refund_minor,
  (SELECT COUNT(*) FROM orders WHERE pickup = 1) AS pickups,
  (SELECT COUNT(*) FROM orders WHERE state = 'handed_over') AS handed_over
"""

HUB_TOTALS = """
SELECT
  (SELECT COUNT(*) FROM pickups) AS pickups,
  (SELECT COUNT(*) FROM pickups WHERE state = 'handed_over') AS handed_over,
  (SELECT COUNT(*) FROM pickup_lines) AS product_lines,
  (SELECT COALESCE(SUM(qty), 0) FROM pickup_lines) AS product_units,
  (SELECT COALESCE(SUM(qty * price_minor), 0) FROM pickup_lines)
    + (SELECT COALESCE(SUM(qty * price_minor), 0) FROM pickup_charges) AS gross_minor,
  (SELECT COUNT(*) FROM return_lines WHERE order_id IS NOT NULL) AS return_lines_linked,
  (SELECT COUNT(*) FROM return_lines WHERE order_id IS NULL) AS return_lines_without_order,
  (SELECT COALESCE(SUM(refund_minor), 0) FROM returns) AS refund_minor
"""

HANDED_OVER = "SELECT envelope FROM ledger WHERE kind = 'pickup.handed_over' AND verdict <> 'unreadable'"

RETURNED_TOO_OFTEN = """
SELECT COUNT(*) FROM (
  SELECT l.order_id, l.line FROM return_lines l WHERE l.order_id IS NOT NULL GROUP BY l.order_id, l.line
  HAVING SUM(l.qty) > (SELECT o.qty FROM order_lines o WHERE o.order_id = l.order_id AND o.line = l.line)
)
"""

GRANTED_TWICE = """
SELECT COUNT(*) - COUNT(DISTINCT order_id) FROM wishes WHERE kind = 'order.asked' AND outcome = 'granted'
"""

OWED = "SELECT COUNT(*) FROM outbox_rows WHERE settled_at_ms IS NULL"


class _Data(msgspec.Struct):
    order: str
    parcels: tuple[int, ...]


class _Envelope(msgspec.Struct):
    data: _Data


class Books:
    """The files of a world that stands still."""

    def __init__(self, folder: Path) -> None:
        self._central = Database(folder / "central" / "central.db")
        self._hub = Database(folder / "hub" / "state.db")
        self._kiosk = Database(folder / "kiosk" / "state.db")

    def central_totals(self) -> CentralTotals:
        """The week as central's book states it."""
        with self._central.reading() as conn:
            return msgspec.convert(dict(conn.execute(CENTRAL_TOTALS).fetchone()), CentralTotals)

    def hub_totals(self) -> HubTotals:
        """The week as the hub's book states it."""
        with self._hub.reading() as conn:
            return msgspec.convert(dict(conn.execute(HUB_TOTALS).fetchone()), HubTotals)

    def harm(self, acts: Acts) -> Harm:
        """Everything that must be nothing."""
        with self._central.reading() as central, self._hub.reading() as hub, self._kiosk.reading() as kiosk:
            ledger = [row[0] for row in central.execute("SELECT event_id FROM ledger")]
            return Harm(
                facts_owed=sum(conn.execute(OWED).fetchone()[0] for conn in (hub, kiosk)),
                flagged=central.execute("SELECT COUNT(*) FROM ledger WHERE verdict = 'flagged'").fetchone()[0],
                duplicates_applied=_repeats(ledger) + _second_effects(central),
                lost=_lost(central, hub, acts, set(ledger)),
            )

    def close(self) -> None:
        """Close the files."""
        for database in (self._central, self._hub, self._kiosk):
            database.close()


def _repeats(ids: Iterable[object]) -> int:
    return sum(count - 1 for count in Counter(ids).values())


def _second_effects(central: Connection) -> int:
    """Parcels that left twice, units returned beyond what was sold, wishes granted twice."""
    left: Counter[tuple[str, int]] = Counter()
    for (envelope,) in central.execute(HANDED_OVER):
        data = msgspec.json.decode(envelope, type=_Envelope).data
        left.update((data.order, parcel) for parcel in data.parcels)
    others = (int(central.execute(sql).fetchone()[0]) for sql in (RETURNED_TOO_OFTEN, GRANTED_TWICE))
    return sum(count - 1 for count in left.values()) + sum(others)


def _lost(central: Connection, hub: Connection, acts: Acts, ledger: set[str]) -> int:
    """Answered acts that are in no book, and owed facts of lanes 0 and 1 that central's ledger does not hold."""
    in_hub = {row[0] for row in hub.execute("SELECT event_id FROM outbox_rows WHERE born_here = 1")}
    in_central = {row[0] for row in central.execute("SELECT event_id FROM answers")}
    kept = {
        row[0]
        for row in hub.execute(
            "SELECT r.event_id FROM outbox_rows r JOIN outbox_origins o USING (origin) WHERE o.lane < 2"
        )
    }
    missing = set(acts.of(Book.hub)) - in_hub | set(acts.of(Book.central)) - in_central
    return len(missing) + len(kept - ledger)
