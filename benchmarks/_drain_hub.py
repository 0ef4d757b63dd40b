"""The hub's end of a drain, a process of its own: `python -m benchmarks._drain_hub ASKED` prints one JSON line, `Said`.

It drains a state file with `sync.push.push_round`, as the hub's push loop does, and watches both ends from the moment
before the first push to the moment after the last receipt was settled.
"""

import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from benchmarks._office import NAME, hub_signer
from benchmarks._syncs import Syncs, counted
from benchmarks._watch import bytes_to, cpu_s
from edge.domain.clock import SystemClock
from edge.store.databases import open_state
from edge.wiring.randomness import system_rng
from sync import wire
from sync.db import Connection
from sync.http_client import Peer, Reply, Timeouts
from sync.push import Incident, Pusher, push_round
from sync.signing import parse_public


class Asked(Struct, frozen=True, kw_only=True):
    """Where both ends are."""

    central: str
    hub: str
    port: int
    pid: int


class Said(Struct, frozen=True, kw_only=True):
    """What the drain took."""

    wall_s: float
    cpu_hub_s: float
    cpu_central_s: float
    bytes: int
    fsyncs: int
    settled: int
    flagged: int
    batches: list[int]


class Rows(Struct, frozen=True):
    """What of a pushed body is looked at again."""

    rows: list[Raw]


class NotingPeer(Peer):
    """A peer that keeps what was pushed, for the limits to send the same bytes."""

    pushed: list[bytes]

    def request(self, method: str, target: str, *, body: bytes = b"", **more: Any) -> Reply:
        """See `Peer.request`."""
        if target == "/v1/push":
            self.pushed.append(body)
        return super().request(method, target, body=body, **more)


class _Moment(Struct, frozen=True):
    at_s: float
    cpu_hub_s: float
    cpu_central_s: float
    bytes: int
    fsyncs: int


def drain(asked: Asked) -> Said:
    """Push all that is owed."""
    clock = SystemClock()
    peer = NotingPeer(
        NAME,
        via=f"http://127.0.0.1:{asked.port}",
        now_ms=clock.now_ms,
        signer=hub_signer(Path(asked.central)),
        peer_public=parse_public((Path(asked.central) / "central.pub").read_text()),
        timeouts=Timeouts(read_s=60.0),
    )
    peer.pushed = []

    def stop(_tx: Connection, incident: Incident) -> None:
        raise SystemExit(f"not expected here: {incident}")

    state = open_state(Path(asked.hub))
    pusher = Pusher(db=state, peer=peer, now_ms=clock.now_ms, rng=system_rng, on_incident=stop)
    peer.request("GET", "/v1/time")  # a hub's line is open and its modules are loaded long before an outage ends
    syncs = counted(__spec__.name)
    before = _moment(asked, syncs)
    report = push_round(pusher)
    after = _moment(asked, syncs)
    state.close()
    for number, body in enumerate(peer.pushed):
        (Path(asked.hub) / f"batch-{number:04d}").write_bytes(body)
    return Said(
        wall_s=after.at_s - before.at_s,
        cpu_hub_s=after.cpu_hub_s - before.cpu_hub_s,
        cpu_central_s=after.cpu_central_s - before.cpu_central_s,
        bytes=after.bytes - before.bytes,
        fsyncs=after.fsyncs - before.fsyncs,
        settled=report.settled,
        flagged=report.flagged,
        batches=[len(wire.read(body, Rows).rows) for body in peer.pushed],
    )


def _moment(asked: Asked, syncs: Syncs) -> _Moment:
    return _Moment(
        at_s=time.perf_counter(),
        cpu_hub_s=time.process_time(),
        cpu_central_s=cpu_s(asked.pid),
        bytes=bytes_to(asked.port),
        fsyncs=syncs.count,
    )


if __name__ == "__main__":
    print(msgspec.json.encode(drain(msgspec.json.decode(sys.argv[1], type=Asked))).decode())
