"""Which orders share a round, where the line is cut and when a process is killed: all of it follows from the seed.

Cuts are drawn by counts of acts, never by seconds, so that a slow machine plays the same week as a fast one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from edge.tools.uci_plan import Return, Sale

SMALLEST_ROUND = 20
LARGEST_ROUND = 60
VISIT_ORDERS = 10
"""A U1 counts once per 30 s step, so that many invoices of one shopper may share a visit."""


@dataclass(frozen=True)
class Round:
    """A stretch of the week that is filled, ordered, collected and returned together."""

    number: int
    sales: tuple[Sale, ...]
    returns: tuple[Return, ...]
    ordered_while_cut: bool
    """True in every third round: the wishes are made while the line is cut, and wait for it."""
    cuts: tuple[tuple[float, float], ...]
    """Stretches of the collecting part, as shares of its acts, during which the line is cut."""


@dataclass
class KillPlan:
    """Which acts of the whole play are preceded by a kill."""

    at_act: dict[int, list[str]] = field(default_factory=dict)

    def due(self, act: int) -> list[str]:
        """Names of the processes to kill before this act; each is told once."""
        return self.at_act.pop(act, [])


def plan_rounds(sales: Sequence[Sale], returns: Sequence[Return], rng: Random) -> list[Round]:
    """Cut the week into rounds of 20–60 invoices; a return comes in the first round after its sale's, or in its own place."""
    rounds: list[Round] = []
    waiting = list(returns)
    start = 0
    while start < len(sales):
        size = rng.randint(SMALLEST_ROUND, LARGEST_ROUND)
        chosen = tuple(sales[start : start + size])
        start += size
        last = start >= len(sales)
        known = {sale.invoice for earlier in rounds for sale in earlier.sales} | {sale.invoice for sale in chosen}
        day = chosen[-1].day
        due = [one for one in waiting if last or (one.day <= day and _sales_of(one) <= known)]
        waiting = [one for one in waiting if one not in due]
        number = len(rounds)
        rounds.append(Round(number, chosen, tuple(due), number % 3 == 2, _cuts(rng)))
    return rounds


def _sales_of(one: Return) -> set[str]:
    return {line.sale_invoice for line in one.lines if line.sale_invoice is not None}


def _cuts(rng: Random) -> tuple[tuple[float, float], ...]:
    """One or two cuts that together cover roughly three quarters of the collecting acts."""
    begin = rng.uniform(0.0, 0.12)
    end = rng.uniform(0.85, 1.0)
    if rng.random() < 0.5:
        return ((begin, end),)
    middle = rng.uniform(0.4, 0.6)
    return ((begin, middle), (middle + rng.uniform(0.02, 0.08), end))


def plan_kills(acts: int, kills: int, rng: Random) -> KillPlan:
    """`kills` moments for hub and for central each, spread at random over about `acts` acts."""
    plan = KillPlan()
    for name in ("hub", "central"):
        # The first and last acts are left out so that each kill really meets a running play.
        for act in sorted(rng.sample(range(5, max(acts - 5, 6 + kills)), kills)):
            plan.at_act.setdefault(act, []).append(name)
    return plan
