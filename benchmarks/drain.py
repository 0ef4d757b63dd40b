"""Drain a hub's outbox into central over HTTP, with everything that belongs to it; raw: the same bytes to a bare sink.

Ours: `sync.push.push_round` in a process of its own against `storefloor central` (gunicorn, SQLite at FULL): signatures
both ways, strict decoding, ledger, judging, receipts, settling. `sqlite` is lane 2, telemetry as a shop writes it, whole
envelopes of about 490 bytes (the goals were set with 400); `sqlite_pickups` is lane 0, pickup facts of about 590 bytes,
each judged again by central's rule book. docs/benchmarks.md says what every key of a case means.
"""

import argparse
import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks._drain_hub import Asked, Rows, Said
from benchmarks._figure import Case, print_cases
from benchmarks._hub import FACTS_PER_ORDER, envelope_bytes, owe, owed_events, pickups, telemetry
from benchmarks._limits import BareLedger, over_tcp, sink
from benchmarks._nats import count_syncs, publish_once, server
from benchmarks._office import NODE, copy_of, found, lost_and_doubled, open_shop, place_orders, serving, verdicts
from benchmarks._syncs import counted
from sync import wire

EVENTS, ROUNDS = 10_000, 3
PICKUPS_IN_TEN = 2
"""Of ten events of telemetry so many pickup facts: each order has to be placed at central first, which takes longer than all."""

ENOUGH_S = 25.0
"""No further round is begun after so long: on a busy machine a run is one round of each case, and still ends."""


@dataclass(frozen=True)
class Scene:
    """What every round of a case begins with: a stopped central, and a hub's file that owes."""

    case: str
    central: Path
    hub: Path
    events: int


@dataclass(frozen=True)
class Drained:
    """One round of ours: what it took, what central's ledger misses or has twice, and what the limits need."""

    said: Said
    lost: int
    doubled: int
    verdicts: dict[str, int]
    bodies: list[bytes]
    ledger: BareLedger


@dataclass(frozen=True)
class Limits:
    """Seconds the limits took, once. `gzip_s`: batches of 500 packed by gzip, the limit the goal of 0.35 was set by."""

    raw_s: float
    line_s: float
    gzip_s: float
    bare_s: float

    def mean(self, other: "Limits") -> "Limits":
        """Between before and after."""
        return Limits(
            raw_s=(self.raw_s + other.raw_s) / 2,
            line_s=(self.line_s + other.line_s) / 2,
            gzip_s=(self.gzip_s + other.gzip_s) / 2,
            bare_s=(self.bare_s + other.bare_s) / 2,
        )


def main(arguments: list[str] | None = None) -> int:
    """Measure, print one JSON object, and exit 1 if a fact that central acknowledged is not in its ledger exactly once."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=EVENTS)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--no-peers", action="store_true")
    options = asked.parse_args(arguments)
    counted("benchmarks.drain")
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="storefloor-drain-") as name:
        folder = Path(name)
        made = scenes(folder, options.events)
        warm = [drain_once(scene, folder / f"{scene.case}-warm") for scene in made]
        cases = []
        for scene, first in zip(made, warm, strict=True):
            cases.append(measure(scene, first, folder, options.rounds, began_s + ENOUGH_S))
        if not options.no_peers:
            cases += peers(warm[0], folder)
    print_cases("drain", cases)
    return int(is_wrong(cases))


def is_wrong(cases: Sequence[Case]) -> bool:
    """Whether a fact that the hub counts as settled is missing in central's ledger, or there twice."""
    return any(case.more.get("lost") or case.more.get("doubled") for case in cases)


def scenes(folder: Path, events: int) -> list[Scene]:
    """Make what the rounds start from: telemetry for a central without orders, pickups for one that took them."""
    plain, busy = folder / "plain", folder / "busy"
    found(plain)
    with serving(plain) as office:
        open_shop(office)
    copy_of(plain, busy)
    with serving(busy) as office:
        orders = place_orders(office, -(-events * PICKUPS_IN_TEN // 10 // FACTS_PER_ORDER))
    made = []
    for case, central, facts in (("sqlite", plain, telemetry(events)), ("sqlite_pickups", busy, pickups(orders))):
        hub = folder / f"{case}-owing"
        hub.mkdir()
        owe(hub, facts)
        made.append(Scene(case, central, hub, len(owed_events(hub))))
    return made


def measure(scene: Scene, warm: Drained, folder: Path, rounds: int, until_s: float) -> Case:
    """Rounds of limits, ours, limits; the limits send what the round that warmed up sent. At least one round."""
    here = folder / scene.case
    here.mkdir()
    drained: list[Drained] = []
    limits: list[Limits] = []
    with sink(here) as port:
        for number in range(rounds):
            if drained and time.monotonic() > until_s:
                break
            before = limits_of(warm, here, port)
            drained.append(drain_once(scene, here / str(number)))
            limits.append(before.mean(limits_of(warm, here, port)))
    return _case(scene, drained, limits)


def drain_once(scene: Scene, here: Path) -> Drained:
    """A fresh copy of both ends, drained once; then central's ledger is read past all of our own code."""
    here.mkdir()
    central, hub = copy_of(scene.central, here / "central"), Path(shutil.copytree(scene.hub, here / "hub"))
    owed = owed_events(hub)
    with serving(central) as office:
        asked = Asked(central=str(central), hub=str(hub), port=office.port, pid=office.pid)
        command = [sys.executable, "-m", "benchmarks._drain_hub", msgspec.json.encode(asked).decode()]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    lost, doubled = lost_and_doubled(central, owed)
    return Drained(
        said=msgspec.json.decode(done.stdout, type=Said),
        lost=lost,
        doubled=doubled,
        verdicts=verdicts(central),
        bodies=[path.read_bytes() for path in sorted(hub.glob("batch-*"))],
        ledger=BareLedger(central, NODE),
    )


def limits_of(warm: Drained, here: Path, port: int) -> Limits:
    """Each limit once, with the bytes, rows and batch sizes of the round that warmed up."""
    bare = here / f"bare-{len(list(here.glob('bare-*.db')))}.db"
    return Limits(
        raw_s=over_tcp(port, warm.bodies, here, pack=wire.pack),
        line_s=over_tcp(port, warm.bodies, here, pack=None),
        gzip_s=over_tcp(port, _by_500(warm.bodies), here, pack=lambda batch: gzip.compress(batch, 6)),
        bare_s=warm.ledger.write(bare, warm.said.batches),
    )


def peers(warm: Drained, folder: Path) -> list[Case]:
    """NATS JetStream with the envelopes of a drain, between the same limits; nothing where its server has no build."""
    program = server()
    if program is None:
        return []
    here = folder / "peers"
    here.mkdir()
    envelopes = [bytes(row) for body in warm.bodies for row in wire.read(body, Rows).rows]
    cases = []
    for case, sync_always in (("peer:nats-jetstream", False), ("peer:nats-jetstream-sync-always", True)):
        some = (
            envelopes[: len(envelopes) // 5] if sync_always else envelopes
        )  # it is five times slower, and says the same
        with sink(here) as port:
            before = limits_of(warm, here, port)
            done = publish_once(program, here / case, some, sync_always=sync_always)
            after = limits_of(warm, here, port)
        few = envelopes[: len(envelopes) // 10]
        syncs = count_syncs(program, here / f"{case}-counted", few, sync_always=sync_always)
        raw = len(envelopes) * 2 / (before.raw_s + after.raw_s)
        figure = len(some) / done.wall_s
        more = {"count": len(some), "held": done.held, "fsyncs_counted_of": len(few)}
        cases.append(
            Case(
                case=case,
                figure=figure,
                unit="events/s",
                raw=raw,
                ratio=figure / raw,
                cpu_us_per_event=(done.cpu_client_s + done.cpu_server_s) / len(some) * 1e6,
                bytes=done.bytes,
                fsyncs=syncs,
                more=more,
            )
        )
    return cases


def _by_500(bodies: list[bytes]) -> list[bytes]:
    rows = [bytes(row) for body in bodies for row in wire.read(body, Rows).rows]
    return [b"[" + b",".join(rows[first : first + 500]) + b"]" for first in range(0, len(rows), 500)]


def _case(scene: Scene, drained: list[Drained], limits: list[Limits]) -> Case:
    count, said = scene.events, [each.said for each in drained]
    rate = statistics.median(count / each.wall_s for each in said)
    pairs = list(zip(said, limits, strict=True))
    hub_us = statistics.median(each.cpu_hub_s for each in said) / count * 1e6
    central_us = statistics.median(each.cpu_central_s for each in said) / count * 1e6
    return Case(
        case=scene.case,
        figure=rate,
        unit="events/s",
        raw=statistics.median(count / each.raw_s for each in limits),
        bare=statistics.median(count / each.bare_s for each in limits),
        ratio=statistics.median(limit.raw_s / each.wall_s for each, limit in pairs),
        cpu_us_per_event=hub_us + central_us,
        bytes=max(each.bytes for each in said),
        fsyncs=max(each.fsyncs for each in said),
        more={
            "cpu_us_hub": round(hub_us, 1),
            "cpu_us_central": round(central_us, 1),
            "of_bare": round(statistics.median(limit.bare_s / each.wall_s for each, limit in pairs), 3),
            "line": round(statistics.median(count / each.line_s for each in limits)),
            "raw_gzip_by_500": round(statistics.median(count / each.gzip_s for each in limits)),
            "ratio_gzip_by_500": round(statistics.median(limit.gzip_s / each.wall_s for each, limit in pairs), 3),
            "rounds": len(said),
            "batches": len(said[-1].batches),
            "rows_of_largest_batch": max(said[-1].batches),
            "envelope_bytes": envelope_bytes(scene.hub),
            "lost": sum(each.lost for each in drained),
            "doubled": sum(each.doubled for each in drained),
            **{f"verdict_{name}": number for name, number in drained[-1].verdicts.items()},
        },
    )


if __name__ == "__main__":
    sys.exit(main())
