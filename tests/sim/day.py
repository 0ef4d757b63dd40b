"""One seed: days of a shop with a bad line, pulled plugs, copied disks and wrong clocks, thrown by one pair of dice."""

import random
import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from edge.app.hub import Hub
from edge.domain.clock import SimClock
from edge.domain.ids import event_id
from tests.sim.box import Box
from tests.sim.head_office import HeadOffice
from tests.sim.kiosk import Kiosk
from tests.sim.line import Line
from tests.sim.template import Person, Template
from tests.sim.told import Grant, Told

R = TypeVar("R")

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SKEWS_MS = (0, 0, 0, 0, 3 * DAY_MS, -3 * DAY_MS, -400 * DAY_MS, 400 * DAY_MS, 90_000)
BEAT_MS = 4_000
ROUNDS_OF_TWO = 5
"""So often must both of two machines be heard before central can know that both live."""
ROUNDS_TO_HEAL = 40
"""Far above what a line without trouble needs; a world that is not at rest by then never will be."""


class Weather(StrEnum):
    """The one disaster a seed may have beside bad lines, plugs, clocks and days without a line."""

    plain = "plain"
    clone = "clone"  # the disk is copied and both run
    restore = "restore"  # the disk is put back to what it was some time ago
    away = "away"  # nobody hears anybody for weeks
    central_back = "central_back"  # central's books are put back to what they were some time ago


WEATHERS = (Weather.plain,) * 5 + (Weather.clone,) * 2 + (Weather.restore,) * 2 + (Weather.away, Weather.central_back)


class Day:
    """The world of one seed. Acts live in `tests.sim.shop`; `heal` ends every trouble and lets all tell each other everything."""

    def __init__(self, seed: int, folder: Path, office: HeadOffice, template: Template) -> None:
        self.seed, self.office = seed, office
        self.dice = random.Random(seed)
        self.weather = self.dice.choice(WEATHERS)
        self.trail: list[str] = [f"seed {seed}, weather {self.weather}"]
        self.told = Told(orders=dict(template.orders))
        self._folder, self._spares = folder, 0
        self._began_ms = template.now_ms
        office.begin(seed)
        for person in office.people:
            cart = office.cart(person)
            self.told.grant(person.cart, Grant(version=cart.version, lines=tuple((x.line, x.qty) for x in cart.lines)))
        shutil.copytree(template.hub, folder / "A")
        self.boxes = [Box("A", folder / "A", SimClock(template.now_ms), self._line(), self.dice)]
        self.kiosk = Kiosk(folder / "kiosk.db", self.dice)
        self.backups: list[tuple[Path, int, frozenset[str]]] = []  # the copy, when, and the deeds known by then
        self.put_back = False
        self.price_minor = 6_000

    @property
    def people(self) -> tuple[Person, ...]:
        """Ada and Min-jun."""
        return self.office.people

    def say(self, what: str) -> None:
        """Write down what happened, for whoever reads a failed run."""
        minutes = (self.office.clock.now_ms() - self._began_ms) // 60_000
        self.trail.append(f"{minutes // 1440}d {minutes // 60 % 24:02}:{minutes % 60:02}  {what}")

    def pass_time(self, ms: int) -> None:
        """Let time pass everywhere."""
        self.office.clock.advance(ms)
        for box in self.boxes:
            box.clock.advance(ms)

    def box(self) -> Box:
        """The machine somebody stands at."""
        return self.dice.choice(self.boxes)

    def press_id(self, box: Box) -> str:
        """A fresh event_id of a screen."""
        return event_id(box.clock.now_ms(), self.dice.randbytes)

    def press(self, box: Box, act: Callable[[Hub], R]) -> R:
        """Press a button and be told; where the plug is pulled before that, staff press once more."""
        told = self.press_and_go(box, act)
        return act(box.hub) if told is None else told

    def press_and_go(self, box: Box, act: Callable[[Hub], R]) -> R | None:
        """Press a button; None when the plug was pulled before anybody was told: a shopper is forgotten with it."""
        if self.dice.random() < 0.06:
            self.pull_plug(box, lambda: act(box.hub))
            return None
        told = act(box.hub)
        if self.dice.random() < 0.2:
            again = act(box.hub)
            assert again == told, f"the same press was answered with {told} and then with {again}"
        return told

    def turn(self, box: Box) -> None:
        """The machine's loops, once; the plug may be pulled in the middle."""
        if self.dice.random() < 0.12:
            self.pull_plug(box, lambda: box.turn(9))
        else:
            self.say(f"{box.name} beats, pushes, pulls: {box.turn(self.dice.choice((1, 1, 9)))}")

    def pull_plug(self, box: Box, act: Callable[[], object]) -> None:
        """Pull the plug somewhere in what is being done."""
        after = self.dice.choice((1, 3, 6, 10, 15, 25, 60))
        cut = box.die_during(act, after, self.spare(), self.new_clock())
        self.say(f"{box.name}: the plug is pulled {f'before statement {after}' if cut else 'right after an act'}")

    def new_clock(self) -> SimClock:
        """The clock a machine wakes up with: unconfirmed, and sometimes days off."""
        return SimClock(self.office.clock.now_ms() + self.dice.choice(SKEWS_MS), confirmed=False)

    def spare(self) -> Path:
        """A place for a copy."""
        self._spares += 1
        return self._folder / f"copy-{self._spares}"

    def clone(self) -> None:
        """Somebody copies the disk and starts a second machine from it."""
        name = "ABC"[len(self.boxes)]
        self.boxes[0].copy_disk(self._folder / name)
        self.boxes.append(Box(name, self._folder / name, self.new_clock(), self._line(), self.dice))
        self.say(f"{name} is started from a copy of A's disk")

    def heal(self) -> None:
        """Every line is whole; what was held on the way arrives; all talk until nothing is left to say."""
        self.say("everything heals")
        for box in self.boxes:
            box.line.trouble, box.line.cut = 0.0, False
        self.kiosk.trouble = 0.0
        self.pass_time(DAY_MS)
        for done in range(ROUNDS_TO_HEAL):
            before = self._reached()
            self.kiosk.push(self.boxes[0])
            for box in self.boxes:
                box.turn(99, beats=len(self.boxes) > 1)
            self.pass_time(BEAT_MS)
            is_long_enough = len(self.boxes) == 1 or done >= ROUNDS_OF_TWO
            if is_long_enough and before == self._reached() and not any(box.owed() for box in self.boxes):
                return
        raise AssertionError(f"still owed {[box.owed() for box in self.boxes]}, reached {self._reached()}")

    def close(self) -> None:
        """Stop everything."""
        for box in self.boxes:
            box.close()
        self.kiosk.close()

    def _reached(self) -> list[object]:
        return [(box.owed(), box.reached()) for box in self.boxes] + [self.kiosk.owed()]

    def _line(self) -> Line:
        line = Line(self.office, self.dice)
        line.trouble = self.dice.choice((0.0, 0.1, 0.3))
        return line
