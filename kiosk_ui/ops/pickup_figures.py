"""What the ops page says of pickups: key figures with their formulas, what is promised next, stock that differs from upstream's."""

import msgspec

from edge.app.hub import Hub
from edge.app.keep_promises import read_next
from edge.app.kpi import Kpi, KpiUnit, read_kpis
from edge.app.stock_drift import StockDrift, read_stock_drift
from edge.domain.promise import NextPromise
from kiosk_ui.ops.words import WORDS

LINES_SHOWN = 12
"""Products below each other on the page; the count above says how many there are."""
HOUR_MS, MINUTE_MS = 3_600_000, 60_000


class KpiRow(msgspec.Struct, frozen=True, kw_only=True):
    """One figure in words: its value, what it is divided by, and of how many."""

    id: str
    value: str
    counted: str
    n: int


def pickup_figures(hub: Hub) -> dict[str, list[KpiRow] | StockDrift | NextPromise | int | None]:
    """The figures templates ask for."""
    kpis = read_kpis(hub)
    return {
        "kpis": [row(kpi) for kpi in kpis],
        "kpis_as_of_ms": kpis[0].as_of_ms,
        "drift": read_stock_drift(hub),
        "drift_shown": LINES_SHOWN,
        "next_promise": read_next(hub),
    }


def row(kpi: Kpi) -> KpiRow:
    """A figure as it is read: shares in per cent with their counts, lengths as a mean."""
    counted = f"{kpi.num:,} / {kpi.den:,}" if kpi.unit is KpiUnit.share else ""
    return KpiRow(id=kpi.id, value=value_of(kpi), counted=counted, n=kpi.n)


def value_of(kpi: Kpi) -> str:
    """The value in words; a dash while there is nothing to divide by."""
    if kpi.value is None:
        return "–"
    if kpi.unit is KpiUnit.share:
        return f"{kpi.value * 100:.1f} %"
    if kpi.unit is KpiUnit.per_h:
        return WORDS.text("kpi_unit.per_h", n=f"{kpi.value:.0f}")
    unit, size = ("hours", HOUR_MS) if kpi.value >= 2 * HOUR_MS else ("minutes", MINUTE_MS)
    return WORDS.text(f"kpi_unit.{unit}", n=f"{kpi.value / size:.1f}")
