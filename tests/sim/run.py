"""Plays one seed from beginning to end and says what it saw: the acts, the healing, and what the checks found."""

import gc
import hashlib
import logging
import shutil
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec
import structlog

from tests.sim import counter, disasters, shop
from tests.sim.checks import check
from tests.sim.day import Day, Weather
from tests.sim.head_office import HeadOffice
from tests.sim.template import new_folder, template

ACTS = 80
Act = Callable[[Day], None]

ACTS_OF_PEOPLE: tuple[tuple[int, Act], ...] = (
    (9, shop.phone_fills_cart),
    (6, shop.phone_orders),
    (2, shop.phone_cancels),
    (5, shop.kiosk_wishes),
    (4, shop.kiosk_orders),
    (10, shop.staff_picks),
    (10, shop.staff_stages),
    (9, shop.staff_hands_over),
    (3, shop.staff_takes_back),
    (3, shop.shopper_checks_in),
    (3, counter.staff_asks_ada),
    (2, counter.phone_answers),
    (2, counter.staff_answers),
    (3, counter.staff_substitutes),
    (4, counter.staff_undoes),
    (3, counter.staff_voids),
    (2, counter.staff_moves_a_parcel),
    (2, counter.nobody_came),
    (2, counter.the_run_is_taken_back),
    (2, counter.staff_answers_a_cancel),
    (3, shop.kiosk_writes_down),
    (11, lambda day: day.turn(day.box())),
    (4, disasters.line_changes),
    (2, disasters.hours_pass),
    (1, disasters.days_pass),
    (2, disasters.plug_is_pulled),
    (1, disasters.price_rises),
)
OF_THE_WEATHER: dict[Weather, tuple[tuple[float, float, Act], ...]] = {
    Weather.plain: ((0.1, 1.0, disasters.disk_gets_tight),),
    Weather.clone: ((0.0, 0.6, disasters.disk_is_cloned),),
    Weather.restore: (
        (0.0, 0.2, disasters.disk_is_backed_up),
        (0.2, 0.4, disasters.disk_is_backed_up),
        (0.4, 0.9, disasters.disk_is_put_back),
    ),
    Weather.away: ((0.2, 0.9, disasters.weeks_pass), (0.1, 1.0, disasters.disk_gets_tight)),
    Weather.central_back: (
        (0.0, 0.2, disasters.books_are_backed_up),
        (0.2, 0.4, disasters.books_are_backed_up),
        (0.4, 0.9, disasters.books_are_put_back),
    ),
}
"""Disasters happen once, somewhere between two parts of the day."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One seed: what happened, what was found wrong (None: nothing), and what central's ledger comes to."""

    seed: int
    weather: str
    trail: tuple[str, ...]
    wrong: str | None
    ledger: str
    facts: int


@contextmanager
def _quietly() -> Iterator[None]:
    """Nobody reads the log of a machine that lives for a tenth of a second; writing it would cost as much as the machine."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


@cache
def _office() -> HeadOffice:
    office = HeadOffice(Path(new_folder()), template())
    gc.freeze()  # what is built for all seeds need not be walked through in each
    return office


def run(seed: int) -> Seen:
    """Play this seed; the same seed always gives the same. What the checks or the code itself found wrong is in `wrong`."""
    with _quietly():
        return _run(seed)


def _run(seed: int) -> Seen:
    office = _office()
    folder = Path(new_folder())
    day = Day(seed, folder, office, template())
    try:
        wrong = _found_wrong(day)
        rows = office.rows("SELECT * FROM ledger ORDER BY store_id, node, epoch, lane, sequence")
        digest = hashlib.sha256(repr(rows).encode()).hexdigest()
        return Seen(
            seed=seed,
            weather=day.weather.value,
            trail=tuple(day.trail),
            wrong=wrong,
            ledger=digest,
            facts=len(rows),
        )
    finally:
        day.close()
        shutil.rmtree(folder)


def _found_wrong(day: Day) -> str | None:
    try:
        _play(day)
        day.heal()
        if day.put_back:
            shop.everybody_says_one_more(day)
            day.heal()
        check(day)
    except Exception as error:  # noqa: BLE001 - whatever ends a seed is what it found
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {where.name}: {error}"
    return None


def _play(day: Day) -> None:
    weighed = [act for weight, act in ACTS_OF_PEOPLE for _ in range(weight)]
    due: defaultdict[int, list[Act]] = defaultdict(list)
    for begins, ends, disaster in OF_THE_WEATHER[day.weather]:
        due[day.dice.randrange(int(begins * ACTS), int(ends * ACTS))].append(disaster)
    for number in range(ACTS):
        for act in (*due[number], day.dice.choice(weighed)):
            act(day)
        day.pass_time(day.dice.randrange(200, 40_000))
