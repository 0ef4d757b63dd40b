"""Who may speak and what passes are read with: enrolled nodes, the public keys of passes, and passes given out."""

from typing import Any

import msgspec
from sqlalchemy import Row
from sqlalchemy import text as sql

from central.store.database import Tx, add, look, put
from central.store.schema import EVERYWHERE
from central.store.schema_orders import passes
from central.store.schema_sync import nodes, pass_keys

_NODE = (
    "SELECT store_id, node, role, public_key, state, term, enrolled_at_ms FROM nodes WHERE store_id = ? AND node = ?"
)
_HUBS = sql("SELECT * FROM nodes WHERE role = 'hub' ORDER BY store_id, node")
_HUBS_AT = sql("SELECT * FROM nodes WHERE store_id = :store AND role = 'hub' ORDER BY node")
_OWED = sql(
    "UPDATE nodes SET heard_at_ms = :at_ms, owed_pickups = :pickups, owed_carts = :carts, owed_telemetry = :telemetry"
    " WHERE store_id = :store AND node = :node"
)
_PASS_KEYS = sql("SELECT * FROM pass_keys WHERE store_id = '*' AND retired_at_ms IS NULL ORDER BY key_id")
_PASSES = sql("SELECT * FROM passes WHERE store_id = :store AND order_id = :order ORDER BY issued_at_ms, pass_id")


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A node (or the operator, whose store is `*`) and the key it speaks with."""

    store: str
    node: str
    role: str
    public_key: str
    state: str
    term: int
    enrolled_at_ms: int


class PassKey(msgspec.Struct, frozen=True, kw_only=True):
    """One public key of passes."""

    key_id: int
    public: str
    from_ms: int


class IssuedPass(msgspec.Struct, frozen=True, kw_only=True):
    """What a pass that was given out says; its text is signed again when asked for, byte for byte the same."""

    pass_id: str
    key_id: int
    revision: int
    expires_at_ms: int
    issued_at_ms: int


def put_node(tx: Tx, node: Node) -> None:
    """Insert a node, or replace its key."""
    row = {
        "store_id": node.store,
        "node": node.node,
        "role": node.role,
        "public_key": node.public_key,
        "state": node.state,
        "term": node.term,
        "enrolled_at_ms": node.enrolled_at_ms,
    }
    put(tx, nodes, [row])


def get_node(tx: Tx, store: str, node: str) -> Node | None:
    """One node."""
    found = look(tx, _NODE, store, node)
    return Node(**dict(zip(Node.__struct_fields__, found[0], strict=True))) if found else None


def hubs_at(tx: Tx, store: str) -> list[Node]:
    """The hubs of one store, by name."""
    return [_node(row) for row in tx.execute(_HUBS_AT, {"store": store})]


def all_hubs(tx: Tx) -> list[Node]:
    """Every hub of every store."""
    return [_node(row) for row in tx.execute(_HUBS)]


def heard_owed(tx: Tx, store: str, node: str, owed: tuple[int, int, int], at_ms: int) -> None:
    """Write down that a node spoke and how many rows of each lane it still owes."""
    asked = {"store": store, "node": node, "at_ms": at_ms, "pickups": owed[0], "carts": owed[1], "telemetry": owed[2]}
    tx.execute(_OWED, asked)


def add_pass_key(tx: Tx, key: PassKey) -> None:
    """Publish a key that passes are read with."""
    row = {
        "store_id": EVERYWHERE,
        "key_id": key.key_id,
        "public_key": key.public,
        "from_ms": key.from_ms,
        "retired_at_ms": None,
    }
    put(tx, pass_keys, [row])


def get_pass_keys(tx: Tx) -> list[PassKey]:
    """Every key in use, by number."""
    return [PassKey(key_id=row.key_id, public=row.public_key, from_ms=row.from_ms) for row in tx.execute(_PASS_KEYS)]


def add_pass(tx: Tx, store: str, order: str, issued: IssuedPass) -> None:
    """Write down a pass that was given out."""
    row = {
        "store_id": store,
        "order_id": order,
        "pass_id": issued.pass_id,
        "key_id": issued.key_id,
        "revision": issued.revision,
        "expires_at_ms": issued.expires_at_ms,
        "issued_at_ms": issued.issued_at_ms,
    }
    add(tx, passes, [row])


def passes_of(tx: Tx, store: str, order: str) -> list[IssuedPass]:
    """Every pass given out for this order, the oldest first."""
    return [_pass(row) for row in tx.execute(_PASSES, {"store": store, "order": order})]


def _pass(row: Row[Any]) -> IssuedPass:
    return IssuedPass(
        pass_id=row.pass_id,
        key_id=row.key_id,
        revision=row.revision,
        expires_at_ms=row.expires_at_ms,
        issued_at_ms=row.issued_at_ms,
    )


def _node(row: Row[Any]) -> Node:
    return Node(
        store=row.store_id,
        node=row.node,
        role=row.role,
        public_key=row.public_key,
        state=row.state,
        term=row.term,
        enrolled_at_ms=row.enrolled_at_ms,
    )
