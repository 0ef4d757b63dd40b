"""Decides whose signature central believes: enrolled nodes, the operator, and the app of each shopper."""

import msgspec

from central.app.central import Central
from central.app.replace_hub import AWAITED
from central.app.send_down import Down
from central.app.state_hubs import send_statement
from central.errors import UnknownRole
from central.store.database import Tx
from central.store.hubs import FormerKey, former_keys, put_former_key
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
        home, now_ms, down = store or EVERYWHERE, central.now_ms(), Down()
        known = get_node(tx, home, node)
        new = Node(
            store=home,
            node=node,
            role=role,
            public_key=public_text.strip(),
            state=KeyState.ACTIVE,
            term=_term_after(tx, known, public_text.strip(), now_ms),
            enrolled_at_ms=now_ms,
        )
        put_node(tx, new)
        if role == "hub":
            send_statement(central, down, new)
        down.flush(tx, now_ms)


def _term_after(tx: Tx, known: Node | None, public_key: str, now_ms: int) -> int:
    """The term of a hub enrolled now. Another key in its place is another machine, so what knew the old one must hear of it."""
    if known is None:
        return 1
    if known.state == AWAITED or known.role != "hub" or known.public_key == public_key:
        return known.term
    former = FormerKey(
        term=known.term, public_key=known.public_key, state=KeyState.SUPERSEDED.value, ended_at_ms=now_ms
    )
    put_former_key(tx, known.store, known.node, former)
    return known.term + 1


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
    before = former_keys(tx, store, node) if role == "hub" and known.term > 1 else []
    keys = [_known_key(known, each.public_key, KeyState(each.state), each.term) for each in before]
    if known.state != AWAITED:
        keys.insert(0, _known_key(known, known.public_key, KeyState(known.state), known.term))
    return msgspec.structs.replace(keys[0], before=tuple(keys[1:])) if keys else None


def _known_key(node: Node, public_key: str, state: KeyState, term: int) -> KnownKey:
    return KnownKey(
        public=parse_public(public_key), role=node.role, store=node.store, node=node.node, state=state, term=term
    )
