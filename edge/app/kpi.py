"""Key figures of pickups over four weeks, each with what it is divided by, so that nobody has to believe it."""

from enum import StrEnum

import msgspec

from edge.app.board import RED_AFTER_MS
from edge.app.hub import Hub
from edge.app.promise import PACE_MS
from edge.domain.promise import pace_of
from edge.store import measures, pickup_times
from edge.store.pickup_times import Sum

WINDOW_MS = 28 * 86_400_000
"""Four whole weeks: every weekday four times, and shorter than a closed order is kept."""


class KpiUnit(StrEnum):
    """What a value is."""

    share = "share"  # 0 to 1
    ms = "ms"  # a mean
    per_h = "per_h"  # units an hour


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: `value` is num / den, None while there is nothing to divide by; `n` says of how many orders or units."""

    id: str
    value: float | None
    num: int
    den: int
    n: int
    unit: KpiUnit
    as_of_ms: int
    formula: str


FORMULAS: dict[str, tuple[KpiUnit, str]] = {
    "ready_in_time": (KpiUnit.share, "orders ready by their first promise / orders ready that had one; last 28 days"),
    "repromised": (
        KpiUnit.share,
        "orders ready that were promised anew / orders ready that had a promise; last 28 days",
    ),
    "time_to_ready": (KpiUnit.ms, "sum of (ready - placed) / orders ready; last 28 days"),
    "time_on_shelf": (KpiUnit.ms, "sum of (last parcel left - ready) / orders with a parcel that left; last 28 days"),
    "wait": (
        KpiUnit.ms,
        "sum of (last parcel left - arrived) / orders collected by somebody who checked in; last 28 days",
    ),
    "wait_too_long": (
        KpiUnit.share,
        "waits of five minutes and more / orders collected after a check-in; last 28 days",
    ),
    "short": (KpiUnit.share, "units found short / units of lines that are decided; orders placed in the last 28 days"),
    "no_show": (KpiUnit.share, "orders expired / orders expired or collected; closed in the last 28 days"),
}
PACE = "pace"
PACE_FORMULA = (
    "units picked, short or replaced / time somebody was picking (a break counts as 5 minutes at most); last 8 hours"
)


def read_kpis(hub: Hub) -> list[Kpi]:
    """Every figure as of now, in a fixed order."""
    now_ms = hub.clock.now_ms()
    with hub.state.reading() as conn:
        found = pickup_times.sums(conn, now_ms - WINDOW_MS, RED_AFTER_MS)
        pace = pace_of(measures.pace_between(conn, now_ms - PACE_MS, now_ms))
    kpis = [_kpi(name, found[name], unit, formula, now_ms) for name, (unit, formula) in FORMULAS.items()]
    value = pace.units * 3_600_000 / pace.busy_ms if pace.busy_ms else None
    picked = Kpi(
        id=PACE,
        value=value,
        num=pace.units * 3_600_000,
        den=pace.busy_ms,
        n=pace.units,
        unit=KpiUnit.per_h,
        as_of_ms=now_ms,
        formula=PACE_FORMULA,
    )
    return [*kpis, picked]


def _kpi(name: str, found: Sum, unit: KpiUnit, formula: str, now_ms: int) -> Kpi:
    return Kpi(
        id=name,
        value=found.num / found.den if found.den else None,
        num=found.num,
        den=found.den,
        n=found.den,
        unit=unit,
        as_of_ms=now_ms,
        formula=formula,
    )
