"""Finds the facts that could only be stored when they came, and writes down what became of them once they are read."""

from msgspec import Struct
from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Tx
from sync.ledger import Judgement

#: As the partial index `ledger_unread` spells it; only then does the query use it.
_UNREAD = "reason IN ('unknown_kind', 'unknown_version')"
_KEY = "store_id = :store AND node = :node AND epoch = :epoch AND lane = :lane AND sequence = :sequence"
_WAITING = sql(
    f"SELECT store_id, node, epoch, lane, sequence, received_at_ms, envelope FROM ledger"  # noqa: S608 - our own text
    f" WHERE {_UNREAD} AND kind IN :kinds AND store_id = :store"
    " AND (received_at_ms, node, epoch, lane, sequence) > (:at_ms, :node, :epoch, :lane, :sequence)"
    " ORDER BY received_at_ms, node, epoch, lane, sequence LIMIT :limit"
).bindparams(bindparam("kinds", expanding=True))
_STORES = sql(f"SELECT DISTINCT store_id FROM ledger WHERE {_UNREAD} ORDER BY store_id")  # noqa: S608 - our own text
_JUDGED = sql(f"UPDATE ledger SET verdict = :verdict, reason = :reason WHERE {_KEY} AND {_UNREAD}")  # noqa: S608 - our own text


class Unread(Struct, frozen=True, kw_only=True):
    """One such fact: its place in the ledger, and the bytes that came."""

    store: str
    node: str = ""
    epoch: str = ""
    lane: int = -1
    sequence: int = 0
    received_at_ms: int = -1
    envelope: bytes = b""


def stores_with_unread(tx: Tx) -> list[str]:
    """The stores of which some fact could only be stored."""
    return list(tx.execute(_STORES).scalars())


def unread_after(tx: Tx, after: Unread, kinds: list[str], limit: int) -> list[Unread]:
    """The next facts of these kinds in the order in which they came; begin with `Unread(store=…)`."""
    asked = {"kinds": kinds, "store": after.store, "at_ms": after.received_at_ms, "limit": limit}
    here = {"node": after.node, "epoch": after.epoch, "lane": after.lane, "sequence": after.sequence}
    return [
        Unread(
            store=row.store_id,
            node=row.node,
            epoch=row.epoch,
            lane=row.lane,
            sequence=row.sequence,
            received_at_ms=row.received_at_ms,
            envelope=bytes(row.envelope),
        )
        for row in tx.execute(_WAITING, asked | here)
    ]


def judge_unread(tx: Tx, fact: Unread, judgement: Judgement) -> bool:
    """Write down what the fact is; False when somebody else did already."""
    place = {"node": fact.node, "epoch": fact.epoch, "lane": fact.lane, "sequence": fact.sequence}
    said = {"store": fact.store, "verdict": judgement[0].value, "reason": judgement[1]}
    return tx.execute(_JUDGED, place | said).rowcount == 1
