"""Records a day, then opens what the disk may hold after each of its steps: `python -m tests.faults.crash_states.sweep STATES`."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import msgspec

from edge.app.hub import open_hub
from edge.domain.clock import SimClock
from edge.store.databases import KEYS_FILE, REPLICA_FILE, STATE_FILE
from sync.db import driver, faults_in
from sync.errors import SyncError
from tests.cast.counter import NOON_MS, STORE, NoLine
from tests.exchange.rows import dice
from tests.faults.crash_states.day import SAID
from tests.faults.crash_states.disk import Cut, Disk, State, Step, read_steps
from tests.faults.crash_states.presses import Line
from tests.faults.crash_states.promises import Heard, Reader, broken, pressed_again

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
RECORDER = HERE / "recorder.c"

ORDERS = 52
"""A day's orders; each makes five or six facts."""

ENOUGH_WRONG = 50
"""After so many broken promises another thousand say nothing new."""

PER_RECORDING = 5_000
"""States of one recording in the long form: recordings differ in how their threads met, so many are worth more than one."""

FACTS_LEAST = 200
"""A recording with fewer acknowledged facts would leave too many steps at which nothing could be lost."""

CHECKED_ONE_IN = 20
"""How often SQLite's own check runs over all three files, which costs more than opening them."""


@dataclass
class Swept:
    """How many states were opened, and what was wrong with which: step, cut, and the broken promise in words."""

    steps: int = 0
    syncs: int = 0
    acknowledged: int = 0
    states: int = 0
    repeated: int = 0
    wrong: list[str] = field(default_factory=list)
    per_cut: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def summary(self) -> str:
        """The figures in one line."""
        cuts = ", ".join(f"{kind} {times}" for kind, times in sorted(self.per_cut.items()))
        return (
            f"{self.states} states ({cuts}; {self.repeated} met again) after {self.steps} steps with {self.syncs} syncs, "
            f"{self.acknowledged} acknowledged facts: {len(self.wrong)} promises broken, {self.seconds:.0f} s"
        )


def record(folder: Path, *, orders: int, compiler: str) -> Path:
    """Run the day under the recorder in `folder`; gives the file of its steps."""
    library, steps, hub = folder / "recorder.so", folder / "steps", folder / "hub"
    hub.mkdir(parents=True)
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, RECORDER], check=True)
    recorded = {
        "LD_PRELOAD": str(library),
        "STOREFLOOR_RECORD_FOLDER": str(hub),
        "STOREFLOOR_RECORD_TO": str(steps),
    }
    day = [sys.executable, "-m", "tests.faults.crash_states.day", str(hub), str(orders)]
    subprocess.run(day, cwd=ROOT, env=os.environ | recorded, check=True)
    return steps


def sweep(steps: Path, scratch: Path, *, states: int, seed: int) -> Swept:
    """Open `states` different states, spread evenly over the steps, and check each."""
    began, swept, recorded = time.monotonic(), Swept(), list(read_steps(steps))
    swept.steps = len(recorded)
    disk, heard, dice_, seen = Disk(), Heard(), Random(seed), set[tuple[object, ...]]()
    bench = Bench(scratch, dice_)
    for number, step in enumerate(recorded):
        if step.path.endswith(f"/{SAID}"):
            for line in _lines(step):
                heard.hear(line)
            continue
        disk.step(step)
        if len(swept.wrong) >= ENOUGH_WRONG:
            break
        due = states * (number + 1) // len(recorded) - swept.states
        for cut in _cuts(number, due):
            state = disk.after_a_cut(cut, dice_)
            key = (*state.key, heard.acknowledged)
            if key in seen:
                swept.repeated += 1
                continue
            seen.add(key)
            swept.states += 1
            swept.per_cut[cut] += 1
            swept.wrong += [f"step {number}, {cut}, seed {seed}: {what}" for what in bench.check(state, heard)]
    swept.syncs, swept.acknowledged = disk.syncs, heard.acknowledged
    swept.seconds = time.monotonic() - began
    return swept


def _cuts(number: int, due: int) -> Iterator[Cut]:
    """As many cuts as are due, each step beginning with another kind."""
    kinds = list(Cut)
    for place in range(due):
        yield kinds[(number + place) % len(kinds)]


def _lines(step: Step) -> Iterator[Line]:
    for line in step.data.splitlines():
        yield msgspec.json.decode(line, type=Line)


class Bench:
    """A folder in memory where one state after the other is laid out and looked at."""

    def __init__(self, folder: Path, dice_: Random) -> None:
        self._folder = folder
        self._dice = dice_
        self._reader = Reader()
        self._laid = 0

    def check(self, state: State, heard: Heard) -> list[str]:
        """What a hub that starts on this state has lost or made up; empty when it keeps every promise."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        for path, content in state.files.items():
            (self._folder / Path(path).name).write_bytes(content)
        self._laid += 1
        try:
            return list(self._start_and_look(heard))
        except (driver.Error, SyncError) as error:
            return [f"the hub does not start: {type(error).__name__}: {error}"]

    def _start_and_look(self, heard: Heard) -> Iterator[str]:
        chance = dice(f"after the cut {self._laid}")
        hub = open_hub(self._folder, store=STORE, node="H1", clock=SimClock(NOON_MS), rng=chance, central=NoLine())
        try:
            yield from broken(hub, heard, self._reader)
            # In turn one that may be half done, where there is one, and one of those that were answered.
            begun = heard.in_flight() if self._laid % 2 else []
            begun = begun or [heard.presses[name] for name in heard.answered]
            if begun:
                yield from pressed_again(hub, self._dice.choice(begun), heard)
        finally:
            hub.close()
        if self._laid % CHECKED_ONE_IN == 0:
            for name in (STATE_FILE, REPLICA_FILE, KEYS_FILE):
                yield from faults_in(self._folder / name)


def one_recording(compiler: str, orders: int, states: int, seed: int) -> Swept:
    """Record a day of its own and sweep it: what one of several processes does."""
    with memory_folder() as folder:
        steps = record(folder / "day", orders=orders, compiler=compiler)
        return sweep(steps, folder / "state", states=states, seed=seed)


def main() -> None:
    """Run from the command line: print the figures per recording, and end with 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", type=int, help="how many different states to open")
    parser.add_argument("--orders", type=int, default=ORDERS, help="orders of each recorded day")
    parser.add_argument("--seed", type=int, default=1, help="decides which of the possible states are opened")
    given = parser.parse_args()
    compiler = shutil.which("cc")
    if compiler is None:
        sys.exit("crash: there is no C compiler (cc) to build the recorder with; run make setup as root")
    share = [min(PER_RECORDING, given.states - done) for done in range(0, given.states, PER_RECORDING)]
    states = wrong = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        work = partial(one_recording, compiler, given.orders)
        for swept in pool.map(work, share, range(given.seed, given.seed + len(share))):
            print(swept.summary(), *swept.wrong, sep="\n  ", flush=True)
            states, wrong = states + swept.states, wrong + len(swept.wrong) + (swept.acknowledged < FACTS_LEAST)
    print(f"{states} states of {len(share)} recordings: {wrong} promises broken")
    sys.exit(1 if wrong else 0)


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder in memory where the machine has one: thousands of files are laid out and thrown away."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="storefloor-crash-", dir=memory) as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
