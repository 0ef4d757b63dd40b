"""The result of a rough week: where every unit and every penny of it went, in both books, set against the plan."""

from typing import Any

import msgspec

from edge.tools.replay.acts import Cut
from edge.tools.replay.report import Harm as PlainHarm
from edge.tools.replay.rough.plan import Fate, RoughPlan
from edge.tools.uci_plan import Totals

TOLERANCE = 0.2
"""How far a count may be from what the seed planned. Cancellations are each answered, so those are counted exactly."""


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """What was ordered, and what became of it; in units or in minor units of money. `substituted_in` stands apart."""

    ordered: int
    handed_over: int
    substituted_away: int
    short: int
    expired: int
    cancelled: int
    substituted_in: int

    @property
    def accounted(self) -> int:
        """Everything whose end is known."""
        return self.handed_over + self.substituted_away + self.short + self.expired + self.cancelled


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Orders by how they ended, and lines that were not simply picked."""

    orders: int
    handed_over: int
    expired_orders: int
    cancelled_orders: int
    short_lines: int
    substituted_lines: int


class Cancels(msgspec.Struct, frozen=True, kw_only=True):
    """How cancellations were answered."""

    granted: int
    refused: int


class Harm(msgspec.Struct, frozen=True, kw_only=True):
    """What must be nothing."""

    refunds_of_collected: int
    handed_over_twice: int
    dearer_substitutes: int


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was read from the stopped files, by book where both are asked."""

    units: dict[str, Shares]
    money_minor: dict[str, Shares]
    counts: dict[str, Counts]
    cancels: Cancels
    proxies: int
    partial: int
    returns: int
    harm: Harm


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What only the play knows: cancellations that central refused by itself, and handovers made while the line was cut."""

    refused_at_once: int
    handed_over_while_cut: int


class RoughResult(msgspec.Struct, frozen=True, kw_only=True):
    """One rough replay, whole. `product_minor` is what the files' product lines cost together."""

    files: Totals
    product_minor: int
    plan: dict[str, int]
    books: Books
    plain_harm: PlainHarm
    played: Played
    cuts: tuple[Cut, ...]
    kills: dict[str, int]
    wall_s: float
    cpu_s: dict[str, float]

    @property
    def cancels(self) -> Cancels:
        """The shop's answers, and central's own to those that came too late even to be asked."""
        heard = self.books.cancels
        return Cancels(granted=heard.granted, refused=heard.refused + self.played.refused_at_once)

    def seen(self) -> dict[str, int]:
        """The counts that stand beside the plan's."""
        counts = self.books.counts["central"]
        return {
            "short_lines": counts.short_lines,
            "substituted_lines": counts.substituted_lines,
            "expired_orders": counts.expired_orders,
            "proxies": self.books.proxies,
            "returns": self.books.returns,
            "partial": self.books.partial,
        }

    def disagreements(self) -> list[str]:
        """Each number that is not what it must be, in words; empty when the week is whole."""
        return [*_unequal(self.books), *_open(self), *_off_the_plan(self), *_harmful(self)]

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints: the week's totals on top, each book's own beneath its name."""
        books, counts = self.books, self.books.counts["central"]
        return {
            **msgspec.structs.asdict(self.files),
            "scenario": "rough",
            "handed_over": counts.handed_over,
            "handed_over_while_cut": self.played.handed_over_while_cut,
            "cancelled_orders": counts.cancelled_orders,
            **self.seen(),
            "cancels_planned": self.plan["cancels"],
            "cancels_granted": self.cancels.granted,
            "cancels_refused": self.cancels.refused,
            **msgspec.structs.asdict(books.harm),
            **msgspec.structs.asdict(self.plain_harm),
            "units": msgspec.structs.asdict(books.units["central"]),
            "money_minor": msgspec.structs.asdict(books.money_minor["central"]),
            "plan": self.plan,
            **{book: self._book(book) for book in ("central", "hub")},
            "cuts": [msgspec.structs.asdict(cut) for cut in self.cuts],
            "kills": self.kills,
            "wall_s": round(self.wall_s, 1),
            "cpu_s": {name: round(seconds, 1) for name, seconds in self.cpu_s.items()},
            "disagreements": self.disagreements(),
        }

    def summary(self) -> str:
        """The week in a sentence."""
        units, seen = self.books.units["central"], self.seen()
        ended = ", ".join(f"{name} {count}" for name, count in seen.items())
        return (
            f"{units.ordered} units: {units.handed_over} handed over, {units.substituted_away} replaced, {units.short} short,"
            f" {units.expired} expired, {units.cancelled} cancelled; {ended}; cancellations {self.cancels.granted} granted,"
            f" {self.cancels.refused} refused; {self.wall_s:.0f} s"
        )

    def _book(self, name: str) -> dict[str, Any]:
        return {
            **msgspec.structs.asdict(self.books.counts[name]),
            "units": msgspec.structs.asdict(self.books.units[name]),
            "money_minor": msgspec.structs.asdict(self.books.money_minor[name]),
        }


def planned(plan: RoughPlan) -> dict[str, int]:
    """What the seed planned, under the names of the result."""
    return {
        "short_lines": plan.lines(substituted=False),
        "substituted_lines": plan.lines(substituted=True),
        "expired_orders": plan.count(Fate.no_show),
        "proxies": plan.count(Fate.proxy),
        "returns": plan.count(Fate.returned),
        "partial": plan.count(Fate.partial),
        "cancels": plan.count(Fate.cancel),
    }


def _unequal(books: Books) -> list[str]:
    """Where hub and central do not say the same."""
    pairs: list[tuple[str, dict[str, Any]]] = [
        ("units", books.units),
        ("money_minor", books.money_minor),
        ("counts", books.counts),
    ]
    return [
        f"{name}: {field} is {getattr(each['hub'], field)} at the hub and {getattr(each['central'], field)} at central"
        for name, each in pairs
        for field in each["hub"].__struct_fields__
        if getattr(each["hub"], field) != getattr(each["central"], field)
    ]


def _open(result: RoughResult) -> list[str]:
    """Units, money and orders without an end, and a week that is not the one in the files."""
    books, files, wrong = result.books, result.files, []
    for name, each, sold in (
        ("units", books.units["central"], files.product_units),
        ("money_minor", books.money_minor["central"], result.product_minor),
    ):
        if each.accounted != each.ordered:
            wrong.append(f"{name}: {each.ordered} ordered, {each.accounted} accounted for")
        if each.ordered != sold:
            wrong.append(f"{name}: {each.ordered} ordered, {sold} in the files")
    units, counts = books.units["central"], books.counts["central"]
    if units.substituted_in != units.substituted_away:
        wrong.append(f"{units.substituted_away} units were replaced by {units.substituted_in}")
    ended = counts.handed_over + counts.expired_orders + counts.cancelled_orders
    if not counts.orders == ended == files.pickups:
        wrong.append(f"{files.pickups} pickups in the files, {counts.orders} in the book, {ended} of them ended")
    return wrong


def _off_the_plan(result: RoughResult) -> list[str]:
    wrong = [
        f"{name} is {count}, planned were {result.plan[name]}"
        for name, count in result.seen().items()
        if count == 0 or abs(count - result.plan[name]) > TOLERANCE * result.plan[name]
    ]
    cancels, asked = result.cancels, result.plan["cancels"]
    if cancels.granted + cancels.refused != asked or not (cancels.granted and cancels.refused):
        wrong.append(f"of {asked} cancellations {cancels.granted} were granted and {cancels.refused} refused")
    return wrong


def _harmful(result: RoughResult) -> list[str]:
    harm = msgspec.structs.asdict(result.books.harm) | msgspec.structs.asdict(result.plain_harm)
    return [f"{name} is {count}, not 0" for name, count in harm.items() if count]
