"""What goes wrong with which order and which line of the week: all of it follows from the seed.

Shares are of all orders for what befalls an order, and of all product lines for what befalls a line. Each order has one
fate. One line of each order is never touched, so that every order has something to collect, and what the file's own
cancellations give back stays as it was sold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from edge.tools.uci_plan import Return, Sale

SHORT_SHARE = 0.10
SUBSTITUTED_SHARE = 0.05
NO_SHOW_SHARE = 0.05
PROXY_SHARE = 0.05
CANCEL_SHARE = 0.03
PARTIAL_SHARE = 0.03
RETURN_SHARE = 0.03

LONGEST_LEAD_S = 0.06
"""About what an ask needs from central's answer to the hub's book: with less the clerk is first, with more the shopper."""

GRANTED_SHARE = 0.7


class Fate(StrEnum):
    """What becomes of an order."""

    collected = "collected"
    no_show = "no_show"
    proxy = "proxy"
    cancel = "cancel"
    partial = "partial"
    returned = "returned"


class Race(StrEnum):
    """Who is first when a shopper cancels while the clerk hands over."""

    cancel_first = "cancel_first"  # the shop knows of the cancellation before the clerk confirms
    handover_first = "handover_first"  # the parcel is gone before the cancellation is asked
    together = "together"  # both press at the same moment


@dataclass(frozen=True)
class Missing:
    """Units of a line that are not there: given up, or replaced by `gtin`."""

    qty: int
    gtin: str | None = None


@dataclass(frozen=True)
class Cancelling:
    """How an order is cancelled; where both press `together` the clerk is `lead_s` late, and grants what she finds asked, or not."""

    race: Race
    lead_s: float
    grants: bool


@dataclass(frozen=True)
class OrderPlan:
    """One order: its fate, and what is missing by line number. `kept_line` is the one nothing happens to."""

    fate: Fate
    kept_line: int
    missing: dict[int, Missing]
    cancelling: Cancelling | None = None
    returned_qty: int = 0


@dataclass(frozen=True)
class RoughPlan:
    """The whole week by invoice; orders of charges only are not in it."""

    orders: dict[str, OrderPlan]

    def count(self, fate: Fate) -> int:
        """Orders of this fate."""
        return sum(order.fate is fate for order in self.orders.values())

    def lines(self, *, substituted: bool) -> int:
        """Lines that are replaced, or given up."""
        return sum(
            (missing.gtin is not None) is substituted
            for order in self.orders.values()
            for missing in order.missing.values()
        )


def plan_rough(sales: Sequence[Sale], returns: Iterable[Return], rng: Random) -> RoughPlan:
    """Draw every fate. `returns` are the file's own; at least two orders are cancelled if the week has as many shoppers."""
    pickups = [sale for sale in sales if sale.lines]
    given_back = {(line.sale_invoice, line.sale_place) for one in returns for line in one.lines}
    kept = {sale.invoice: _kept_line(sale, given_back) for sale in pickups}
    fates = _fates(pickups, {invoice for invoice, _ in given_back if invoice}, rng)
    missing = _missing(pickups, kept, given_back, rng)
    cancellings = _cancellings([invoice for invoice, fate in fates.items() if fate is Fate.cancel], rng)
    orders = {}
    for sale in pickups:
        fate, line = fates.get(sale.invoice, Fate.collected), kept[sale.invoice]
        orders[sale.invoice] = OrderPlan(
            fate=fate,
            kept_line=line,
            missing=missing.get(sale.invoice, {}),
            cancelling=cancellings.get(sale.invoice),
            returned_qty=rng.randint(1, sale.lines[line - 1].qty) if fate is Fate.returned else 0,
        )
    return RoughPlan(orders)


def _kept_line(sale: Sale, given_back: set[tuple[str | None, int | None]]) -> int:
    """The largest line that the file itself gives nothing back of: 1 if there is none."""
    free = [
        (line.qty, -number)
        for number, line in enumerate(sale.lines, start=1)
        if (sale.invoice, line.place) not in given_back
    ]
    return -max(free)[1] if free else 1


def _fates(pickups: Sequence[Sale], given_back: set[str], rng: Random) -> dict[str, Fate]:
    """The orders that are not simply collected. What the file gives back something of must be collected."""
    free = [sale for sale in pickups if sale.invoice not in given_back]
    rng.shuffle(free)
    fates: dict[str, Fate] = {}

    def draw(fate: Fate, share: float, fits: Sequence[Sale]) -> None:
        left = [sale.invoice for sale in fits if sale.invoice not in fates]
        fates.update(dict.fromkeys(left[: max(1, round(share * len(pickups)))], fate))

    # A guest cannot cancel, and one unit cannot be collected in two parts.
    draw(Fate.cancel, CANCEL_SHARE, [sale for sale in free if sale.customer is not None])
    draw(Fate.partial, PARTIAL_SHARE, [sale for sale in free if max(line.qty for line in sale.lines) > 1])
    draw(Fate.no_show, NO_SHOW_SHARE, free)
    draw(Fate.proxy, PROXY_SHARE, free)
    draw(Fate.returned, RETURN_SHARE, free)
    return fates


def _cancellings(invoices: Sequence[str], rng: Random) -> dict[str, Cancelling]:
    """The first two end in a certain way, so that both happen in every week; the rest are anybody's."""
    certain = (Race.cancel_first, Race.handover_first)
    races = [certain[place] if place < len(certain) else rng.choice(list(Race)) for place in range(len(invoices))]
    return {
        invoice: Cancelling(race=race, lead_s=rng.uniform(0.0, LONGEST_LEAD_S), grants=rng.random() < GRANTED_SHARE)
        for invoice, race in zip(invoices, races, strict=True)
    }


def _missing(
    pickups: Sequence[Sale], kept: dict[str, int], given_back: set[tuple[str | None, int | None]], rng: Random
) -> dict[str, dict[int, Missing]]:
    """Lines that are short or replaced, by invoice; some of them only in part."""
    lines = [
        (sale.invoice, number, line)
        for sale in pickups
        for number, line in enumerate(sale.lines, start=1)
        if number != kept[sale.invoice] and (sale.invoice, line.place) not in given_back
    ]
    gtins = sorted({line.gtin for sale in pickups for line in sale.lines})
    beside = dict(zip(gtins, [*gtins[1:], gtins[0]], strict=True)) if gtins else {}
    total = sum(len(sale.lines) for sale in pickups)
    shorts, replaced = round(SHORT_SHARE * total), round(SUBSTITUTED_SHARE * total)
    drawn = rng.sample(lines, min(shorts + replaced, len(lines)))
    found: dict[str, dict[int, Missing]] = {}
    for place, (invoice, number, line) in enumerate(drawn):
        qty = line.qty if rng.random() < 0.5 else rng.randint(1, line.qty)
        gtin = None if place < shorts else beside[line.gtin]
        found.setdefault(invoice, {})[number] = Missing(qty=qty, gtin=gtin)
    return found


def stand_ins(plan: RoughPlan, sales: Iterable[Sale]) -> dict[str, str]:
    """Which product stands in for which, by GTIN."""
    return {
        sale.lines[number - 1].gtin: missing.gtin
        for sale in sales
        if sale.invoice in plan.orders
        for number, missing in plan.orders[sale.invoice].missing.items()
        if missing.gtin is not None
    }


def units_wanted_besides(plan: RoughPlan) -> dict[str, int]:
    """Units of each product that stand in for others: what the shelf must hold beyond what was sold."""
    wanted: dict[str, int] = {}
    for order in plan.orders.values():
        for missing in order.missing.values():
            if missing.gtin is not None:
                wanted[missing.gtin] = wanted.get(missing.gtin, 0) + missing.qty
    return wanted
