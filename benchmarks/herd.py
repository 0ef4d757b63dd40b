"""Ten thousand stores come back at once with 30,000 facts each: a model of events with the project's own rules in it.

Who may push, and when the others come back, is decided by `sync.http_server.admission.Admission` with central's own
limits, and a hub waits by `sync.backoff.delay_ms`. What a push costs central is measured in the same run on the real one,
new rows and rows it has already. Beside it the two usual ways, both into whatever the server's socket holds: full jitter
without a word from the server, and a fixed retry.
"""

import argparse
import heapq
import math
import random
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import msgspec

from benchmarks._drain_hub import Asked, Said
from benchmarks._figure import Case, print_cases
from benchmarks._hub import owe, telemetry
from benchmarks._office import found, open_shop, serving
from benchmarks._syncs import counted
from edge.wiring.serve import THREADS
from sync.backoff import delay_ms
from sync.http_client import Timeouts
from sync.http_server.admission import Admission
from sync.http_server.views import IN_LINE_MAX, PUSHING_MAX
from sync.wire import BATCH_ROWS_MAX

STORES, FACTS = 10_000, 30_000
LISTEN_BACKLOG = 2_048  # gunicorn's own
GIVE_UP_S = Timeouts().read_s
FIXED_S = 5.0
ROUND_TRIP_S = 0.05
EVENTS_MAX = 1_000_000
HORIZON = 3  # times the ideal; whoever is not done by then is counted as not done
CALIBRATED_WITH = 10_000
SEED = 20_261_122


class Way(StrEnum):
    """How a hub that was not served comes back."""

    OURS = "ours"
    JITTER = "jitter alone"
    FIXED = "fixed retry"


@dataclass(frozen=True)
class Costs:
    """Seconds of central's processor for one full push: of new rows, and of rows that it has already."""

    new_s: float
    again_s: float


@dataclass
class Store:
    """One hub: pushes still owed, whether central has the rows of the next one already, and failures in a row."""

    left: int
    is_held: bool = False
    failures: int = 0
    asked: int = 0


@dataclass
class Outcome:
    """What came of it."""

    done: int = 0
    last_s: float = 0.0
    worked_s: float = 0.0
    wasted_s: float = 0.0
    asked: int = 0
    events: int = 0


@dataclass
class Herd:
    """The model. Central works on one push at a time (one writer); the line before it is what the way makes of it."""

    way: Way
    costs: Costs
    stores: list[Store]
    chance: random.Random
    horizon_s: float
    now_s: float = 0.0
    outcome: Outcome = field(default_factory=Outcome)

    def __post_init__(self) -> None:
        self._agenda: list[tuple[float, int, Callable[[int], None], int]] = []
        self._line: deque[tuple[int, int, float]] = deque()
        self._is_working = False
        self._admission = Admission(PUSHING_MAX, IN_LINE_MAX)
        self._turns: deque[float] = deque()

    def run(self) -> Outcome:
        """Until every store is done, the horizon is reached, or the model has seen EVENTS_MAX events."""
        for number in range(len(self.stores)):
            self._at(self.chance.random() * ROUND_TRIP_S, self._ask, number)
        while self._agenda and self.outcome.events < EVENTS_MAX and self.now_s < self.horizon_s:
            self.now_s, _, what, number = heapq.heappop(self._agenda)
            what(number)
        return self.outcome

    def _at(self, at_s: float, what: Callable[[int], None], number: int) -> None:
        self.outcome.events += 1
        heapq.heappush(self._agenda, (at_s, self.outcome.events, what, number))

    def _ask(self, number: int) -> None:
        store = self.stores[number]
        store.asked += 1
        self.outcome.asked += 1
        if self.way is Way.OURS:
            come_back_s = self._admission.arrive(self.now_s)
            if come_back_s is not None:
                self._sent_away(number, come_back_s)
                return
        elif len(self._line) >= THREADS + LISTEN_BACKLOG:  # no connection: no work for central, and none for the store
            self._failed(number, Timeouts().connect_s)
            return
        self._line.append((number, store.asked, self.now_s))
        self._begin()

    def _sent_away(self, number: int, come_back_s: float) -> None:
        store = self.stores[number]
        store.failures += 1
        retry_after_s = math.ceil(come_back_s)  # as the header says it
        wait_s = delay_ms(store.failures, self.chance.randbytes, retry_after_s=retry_after_s) / 1000
        self._at(self.now_s + ROUND_TRIP_S + wait_s, self._ask, number)

    def _failed(self, number: int, after_s: float) -> None:
        store = self.stores[number]
        store.failures += 1
        wait_s = FIXED_S if self.way is Way.FIXED else delay_ms(store.failures, self.chance.randbytes) / 1000
        self._at(self.now_s + after_s + wait_s, self._ask, number)

    def _begin(self) -> None:
        if self._is_working or not self._line:
            return
        self._is_working = True
        number, _, _ = self._line[0]
        cost_s = self.costs.again_s if self.stores[number].is_held else self.costs.new_s
        self._at(self.now_s + cost_s * (0.7 + 0.6 * self.chance.random()), self._end, number)
        self._turns.append(self.now_s)

    def _end(self, number: int) -> None:
        self._is_working = False
        _, _, asked_s = self._line.popleft()
        worked_s = self.now_s - self._turns.popleft()
        self.outcome.worked_s += worked_s
        store = self.stores[number]
        if self.way is Way.OURS:
            # Up to PUSHING_MAX have their turn at once and share the one writer: each is inside for as many pushes.
            self._admission.leave(worked_s * PUSHING_MAX)
        if self.now_s - asked_s > GIVE_UP_S:  # nobody hears the answer; the rows are there, and will come again
            self.outcome.wasted_s += worked_s
            store.is_held = True
            self._failed(number, 0.0)
        else:
            self._heard(number, store)
        self._begin()

    def _heard(self, number: int, store: Store) -> None:
        store.left -= 1
        store.is_held = False
        store.failures = 0
        if store.left:
            self._at(self.now_s + ROUND_TRIP_S, self._ask, number)
        else:
            self.outcome.done += 1
            self.outcome.last_s = self.now_s


def main(arguments: list[str] | None = None) -> int:
    """Calibrate, play every way, print; exit 1 if ours wasted any work."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stores", type=int, default=STORES)
    asked.add_argument("--events", type=int, default=CALIBRATED_WITH, help="facts to calibrate with")
    options = asked.parse_args(arguments)
    counted("benchmarks.herd")
    costs = calibrate(options.events)
    cases = [play(way, costs, options.stores) for way in Way]
    print_cases("herd", cases)
    return int(bool(cases[0].more["wasted_percent"]))


def play(way: Way, costs: Costs, count: int) -> Case:
    """One way, from the same seed."""
    pushes = -(-FACTS // BATCH_ROWS_MAX)
    ideal_s = count * pushes * costs.new_s
    herd = Herd(way, costs, [Store(pushes) for _ in range(count)], random.Random(SEED), HORIZON * ideal_s)
    found_out = herd.run()
    is_done = found_out.done == count
    return Case(
        case=way.value,
        figure=found_out.last_s * 1000 if is_done else herd.now_s * 1000,
        unit="ms",
        raw=ideal_s * 1000,
        ratio=ideal_s / found_out.last_s if is_done else None,
        more={
            "stores": count,
            "stores_done": found_out.done,
            "finished_s": round(found_out.last_s) if is_done else "not done",
            "looked_at_s": round(herd.now_s),
            "ideal_s": round(ideal_s),
            "wasted_percent": round(100 * found_out.wasted_s / max(found_out.worked_s, 1e-9), 1),
            "asked_per_push": round(found_out.asked / max(1, sum(pushes - store.left for store in herd.stores)), 2),
            "push_new_ms": round(costs.new_s * 1000, 1),
            "push_again_ms": round(costs.again_s * 1000, 1),
        },
    )


def calibrate(events: int) -> Costs:
    """What a full push costs the real central: of new rows, then of the same rows from a copy of the hub's file."""
    with tempfile.TemporaryDirectory(prefix="storefloor-herd-") as name:
        central, hub = Path(name) / "central", Path(name) / "hub"
        found(central)
        hub.mkdir()
        owe(hub, telemetry(events))
        again = Path(shutil.copytree(hub, Path(name) / "again"))
        with serving(central) as office:
            open_shop(office)
            took = []
            for each in (hub, again):
                asked = Asked(central=str(central), hub=str(each), port=office.port, pid=office.pid)
                command = [sys.executable, "-m", "benchmarks._drain_hub", msgspec.json.encode(asked).decode()]
                done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
                took.append(msgspec.json.decode(done.stdout, type=Said).cpu_central_s)
    return Costs(new_s=took[0] / events * BATCH_ROWS_MAX, again_s=took[1] / events * BATCH_ROWS_MAX)


if __name__ == "__main__":
    sys.exit(main())
