"""Decides whose signature central believes: enrolled nodes, the operator, and the app of each shopper."""

from central.app.central import Central
from central.errors import UnknownRole
from central.store.database import Tx
from central.store.keys import Node, get_node, put_node
from central.store.people import get_identity
from central.store.schema import EVERYWHERE
from edge.domain.identity import IdentityKind
from sync.signing import KeyState, KnownKey, parse_public

ROLES = frozenset({"hub", "operator"})
"""Kiosks, desks and beacons are trusted by their hub, not by central."""


def enrol(central: Central, role: str, node: str, store: str | None, public_text: str) -> None:
    """Trust this public key as that node from the next request on, in place of the key it had.

    Raises UnknownRole, and ValueError when the text is no public key. The store need not have been put yet: whoever
    sets up a machine may come before whoever writes down the shop.
    """
    if role not in ROLES or (role == "hub" and store is None):
        raise UnknownRole(f"{role!r} is none of {', '.join(sorted(ROLES))}, or a hub without its store")
    parse_public(public_text)
    with central.books.writing() as tx:
        home = store or EVERYWHERE
        known = get_node(tx, home, node)
        new = Node(
            store=home,
            node=node,
            role=role,
            public_key=public_text.strip(),
            state=KeyState.ACTIVE,
            term=known.term if known else 1,
            enrolled_at_ms=central.now_ms(),
        )
        put_node(tx, new)


def look_up_key(central: Central, keyid: str) -> KnownKey | None:
    """Whose key `keyid` names; read from the books each time, so that another process may enrol while this one serves."""
    role, _, name = keyid.partition(":")
    with central.books.reading() as tx:
        if role == "app":
            return _app_key(tx, name)
        store, _, node = name.rpartition("/")
        return _node_key(tx, role, store or EVERYWHERE, node)


def _app_key(tx: Tx, identity: str) -> KnownKey | None:
    known = get_identity(tx, identity)
    if known is None or known.kind != IdentityKind.app_key or not known.value:
        return None
    return KnownKey(public=parse_public(known.value), role="app", identity=identity)


def _node_key(tx: Tx, role: str, store: str, node: str) -> KnownKey | None:
    known = get_node(tx, store, node)
    if known is None or known.role != role:
        return None
    return KnownKey(
        public=parse_public(known.public_key), role=role, store=store, node=node, state=KeyState(known.state)
    )
