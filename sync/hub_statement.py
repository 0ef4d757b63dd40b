"""For trusting a hub nobody visited you about: central's signed word that a key is the hub of a store, under which term.

The signature is Ed25519 by central's key over `canonical(statement)`, apart from any request, so that a hub can show it to
machines that never speak to central.
"""

import base64
import binascii
import os
from pathlib import Path

from msgspec import Struct

from sync import wire
from sync.envelope import Name
from sync.errors import BadWire
from sync.signing import PrivateKey, is_signature_of, parse_public

#: Begins every signed text, so that a signature made for another purpose never fits.
CONTEXT = "storefloor/hub-statement/v1"


class HubStatement(Struct, frozen=True, kw_only=True):
    """Says: hub `node` of `store` speaks with `public_key` (ed25519:…) from `term` on. `signature` is base64 of 64 bytes."""

    store: Name
    node: Name
    term: int
    public_key: str
    stated_at_ms: int
    signature: str = ""


def canonical(statement: HubStatement) -> bytes:
    """What is signed: six lines of UTF-8 without a newline at the end; no field can hold a newline."""
    lines = (
        CONTEXT,
        statement.store,
        statement.node,
        str(statement.term),
        statement.public_key,
        str(statement.stated_at_ms),
    )
    return "\n".join(lines).encode()


def state(central: PrivateKey, *, store: str, node: str, term: int, public_key: str, stated_at_ms: int) -> HubStatement:
    """The statement, signed. Raises ValueError when `public_key` is none."""
    parse_public(public_key)
    bare = HubStatement(store=store, node=node, term=term, public_key=public_key, stated_at_ms=stated_at_ms)
    signature = base64.b64encode(central.sign(canonical(bare))).decode()
    return HubStatement(
        store=store, node=node, term=term, public_key=public_key, stated_at_ms=stated_at_ms, signature=signature
    )


def is_genuine(statement: HubStatement, central_public: bytes) -> bool:
    """Whether central, whose 32 raw public bytes are given, signed exactly this; false for a key that is no key too."""
    try:
        signature = base64.b64decode(statement.signature, validate=True)
        parse_public(statement.public_key)
    except (binascii.Error, ValueError):
        return False
    return is_signature_of(central_public, signature, canonical(statement))


def read_statement(path: Path) -> HubStatement | None:
    """The statement kept in a file; one that cannot be read is as good as none, because it can be asked for again."""
    try:
        return wire.read(path.read_bytes(), HubStatement)
    except (FileNotFoundError, BadWire):
        return None


def write_statement(path: Path, statement: HubStatement) -> None:
    """Keep a statement in a file, whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(wire.write(statement))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
