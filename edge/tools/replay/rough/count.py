"""What the stopped books say became of every unit: the same questions to the hub's file and to central's, in plain SQL.

A unit of an ordered line was handed over when a parcel that left holds it, was short or replaced when its line says so, went
back to the sales floor with an order that expired, or is the rest of an order that was cancelled. What came in instead has
lines of its own and is counted apart.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from edge.tools.replay.rough.report import Cancels, Counts, Harm, Shares
from sync.db import Connection, Database

HUB = """
WITH o AS (SELECT order_id, state FROM pickups),
l AS (SELECT order_id, line, qty, price_minor, short_qty, substituted_qty, for_line FROM pickup_lines),
u AS (
  SELECT units.order_id, units.line, units.qty, boxes.state FROM parcel_units units
  JOIN parcels boxes ON boxes.order_id = units.order_id AND boxes.number = units.number
)
"""

CENTRAL = """
WITH o AS (SELECT order_id, state FROM orders WHERE pickup = 1),
l AS (SELECT order_id, line, qty, price_minor, short_qty, substituted_qty, for_line FROM order_lines),
u AS (
  SELECT units.order_id, units.line, units.qty, boxes.state FROM parcel_units units
  JOIN parcels boxes ON boxes.order_id = units.order_id AND boxes.parcel = units.parcel
)
"""

SHARES = """,
boxed AS (
  SELECT order_id, line,
    SUM(CASE WHEN state = 'handed_over' THEN qty ELSE 0 END) AS gone,
    SUM(CASE WHEN state = 'unpacked' THEN qty ELSE 0 END) AS back
  FROM u GROUP BY order_id, line
),
each_line AS (
  SELECT l.*, o.state, COALESCE(boxed.gone, 0) AS gone, COALESCE(boxed.back, 0) AS back
  FROM l JOIN o USING (order_id) LEFT JOIN boxed USING (order_id, line)
),
fates AS (
  SELECT price_minor, for_line,
    qty AS ordered,
    gone AS handed_over,
    substituted_qty AS substituted_away,
    short_qty AS short,
    CASE state WHEN 'expired' THEN back ELSE 0 END AS expired,
    CASE state WHEN 'cancelled' THEN qty - short_qty - substituted_qty - gone ELSE 0 END AS cancelled
  FROM each_line
)
SELECT
  SUM(ordered * per) AS ordered, SUM(handed_over * per) AS handed_over,
  SUM(substituted_away * per) AS substituted_away, SUM(short * per) AS short,
  SUM(expired * per) AS expired, SUM(cancelled * per) AS cancelled,
  (SELECT COALESCE(SUM(ordered * CASE :money WHEN 1 THEN price_minor ELSE 1 END), 0) FROM fates
    WHERE for_line IS NOT NULL) AS substituted_in
FROM (SELECT *, CASE :money WHEN 1 THEN price_minor ELSE 1 END AS per FROM fates) WHERE for_line IS NULL
"""

COUNTS = """
SELECT
  (SELECT COUNT(*) FROM o) AS orders,
  (SELECT COUNT(*) FROM o WHERE state = 'handed_over') AS handed_over,
  (SELECT COUNT(*) FROM o WHERE state = 'expired') AS expired_orders,
  (SELECT COUNT(*) FROM o WHERE state = 'cancelled') AS cancelled_orders,
  (SELECT COUNT(*) FROM l WHERE short_qty > 0) AS short_lines,
  (SELECT COUNT(*) FROM l WHERE substituted_qty > 0) AS substituted_lines
"""

REFUNDED = "SELECT order_id FROM orders WHERE state IN ('cancelled', 'expired')"
LEFT = "SELECT DISTINCT order_id FROM parcels WHERE state = 'handed_over'"
RETURNED_BEYOND = """
SELECT COUNT(*) FROM (
  SELECT r.order_id, r.line, SUM(r.qty) AS back FROM return_lines r WHERE r.order_id IS NOT NULL GROUP BY 1, 2
) r WHERE r.back > (
  SELECT COALESCE(SUM(units.qty), 0) FROM parcel_units units
  JOIN parcels boxes ON boxes.order_id = units.order_id AND boxes.number = units.number
  WHERE boxes.state = 'handed_over' AND units.order_id = r.order_id AND units.line = r.line
)
"""

DEARER = """
SELECT COUNT(*) FROM l AS came JOIN l AS wanted ON wanted.order_id = came.order_id AND wanted.line = came.for_line
WHERE came.price_minor > wanted.price_minor
"""

FACTS = "SELECT kind, envelope FROM ledger WHERE verdict <> 'unreadable' AND kind IN ({kinds})"
HANDED_OVER, GRANTED, REFUSED = "pickup.handed_over", "pickup.cancel_granted", "pickup.cancel_refused"


class _Data(msgspec.Struct):
    order: str
    parcels: tuple[int, ...] = ()
    proxy: bool = False


class _Envelope(msgspec.Struct):
    type: str
    data: _Data


class RoughBooks:
    """The files of a world that stands still, asked what became of everything."""

    def __init__(self, folder: Path) -> None:
        self._central = Database(folder / "central" / "central.db")
        self._hub = Database(folder / "hub" / "state.db")

    def shares(self) -> dict[str, tuple[Shares, Shares]]:
        """Units and money, by book."""
        found = {}
        for book, database, names in (("central", self._central, CENTRAL), ("hub", self._hub, HUB)):
            with database.reading() as conn:
                units, money = (
                    msgspec.convert(_row(conn, names + SHARES, {"money": money}), Shares) for money in (0, 1)
                )
            found[book] = (units, money)
        return found

    def counts(self) -> dict[str, Counts]:
        """Orders and lines, by book."""
        found = {}
        for book, database, names in (("central", self._central, CENTRAL), ("hub", self._hub, HUB)):
            with database.reading() as conn:
                found[book] = msgspec.convert(_row(conn, names + COUNTS, {}), Counts)
        return found

    def cancels(self) -> Cancels:
        """How the shop answered, as central's ledger holds it."""
        facts = self._facts()
        granted, refused = ({each.data.order for each in facts if each.type == kind} for kind in (GRANTED, REFUSED))
        return Cancels(granted=len(granted), refused=len(refused))

    def proxies(self) -> int:
        """Orders that somebody else collected."""
        return len({each.data.order for each in self._facts() if each.data.proxy})

    def partial(self) -> int:
        """Orders that left in more than one handover."""
        handovers = Counter(each.data.order for each in self._facts() if each.type == HANDED_OVER)
        return sum(times > 1 for times in handovers.values())

    def returned(self, documents: Iterable[str]) -> int:
        """Which of these return documents both books hold."""
        both = set(documents)
        for database in (self._central, self._hub):
            with database.reading() as conn:
                both &= {row[0] for row in conn.execute("SELECT return_id FROM returns")}
        return len(both)

    def harm(self) -> Harm:
        """Money given back for what was collected, parcels that left twice, substitutes that cost more than what they replace."""
        with self._central.reading() as central, self._hub.reading() as hub:
            refunded = {row[0] for row in central.execute(REFUNDED)}
            left = {row[0] for conn in (central, hub) for row in conn.execute(LEFT)}
            beyond = int(hub.execute(RETURNED_BEYOND).fetchone()[0])
            dearer = int(central.execute(CENTRAL + DEARER).fetchone()[0])
        parcels = Counter(
            (each.data.order, parcel)
            for each in self._facts()
            if each.type == HANDED_OVER
            for parcel in each.data.parcels
        )
        return Harm(
            refunds_of_collected=len(refunded & left) + beyond,
            handed_over_twice=sum(times - 1 for times in parcels.values()),
            dearer_substitutes=dearer,
        )

    def close(self) -> None:
        """Close the files."""
        self._central.close()
        self._hub.close()

    def _facts(self) -> list[_Envelope]:
        kinds = (HANDED_OVER, GRANTED, REFUSED)
        marks = ", ".join("?" * len(kinds))
        with self._central.reading() as conn:
            rows = conn.execute(FACTS.format(kinds=marks), kinds)
            return [msgspec.json.decode(envelope, type=_Envelope) for _, envelope in rows]


def _row(conn: Connection, statement: str, values: dict[str, int]) -> dict[str, Any]:
    return dict(conn.execute(statement, values).fetchone())
