"""What the page of stores asks of the books: hubs as they were last heard, and how many orders are open."""

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx

_HUBS = sql("SELECT * FROM nodes WHERE store_id = :store AND role = 'hub' ORDER BY node")
_OPEN = sql(
    "SELECT COUNT(*) FROM orders WHERE store_id = :store AND pickup = 1"
    " AND state IN ('placed', 'accepted', 'picking', 'staged', 'ready')"
)


class HubHeard(msgspec.Struct, frozen=True, kw_only=True):
    """A hub as it was last heard; what it owed then, per lane."""

    node: str
    state: str
    term: int
    heard_at_ms: int | None
    owed_pickups: int
    owed_carts: int
    owed_telemetry: int

    @property
    def owed_in_all(self) -> int:
        """Rows of every lane."""
        return self.owed_pickups + self.owed_carts + self.owed_telemetry


def hubs_of(tx: Tx, store: str) -> list[HubHeard]:
    """The hubs of a store, by name."""
    return [
        HubHeard(
            node=row.node,
            state=row.state,
            term=row.term,
            heard_at_ms=row.heard_at_ms,
            owed_pickups=row.owed_pickups,
            owed_carts=row.owed_carts,
            owed_telemetry=row.owed_telemetry,
        )
        for row in tx.execute(_HUBS, {"store": store})
    ]


def open_orders(tx: Tx, store: str) -> int:
    """Pickups of this store that are neither collected nor closed otherwise."""
    return int(tx.execute(_OPEN, {"store": store}).scalar_one())
