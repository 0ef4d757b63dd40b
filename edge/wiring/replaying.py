"""Runs `storefloor replay`: lays out a world in a folder, imports the week, plays it, stops everything, and counts."""

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: one seed is one play

import click
import msgspec

from edge.domain.clock import SystemClock
from edge.tools.asking import NoAnswer, Refused, SignedCaller
from edge.tools.import_uci import import_uci, profiles_of
from edge.tools.replay.acts import Acts
from edge.tools.replay.count import Books
from edge.tools.replay.desk import Desk
from edge.tools.replay.plan import plan_kills, plan_rounds
from edge.tools.replay.play import Play
from edge.tools.replay.report import Result
from edge.tools.replay.week import read_returns, read_sales
from edge.tools.uci_rows import NoFiles
from edge.wiring.importing import operator_at
from edge.wiring.randomness import system_rng
from edge.wiring.world import World, free_ports
from sync.signing import PrivateKey, public_bytes, public_text

STORE = "S001"
CLERK = ("kim", "Kim", "clerk", "246810")
ACTS_PER_SALE = 5
"""Filled, made a pickup, picked, staged, handed over: how many acts a kill can be drawn among."""

LONGEST_WAIT_BEFORE_KILL_S = 0.02
"""A kill falls at a random moment of the act that is just being sent."""


def run_replay(folder: Path, *, seed: int, as_json: bool, keep: Path | None, days: int | None, kills: int) -> int:
    """Play the week in `folder`; gives the exit code: 0 only when every book agrees to the unit and the minor unit."""
    with ExitStack() as held:
        here = keep or Path(held.enter_context(tempfile.TemporaryDirectory(prefix="storefloor-replay-")))
        if here.exists() and any(here.iterdir()):
            raise click.ClickException(f"{here} is not empty: a replay begins in an empty folder")
        here.mkdir(parents=True, exist_ok=True)
        try:
            result = Replay(folder, here.resolve(), seed, days, kills).run()
        except (NoFiles, NoAnswer, Refused) as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(msgspec.json.encode(result.as_json()).decode())
    _summarise(result)
    return 1 if result.disagreements() else 0


class Replay:
    """One replay: its world, its shoppers' keys, its play."""

    def __init__(self, folder: Path, here: Path, seed: int, days: int | None, kills: int) -> None:
        self._folder = folder
        self._here = here
        self._days = days
        self._kills = kills
        self._random = Random(seed)  # noqa: S311 - a seed must give the same play again
        self._acts = Acts()
        self._world = World(here, store=STORE, ports=free_ports())
        self._stage = RunningShop(self._world, self._random)

    def run(self) -> Result:
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
                self._folder, operator, week, store=STORE, now_ms=now_ms, echo=_say, days=self._days
            ).totals
            world.add_staff(*CLERK)
            app_keys = self._give_phones(operator, week)
            world.start_store()
            play = self._play(operator, week, app_keys)
            self._start_again()
            cpu_s = {name: process.cpu_total_s() for name, process in world.processes.running.items()}
        finally:
            self._stage.rest()
            world.stop()
        books = Books(self._here)
        try:
            return Result(
                files=files,
                central=books.central_totals(),
                hub=books.hub_totals(),
                harm=books.harm(self._acts),
                handed_over_while_cut=len(self._acts.handed_over_while_cut),
                cuts=tuple(play.cuts),
                kills=self._stage.kills,
                wall_s=time.monotonic() - began_s,
                cpu_s=cpu_s | {"play": time.process_time()},
            )
        finally:
            books.close()

    def _give_phones(self, operator: SignedCaller, week: Path) -> dict[str, tuple[str, PrivateKey]]:
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

    def _play(self, operator: SignedCaller, week: Path, app_keys: dict[str, tuple[str, PrivateKey]]) -> Play:
        sales, returns = read_sales(week), read_returns(week)
        rounds = plan_rounds(sales, returns, self._random)
        staff_id, _, _, pin = CLERK
        desk = _patiently(lambda: Desk(self._world.hub_url, staff_id, pin, system_rng, self._acts))
        play = Play(
            self._stage,
            operator,
            desk,
            app_keys,
            rng=system_rng,
            acts=self._acts,
            kills=plan_kills(ACTS_PER_SALE * len(sales), self._kills, self._random),
            say=_say,
        )
        with click.progressbar(rounds, label="playing", file=sys.stderr) as shown:
            for one in shown:
                play.round(one)
        play.finish()
        return play

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


def _patiently(make: Callable[[], Desk]) -> Desk:
    """Staff come down with the first pull: ask again until the clerk is known."""
    deadline_s = time.monotonic() + 60
    while True:
        try:
            return make()
        except Refused:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.2)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _summarise(result: Result) -> None:
    cut_s = sum(cut.seconds for cut in result.cuts)
    _say(
        f"{result.hub.handed_over} of {result.files.pickups} pickups handed over, {result.handed_over_while_cut} while cut"
        f" ({len(result.cuts)} cuts, {cut_s:.0f} s); lost {result.harm.lost}, doubled {result.harm.duplicates_applied},"
        f" owed {result.harm.facts_owed}, flagged {result.harm.flagged}; {result.wall_s:.0f} s"
    )
    for wrong in result.disagreements():
        _say(f"DISAGREES  {wrong}")
