"""Kills a serving hub at random moments and counts what that cost: `python -m tests.faults.kills.campaign KILLS`."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from edge.domain.clock import SystemClock
from edge.domain.truth import OrderDown
from edge.gateway.hub import Called, HubClient
from edge.store import devices
from edge.wiring.keys import node_key
from edge.wiring.randomness import system_rng
from sync.db import Database, faults_in
from sync.http_client import Peer, Timeouts
from sync.signing import Signer, parse_public
from tests.cast.counter import STORE
from tests.cast.floor import Floor
from tests.cast.hub_process import DeskOverWire, HubProcess
from tests.faults.kills.people import AtWork, Desk, Kiosk, Sheet

ROOT = Path(__file__).resolve().parents[3]
DESKS = 2
ORDERS_PER_DESK = 60
KIOSK = "K1"

LIVES_S = 0.15
"""A hub dies at most this long after its first answer."""

SERVES = 0.85
"""How many hubs are let live until they answer; the others die while they start."""

PRESSED = ("pickup.picked", "pickup.staged", "pickup.handed_over", "return.recorded", "staff.called")
"""Facts that a press makes; the hub adds some of its own."""

START_S = 60.0
"""Longer than any start; only so that a hub that cannot start ends the campaign."""


@dataclass
class Outcome:
    """What a campaign came to; `wrong` names each promise that was broken."""

    kills: int = 0
    acknowledged: int = 0
    tries: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """The figures in one line."""
        return (
            f"{self.kills} kills in {self.seconds:.0f} s, {self.acknowledged} presses acknowledged after {self.tries} tries: "
            f"{len(self.wrong)} promises broken"
        )


class Nursery:
    """Where hubs come from; see `nursery`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        command = [sys.executable, "-m", "tests.faults.kills.nursery", str(folder)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._hub: int | None = None

    def start(self) -> None:
        """One more hub; the one before must be dead."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("start\n")
        self._hub = int(self._process.stdout.readline())

    def kill(self) -> None:
        """SIGKILL to the hub, the server's master and its worker at once."""
        if self._hub is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._hub, signal.SIGKILL)
        self._hub = None

    def close(self) -> None:
        """End the last hub and the nursery."""
        self.kill()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(START_S)
        if self._process.stdout is not None:
            self._process.stdout.close()


@dataclass
class Shop:
    """A hub's folder with orders to work off."""

    hub: HubProcess
    orders: list[tuple[OrderDown, str]]
    kiosk: HubClient


@contextmanager
def _shop(folder: Path) -> Iterator[Shop]:
    floor = Floor(folder, now_ms=SystemClock().now_ms())
    orders = [floor.order((place % 6, 1), ((place + 2) % 6, 1)) for place in range(DESKS * ORDERS_PER_DESK)]
    work = [(order, floor.pass_of(order)) for order in orders]
    key = node_key(folder, "kiosk")
    with floor.hub.state.writing() as conn:
        devices.enrol(conn, node=KIOSK, role="kiosk", public=key.public_text, now_ms=floor.clock.now_ms())
    floor.close()
    hub = HubProcess(folder)
    peer = Peer(
        hub.url,
        now_ms=SystemClock().now_ms,
        signer=Signer(key.private, f"kiosk:{STORE}/{KIOSK}", system_rng),
        peer_public=parse_public(node_key(folder, "hub").public_text),
        timeouts=Timeouts(connect_s=1.0, read_s=10.0),
    )
    yield Shop(hub, work, HubClient(peer))
    peer.close()


def campaign(folder: Path, *, kills: int, seed: int) -> Outcome:
    """Pull the plug `kills` times while everybody presses, then ask for everything again."""
    began, dice, outcome, sheet = time.monotonic(), Random(seed), Outcome(), Sheet()
    with _shop(folder) as shop:
        nursery = Nursery(folder)
        try:
            nursery.start()
            _wait_for(shop.hub)
            desks = [Desk(shop.hub, sheet, shop.orders[place::DESKS], f"{place + 1}") for place in range(DESKS)]
            kiosk = Kiosk(shop.kiosk, sheet)
            people = AtWork(*(desk.work for desk in desks), kiosk.work)
            for _ in range(kills):
                if dice.random() < SERVES:
                    _until_one_more_is_answered(sheet, people)
                time.sleep(dice.uniform(0, LIVES_S))
                nursery.kill()
                outcome.kills += 1
                nursery.start()
            outcome.wrong += people.stop(START_S)
            outcome.acknowledged, outcome.tries = sheet.total, sheet.tries
            outcome.wrong += _asked_again(shop.hub, sheet, kiosk)
        finally:
            nursery.close()
        outcome.wrong += _booked(folder, sheet)
    outcome.seconds = time.monotonic() - began
    return outcome


def _wait_for(hub: HubProcess) -> None:
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{hub.url}/healthz", timeout=2):
            return
        time.sleep(0.02)
    raise TimeoutError("the hub never came up")


def _until_one_more_is_answered(sheet: Sheet, people: AtWork) -> None:
    answered, deadline_s = sheet.total, time.monotonic() + START_S
    while sheet.total == answered:
        if people.broke_off or time.monotonic() > deadline_s:
            raise TimeoutError(f"the hub does not answer any more: {people.broke_off}")
        time.sleep(0.002)


def _asked_again(hub: HubProcess, sheet: Sheet, kiosk: Kiosk) -> Iterator[str]:
    """Everything once more: the same event_id gets the same answer."""
    desk = DeskOverWire(hub.url)
    for name, (path, body, (status, told)) in sheet.answered.items():
        if status != 200:
            yield f"{path} {name} was answered with {status}: {told}"
        again = desk.post(path, body)
        # A pick is answered with the order as it stands, and by now it stands elsewhere.
        if again is None or again[0] != status or (again[1] != told and not path.endswith("/picks")):
            yield f"{path} {name} was told {told}, and asked again {again}"
    desk.close()
    for name in sheet.calls:
        if (answer := kiosk.call(name)) != Called(call_id=name):
            yield f"call {name} got another answer: {answer}"


def _booked(folder: Path, sheet: Sheet) -> Iterator[str]:
    """Each press is one fact and one effect, and there are no others."""
    yield from faults_in(folder / "state.db")
    by_path = Counter(path.rsplit("/", 1)[1] for path, _, _ in sheet.answered.values())
    told = set(sheet.answered) | set(sheet.calls)
    facts = _column(folder, f"SELECT event_id FROM outbox_rows WHERE kind IN ({str(PRESSED)[1:-1]})")
    if sorted(facts) != sorted(told):
        yield f"{len(told)} presses were answered, {len(facts)} facts are owed: {sorted(set(facts) ^ told)[:5]}"
    for what, query, expected in (
        ("returns", "SELECT return_id FROM returns", by_path["returns"]),
        ("restocks", "SELECT event_id FROM stock_moves WHERE restocked > 0", by_path["returns"]),
        ("calls", "SELECT call_id FROM staff_calls", len(sheet.calls)),
        ("parcels", "SELECT order_id FROM parcels", by_path["parcels"]),
        ("parcels that left", "SELECT left_event FROM parcels WHERE state = 'handed_over'", by_path["handovers"]),
    ):
        found = _column(folder, query)
        if len(found) != expected or len(set(found)) != len(found):
            yield f"{what}: {expected} were told of, {len(found)} are booked, {len(set(found))} of them different"


def _column(folder: Path, query: str) -> list[Any]:
    state = Database(folder / "state.db")
    with state.reading() as conn:
        found = [row[0] for row in conn.execute(query)]
    state.close()
    return found


def main() -> None:
    """Run from the command line: print the figures, and end with 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, help="how often the plug is pulled")
    parser.add_argument("--seed", type=int, default=1, help="decides the moments")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storefloor-kills-") as folder:
        outcome = campaign(Path(folder), kills=given.kills, seed=given.seed)
    print(outcome.summary())
    for what in outcome.wrong[:20]:
        print("  " + what)
    sys.exit(1 if outcome.wrong else 0)


if __name__ == "__main__":
    main()
