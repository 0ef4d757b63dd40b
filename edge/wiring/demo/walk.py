"""Plays a recorded walk into the demo's hub, as a beacon would: a shopper with a ready order comes in and stands at the desk.

The radio itself comes with the beacon room; what it will send is already what this sends.
"""

import contextlib
import threading
from importlib.resources import as_file, files

import msgspec

from devices.readings import ZoneChange
from devices.replay import play, read_walk
from edge.domain.clock import SystemClock
from edge.wiring.keys import enrol_node, node_key
from edge.wiring.randomness import system_rng
from edge.wiring.world import World
from sync.errors import SyncError
from sync.http_client import Peer
from sync.signing import Signer, parse_public

BEACON = "B1"
BEGINS_AFTER_S = 5.0
"""So that somebody who opened the board first sees the order come up."""


def play_walk(world: World, stopped: threading.Event) -> threading.Thread:
    """Start the walk in a thread of its own; it ends by itself, or when `stopped` is set."""
    thread = threading.Thread(target=_walk, args=(world, stopped), name="demo-walk", daemon=True)
    thread.start()
    return thread


def enrol_beacon(world: World) -> None:
    """Give the demo's beacon a key that the hub trusts; before the hub starts, so that it knows it from the first beat."""
    folder = world.folder / "beacon"
    folder.mkdir(exist_ok=True)
    key = node_key(folder, "beacon")
    enrol_node(world.folder / "hub", role="beacon", node=BEACON, key_file=key.public_file, store=world.store)


def _walk(world: World, stopped: threading.Event) -> None:
    clock = SystemClock()
    peer = Peer(
        world.hub_url,
        now_ms=clock.now_ms,
        signer=Signer(
            node_key(world.folder / "beacon", "beacon").private, f"beacon:{world.store}/{BEACON}", system_rng
        ),
        peer_public=parse_public(node_key(world.folder / "hub", "hub").public_text),
    )

    def deliver(change: ZoneChange) -> None:
        # A lost reading is lost: a beacon keeps nothing, the next change says where the tag is.
        with contextlib.suppress(SyncError):
            peer.request("POST", "/v1/presence", body=msgspec.json.encode({"changes": [change]}))

    if stopped.wait(BEGINS_AFTER_S):
        return
    with as_file(files(__package__) / "walk.csv") as path:
        play(read_walk(path), deliver, clock=clock, wait=stopped.wait)
