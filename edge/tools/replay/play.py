"""The rounds of the week: carts are filled and reach the hub, pickups are wished at the kiosk, then collected, mostly cut.

Everything goes over HTTP to running processes. The play owns the line switch and, if asked, the reaper; it books nothing.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from edge.domain.ids import Rng
from edge.tools.asking import NoAnswer, SignedCaller
from edge.tools.replay.acts import Acts, Cut
from edge.tools.replay.desk import Desk
from edge.tools.replay.floor import Visit
from edge.tools.replay.phone import Collectable, Guest, Phone
from edge.tools.replay.plan import VISIT_ORDERS, KillPlan, Round
from edge.tools.replay.week import is_pickup
from edge.tools.uci_plan import Sale
from sync.signing import PrivateKey

LOOK_AGAIN_S = 0.03
PATIENCE_S = 180.0
STAGED_TOGETHER = 6
"""A clerk picks a handful, stages them, hands them over; never one by one, never the whole round."""


class Stage(Protocol):
    """The running shop the play is played in."""

    central_url: str
    hub_url: str
    kiosk_url: str
    store: str

    def cut(self) -> None:
        """Cut the line to central."""

    def restore(self) -> None:
        """Restore it."""

    def strike(self, name: str) -> None:
        """Kill a process with SIGKILL at a random moment from now, and start it again; returns at once."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """What every play is given: chance, where answers are filed, what is killed when, and who hears of the rounds."""

    rng: Rng
    acts: Acts
    kills: KillPlan
    say: Callable[[str], None]


class Play:
    """One play from the first round to the last fact."""

    def __init__(
        self,
        stage: Stage,
        operator: SignedCaller,
        desk: Desk,
        app_keys: dict[str, tuple[str, PrivateKey]],
        means: Means,
    ) -> None:
        self._stage = stage
        self._operator = operator
        self._desk = desk
        self._rng = means.rng
        self._acts = means.acts
        self._kills = means.kills
        self._say = means.say
        self._phones = {
            customer: Phone(stage.central_url, identity, key, means.rng, means.acts)
            for customer, (identity, key) in app_keys.items()
        }
        self._order_of: dict[str, str] = {}
        self._line_of: dict[tuple[str, int], int] = {}
        self._act_number = 0
        self._began_s = time.monotonic()
        self._cut_since_s: float | None = None
        self.cuts: list[Cut] = []

    # --- the line -----------------------------------------------------------------------------------------------

    def _cut(self) -> None:
        if self._cut_since_s is None:
            self._stage.cut()
            self._cut_since_s = time.monotonic()

    def _restore(self) -> None:
        if self._cut_since_s is not None:
            self._stage.restore()
            start = self._cut_since_s - self._began_s
            self.cuts.append(Cut(start=round(start, 2), seconds=round(time.monotonic() - self._cut_since_s, 2)))
            self._cut_since_s = None

    def _confirm_time(self) -> None:
        """Let the hub hear central's time, then go on as before."""
        was_cut = self._cut_since_s is not None
        self._restore()
        self._wait("the hub's time is confirmed", lambda: bool(self._desk.ops()["line"]["time_confirmed"]))
        if was_cut:
            self._cut()

    def _wait(self, what: str, is_so: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > deadline_s:
                raise NoAnswer(f"waited {PATIENCE_S:.0f} s in vain until {what}")
            time.sleep(LOOK_AGAIN_S)

    def _until_hub_knows_all(self) -> None:
        """Everything the hub owes is at central, and everything central answered is at the hub."""
        self._wait("the hub owes nothing", lambda: self._desk.ops()["line"]["owed_all"] == 0)
        heads = self._operator.must("GET", "/v1/admin/feeds")["feeds"]

        def caught_up() -> bool:
            read = {cursor["feed"]: cursor["number"] for cursor in self._desk.ops()["cursors"]}
            return all(read[feed] >= heads.get(feed, 0) for feed in read)

        self._wait("the hub has read every feed", caught_up)

    @contextmanager
    def _act(self) -> Iterator[None]:
        for name in self._kills.due(self._act_number):
            self._stage.strike(name)
        self._act_number += 1
        yield

    # --- the rounds ---------------------------------------------------------------------------------------------

    def round(self, one: Round) -> None:
        """Play one round to its end; the line is up afterwards."""
        collectable = self._guests(one.sales)
        lines = self._fill_carts(one.sales)
        self._until_hub_knows_all()
        if one.ordered_while_cut:
            self._cut()
        collectable += self._make_pickups(one.sales, lines)
        self._restore()
        self._until_hub_knows_all()
        self._fetch_passes(collectable)
        self._collect(one, collectable)
        self._take_back(one)
        self._restore()
        self._say(f"round {one.number + 1}: {len(collectable)} pickups, {len(one.returns)} returns")

    def finish(self) -> None:
        """Wait until every fact of every lane has its receipt."""
        self._restore()
        self._until_hub_knows_all()

    def _guests(self, sales: tuple[Sale, ...]) -> list[Collectable]:
        ordered = []
        for sale in sales:
            if sale.customer is None:
                with self._act():
                    order = Guest(self._stage.central_url, self._rng, self._acts).order(sale, self._stage.store)
                if is_pickup(sale):
                    ordered.append(order)
        return ordered

    def _fill_carts(self, sales: tuple[Sale, ...]) -> dict[str, dict[int, str]]:
        lines = {}
        for sale in sales:
            if sale.customer is None:
                continue
            phone = self._phones[sale.customer]
            with self._act():
                if is_pickup(sale):
                    lines[sale.invoice] = phone.fill(sale)
                else:
                    phone.order_charges_only(sale, self._stage.store)
        return lines

    def _make_pickups(self, sales: tuple[Sale, ...], lines: dict[str, dict[int, str]]) -> list[Collectable]:
        by_shopper: dict[str, list[Sale]] = {}
        for sale in sales:
            if sale.customer is not None and is_pickup(sale):
                by_shopper.setdefault(sale.customer, []).append(sale)
        made = []
        for customer, hers in by_shopper.items():
            for first in range(0, len(hers), VISIT_ORDERS):
                visit = Visit(self._stage.kiosk_url, self._phones[customer], self._acts, self._confirm_time)
                for sale in hers[first : first + VISIT_ORDERS]:
                    with self._act():
                        made.append(visit.make_pickup(sale, lines[sale.invoice]))
                visit.leave()
        return made

    def _fetch_passes(self, collectable: list[Collectable]) -> None:
        granted: dict[str, str] = {}
        for customer in {order.sale.customer for order in collectable if order.sale.customer is not None}:
            granted |= {order["asked_by"]: order["order_id"] for order in self._phones[customer].orders()}
        for order in collectable:
            if order.sale.customer is None:
                order.pass_text = Guest(self._stage.central_url, self._rng, self._acts).pass_of(order)
            else:
                order.order_id = granted[order.asked_by]
                order.pass_text = self._phones[order.sale.customer].pass_of(order.order_id)
            self._know_lines(order)

    def _know_lines(self, order: Collectable) -> None:
        """Note which line of the order each row of the file became; returns name it. Raises NoAnswer when one is not there."""
        self._wait(f"order {order.order_id} is at the hub", lambda: self._desk.detail(order.order_id) is not None)
        self._order_of[order.sale.invoice] = order.order_id
        for number, line in enumerate(order.sale.lines, start=1):
            self._line_of[order.sale.invoice, line.place] = number

    def _collect(self, one: Round, collectable: list[Collectable]) -> None:
        acts = self._collecting_acts(collectable)
        for number, act in enumerate(acts):
            share = number / max(len(acts), 1)
            self._cut() if any(begin <= share < end for begin, end in one.cuts) else self._restore()
            with self._act():
                act()

    def _collecting_acts(self, collectable: list[Collectable]) -> list[Callable[[], None]]:
        acts: list[Callable[[], None]] = []
        for first in range(0, len(collectable), STAGED_TOGETHER):
            few = collectable[first : first + STAGED_TOGETHER]
            acts += [partial(self._desk.pick, order) for order in few]
            acts += [partial(self._desk.stage, order, f"A-{place:02d}") for place, order in enumerate(few, start=1)]
            acts += [partial(self._hand_over, order) for order in few]
        return acts

    def _hand_over(self, order: Collectable) -> None:
        self._desk.hand_over(order, is_cut=self._cut_since_s is not None)

    def _take_back(self, one: Round) -> None:
        for document in one.returns:
            with self._act():
                self._desk.take_back(document, self._order_of, self._line_of)
