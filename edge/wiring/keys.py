"""A node's own key, and the trust that one machine puts into another's."""

from dataclasses import dataclass
from pathlib import Path

import click

from edge.domain.clock import SystemClock
from edge.store import devices
from edge.store.databases import open_state
from edge.wiring.randomness import system_rng
from sync.signing import PrivateKey, load_or_make_key, parse_public, public_bytes, public_text


@dataclass(frozen=True)
class NodeKey:
    """The key a process signs with."""

    private: PrivateKey
    public_text: str
    public_file: Path
    """The half that is carried to whoever will trust it."""


def node_key(folder: Path, role: str) -> NodeKey:
    """The key `<role>.key` in `folder`, made on the first call, with its public half beside it in `<role>.pub`."""
    private = load_or_make_key(folder / f"{role}.key", system_rng)
    text = public_text(public_bytes(private))
    public_file = folder / f"{role}.pub"
    if not public_file.exists():
        public_file.write_text(text + "\n", "utf-8")
    return NodeKey(private, text, public_file)


def enrol_node(folder: Path, *, role: str, node: str, key_file: Path, store: str | None) -> str:
    """Trust the public key in `key_file` at the central or the hub whose folder this is; says what was done.

    Raises click.ClickException when the file holds no public key, or the folder is not of the process that must trust it.
    """
    text = key_file.read_text("utf-8").strip()
    try:
        parse_public(text)
    except ValueError as error:
        raise click.ClickException(f"{key_file}: {error}") from error
    if role == "hub":
        return _enrol_at_central(folder, node=node, text=text, store=store)
    if not (folder / "hub.key").exists():
        raise click.ClickException(f"{folder} is not a hub's folder: a {role} is trusted by its hub")
    state = open_state(folder)
    try:
        with state.writing() as conn:
            devices.enrol(conn, node=node, role=role, public=text, now_ms=SystemClock().now_ms())
    finally:
        state.close()
    return f"{role} {node} is trusted by the hub in {folder}"


def _enrol_at_central(folder: Path, *, node: str, text: str, store: str | None) -> str:
    from edge.wiring.central import trust_hub_at

    if store is None:
        raise click.ClickException("--store is needed to enrol a hub: the store it serves")
    trust_hub_at(folder, store=store, node=node, public=text)
    return f"hub {node} of {store} is trusted by central in {folder}"
