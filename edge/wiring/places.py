"""Takes a hub's place on this machine, and keeps central's word about it beside the key it is about."""

from pathlib import Path

import click
import msgspec

from edge.app import recovering
from edge.app.standing import own_statement, take_statement
from edge.domain.clock import SystemClock
from edge.settings import HubSettings, load, write
from edge.store import standing as kept
from edge.store.databases import open_state
from edge.wiring.keys import NodeKey, node_key
from edge.wiring.randomness import system_rng
from sync import outbox
from sync.db import Database
from sync.errors import PeerRefusedUs, SyncError
from sync.http_client import Peer, Timeouts
from sync.hub_statement import HubStatement, is_genuine, read_statement, write_statement
from sync.signing import Signer, parse_public

STATEMENT_FILE = "hub.statement"
"""Beside `hub.key`: central's word about that key. It lives as long as the key, whatever happens to the book."""

PATIENT = Timeouts(connect_s=5.0, read_s=30.0)


def take_place(
    folder: Path, code: str, *, store: str | None, node: str | None, central_url: str | None, central_key: str | None
) -> str:
    """Claim the place, keep central's word, and let the hub find out what was done before it; says what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {"store": store, "node": node, "central_url": central_url, "central_public_key": central_key}
    settings = load(HubSettings, folder / "hub.toml", **given)
    key = node_key(folder, "hub")
    said = _claimed(settings, key, code)
    write_statement(folder / STATEMENT_FILE, said)
    if not (folder / "hub.toml").exists():
        write(folder / "hub.toml", settings)
    state = open_state(folder)
    try:
        _begin(state, settings, said, key.public_text)
    finally:
        state.close()
    return (
        f"this machine is {said.node} of {said.store}, term {said.term}; start it with: storefloor hub --dir {folder}"
    )


def keep_statement(folder: Path, state: Database, public_key: str) -> None:
    """At start: the book and the file beside the key hold the newer word of the two, so a restored book is not behind its key."""
    beside = read_statement(folder / STATEMENT_FILE)
    with state.writing() as conn:
        if beside is not None:
            take_statement(conn, beside, public_key)
        held = own_statement(conn)
    if held is not None and held.public_key == public_key and held != beside:
        write_statement(folder / STATEMENT_FILE, held)


def _claimed(settings: HubSettings, key: NodeKey, code: str) -> HubStatement:
    central = parse_public(settings.central_public_key)
    peer = Peer(
        settings.central_url,
        now_ms=SystemClock().now_ms,
        signer=Signer(key.private, f"hub:{settings.store}/{settings.node}", system_rng),
        peer_public=central,
        via=settings.central_via or None,
        timeouts=PATIENT,
    )
    asked = {"store": settings.store, "node": settings.node, "code": code, "public_key": key.public_text}
    try:
        reply = peer.request("POST", "/v1/hubs/claim", body=msgspec.json.encode(asked))
        if reply.status != 200:
            raise click.ClickException(f"central does not take this code ({reply.problem().reason}); ask for another")
        said = reply.read(_Claimed).statement
    except PeerRefusedUs as error:
        raise click.ClickException(f"central does not take this machine: {error.reason}") from error
    except SyncError as error:
        raise click.ClickException(f"no answer of central's: {error}") from error
    if said.public_key != key.public_text or not is_genuine(said, central):
        raise click.ClickException("central's word is not about this machine")
    return said


class _Claimed(msgspec.Struct, frozen=True):
    statement: HubStatement


def _begin(state: Database, settings: HubSettings, said: HubStatement, public_key: str) -> None:
    with state.writing() as conn:
        outbox.prepare(conn, store=settings.store, node=settings.node, rng=system_rng)
        take_statement(conn, said, public_key)
        kept.put_superseded(conn, None, None)
        recovering.begin(conn, SystemClock().now_ms(), recovering.Reason.replaced)
