"""Reads what the ledger holds of one origin, place by place, for comparing it with what a hub holds."""

from collections.abc import Iterator

from sqlalchemy import text as sql

from central.store.database import Tx
from sync.envelope import Origin

_KEY = "store_id = :store AND node = :node AND epoch = :epoch AND lane = :lane AND sequence BETWEEN :first AND :last"
# A row whose event came before under another number stands in the ledger once; its later number is a place all the same.
_ROWS = sql(
    f"SELECT sequence, envelope FROM ledger WHERE {_KEY}"  # noqa: S608 - text of our own
    " UNION ALL SELECT again.sequence, ledger.envelope FROM"
    f" (SELECT store_id, sequence, event_id FROM ledger_repeats WHERE {_KEY}) again"
    " JOIN ledger ON ledger.store_id = again.store_id AND ledger.event_id = again.event_id AND ledger.lane < 2"
    " ORDER BY 1"
)


def rows_between(tx: Tx, origin: Origin, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """(sequence, envelope) of one origin, in their order; read as they are asked for."""
    key = {"store": origin.store, "node": origin.node, "epoch": origin.epoch, "lane": origin.lane}
    found = tx.execute(_ROWS, key | {"first": first, "last": last}, execution_options={"stream_results": True})
    for sequence, envelope in found:
        yield sequence, bytes(envelope)
