"""Plays a week: lays out a world in a folder, imports the week, plays it through running processes, stops everything, and counts."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: one seed is one play
from typing import Any, Protocol, TypeVar

import click
import msgspec

from edge.domain.clock import SystemClock
from edge.tools.asking import Refused, SignedCaller
from edge.tools.import_uci import import_uci, profiles_of
from edge.tools.replay.acts import Acts, Cut
from edge.tools.replay.count import Books
from edge.tools.replay.desk import Desk
from edge.tools.replay.plan import Round, plan_kills, plan_rounds
from edge.tools.replay.play import Means, Play
from edge.tools.replay.report import Result
from edge.tools.replay.week import read_returns, read_sales
from edge.tools.uci_plan import Return, Sale, Totals
from edge.wiring.importing import operator_at
from edge.wiring.randomness import system_rng
from edge.wiring.world import World, free_ports
from sync.signing import PrivateKey, public_bytes, public_text

STORE = "S001"
Person = tuple[str, str, str, str]
"""Staff number, name, role and PIN."""

CLERK: Person = ("kim", "Kim", "clerk", "246810")
ACTS_PER_SALE = 5
"""Filled, made a pickup, picked, staged, handed over: how many acts a kill can be drawn among."""

AppKeys = dict[str, tuple[str, PrivateKey]]
"""Identity and key of each shopper's phone, by customer."""

D = TypeVar("D", bound=Desk)

LONGEST_WAIT_BEFORE_KILL_S = 0.02
"""A kill falls at a random moment of the act that is just being sent."""


class Outcome(Protocol):
    """What a replay found, whatever was played."""

    def disagreements(self) -> list[str]:
        """Each number that is not what it must be; empty when the week is whole."""
        ...

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        ...

    def summary(self) -> str:
        """The week in a sentence."""
        ...


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What is known once every process has stopped, whatever was played."""

    files: Totals
    handed_over_while_cut: int
    cuts: tuple[Cut, ...]
    kills: dict[str, int]
    wall_s: float
    cpu_s: dict[str, float]


class Replay:
    """One replay: its world, its shoppers' keys, its play. A scenario of its own says what differs."""

    staff: tuple[Person, ...] = (CLERK,)

    def __init__(self, folder: Path, here: Path, seed: int, days: int | None, kills: int) -> None:
        self._folder = folder
        self._here = here
        self._days = days
        self._kills = kills
        self._random = Random(seed)  # noqa: S311 - a seed must give the same play again
        self._acts = Acts()
        self._world = World(here, store=STORE, ports=free_ports())
        self._stage = RunningShop(self._world, self._random)

    def run(self) -> Outcome:
        """Import, play, stop, start and stop again, count."""
        began_s = time.monotonic()
        world = self._world
        try:
            world.start_central()
            operator = operator_at(world.central_url, world.operator_key)
            week = self._here / "week"
            week.mkdir()
            now_ms = SystemClock().now_ms()
            files = import_uci(
                self._folder, operator, week, store=STORE, now_ms=now_ms, echo=say_aloud, days=self._days
            ).totals
            sales, returns = read_sales(week), read_returns(week)
            self.prepare(operator, sales, returns)
            for person in self.staff:
                world.add_staff(*person)
            app_keys = self._give_phones(operator, week)
            world.start_store()
            rounds = plan_rounds(sales, returns, self._random)
            play = self.play(operator, app_keys, self._means(sales))
            _play_rounds(play, rounds)
            self._start_again()
            cpu_s = {name: process.cpu_total_s() for name, process in world.processes.running.items()}
        finally:
            self._stage.rest()
            world.stop()
        measured = Measured(
            files=files,
            handed_over_while_cut=len(self._acts.handed_over_while_cut),
            cuts=tuple(play.cuts),
            kills=self._stage.kills,
            wall_s=time.monotonic() - began_s,
            cpu_s=cpu_s | {"play": time.process_time()},
        )
        return self.result(measured)

    def prepare(self, operator: SignedCaller, sales: Sequence[Sale], returns: Sequence[Return]) -> None:
        """Make ready what the import did not, before the shop opens."""

    def play(self, operator: SignedCaller, app_keys: AppKeys, means: Means) -> Play:
        """The play, with its clerk signed in."""
        return Play(self._stage, operator, self._sign_in(Desk, CLERK), app_keys, means)

    def result(self, measured: Measured) -> Outcome:
        """Read the books of the world that stands still."""
        books = Books(self._here)
        try:
            return Result(
                files=measured.files,
                central=books.central_totals(),
                hub=books.hub_totals(),
                harm=books.harm(self._acts),
                handed_over_while_cut=measured.handed_over_while_cut,
                cuts=measured.cuts,
                kills=measured.kills,
                wall_s=measured.wall_s,
                cpu_s=measured.cpu_s,
            )
        finally:
            books.close()

    def _sign_in(self, kind: type[D], person: Person) -> D:
        staff_id, _, _, pin = person
        return _patiently(lambda: kind(self._world.hub_url, staff_id, pin, system_rng, self._acts))

    def _means(self, sales: Sequence[Sale]) -> Means:
        kills = plan_kills(ACTS_PER_SALE * len(sales), self._kills, self._random)
        return Means(rng=system_rng, acts=self._acts, kills=kills, say=say_aloud)

    def _give_phones(self, operator: SignedCaller, week: Path) -> AppKeys:
        """Every imported shopper gets a phone: its key is made here and made known to central."""
        keys: dict[str, PrivateKey] = {}
        known: dict[str, tuple[str, PrivateKey]] = {}
        customers = sorted({sale.customer for sale in read_sales(week) if sale.customer is not None})
        people = profiles_of(customers, STORE)
        for customer, person in zip(customers, people, strict=True):
            keys[customer] = PrivateKey.from_private_bytes(system_rng(32))
            person["app_public_key"] = public_text(public_bytes(keys[customer]))
        for start in range(0, len(people), 500):
            put = operator.must("PUT", "/v1/profiles", {"profiles": people[start : start + 500]})["profiles"]
            for customer, where in zip(customers[start : start + 500], put, strict=True):
                known[customer] = (where["identity_id"], keys[customer])
        return known

    def _start_again(self) -> None:
        """Stop every process and start it once more: what is counted was read back from disk."""
        self._stage.rest()
        for name in ("kiosk", "hub", "central"):
            self._world.processes.running[name].stop()
        for name in ("central", "hub", "kiosk"):
            self._world.processes.running[name].start()


class RunningShop:
    """The running shop as the play sees it: a line to cut, and processes that may be killed at any moment."""

    def __init__(self, world: World, random: Random) -> None:
        self.central_url = world.central_url
        self.hub_url = world.hub_url
        self.kiosk_url = world.kiosk_url
        self.store = world.store
        self.kills: dict[str, int] = {}
        self._world = world
        self._random = random
        self._striking: list[threading.Thread] = []

    def cut(self) -> None:
        """Cut the line to central."""
        self._world.line.cut()

    def restore(self) -> None:
        """Restore it."""
        self._world.line.restore()

    def strike(self, name: str) -> None:
        """Kill a process at a random moment from now and start it again, in a thread of its own."""
        self.rest()
        wait_s = self._random.uniform(0.0, LONGEST_WAIT_BEFORE_KILL_S)
        thread = threading.Thread(target=self._strike, args=(name, wait_s), name=f"strike-{name}")
        thread.start()
        self._striking.append(thread)

    def _strike(self, name: str, wait_s: float) -> None:
        time.sleep(wait_s)
        process = self._world.processes.running[name]
        process.kill()
        self.kills[name] = self.kills.get(name, 0) + 1
        process.start()

    def rest(self) -> None:
        """Wait until everything that was killed serves again."""
        while self._striking:
            self._striking.pop().join()


def _play_rounds(play: Play, rounds: Sequence[Round]) -> None:
    with click.progressbar(rounds, label="playing", file=sys.stderr) as shown:
        for one in shown:
            play.round(one)
    play.finish()


def _patiently(make: Callable[[], D]) -> D:
    """Staff come down with the first pull: ask again until the clerk is known."""
    deadline_s = time.monotonic() + 60
    while True:
        try:
            return make()
        except Refused:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.2)


def say_aloud(line: str) -> None:
    """Tell whoever waits; stdout is the result's alone."""
    click.echo(line, err=True)
