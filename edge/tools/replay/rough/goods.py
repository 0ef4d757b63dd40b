"""Make the shop ready for a rough week: what may stand in for what, enough of it on the shelf, and no patience with no-shows."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.tools.import_uci import ROWS_PER_REQUEST, STORE, Operator
from edge.tools.replay.rough.plan import RoughPlan, stand_ins, units_wanted_besides
from edge.tools.uci_goods import gtins_of, is_charge, products_of, stock_of
from edge.tools.uci_plan import Sale
from edge.tools.uci_rows import first_days, read_folder

KEEP_OPEN_HOURS = 0
"""Whoever has not come when the manager presses has lost her order: the week has no nights to wait for."""


def prepare(
    folder: Path,
    central: Operator,
    plan: RoughPlan,
    sales: Iterable[Sale],
    *,
    store: str,
    now_ms: int,
    days: int | None,
) -> None:
    """Put the shop's settings, its catalogue with stand-ins, and its shelves once more. Raises what `central` raises."""
    reading = read_folder(folder) if days is None else first_days(read_folder(folder), days)
    gtins = gtins_of(sorted({row.code for row in reading.rows if not is_charge(row.code)}))
    products = products_of(reading.rows, gtins)
    settings = {**STORE["settings"], "keep_open_hours": KEEP_OPEN_HOURS}
    central.must("PUT", f"/v1/stores/{store}", {**STORE, "settings": settings})
    for some in _portions(_with_stand_ins(products, stand_ins(plan, sales))):
        central.must("PUT", "/v1/products", {"products": some})
    shelves = stock_of(reading.rows, products, gtins, now_ms)
    for here in _portions(_filled(shelves, units_wanted_besides(plan))):
        central.must("PUT", f"/v1/stores/{store}/stock", {"stock": here})


def _with_stand_ins(products: Sequence[Product], instead: dict[str, str]) -> list[Product]:
    return [
        msgspec.structs.replace(product, substitutes=(instead[product.gtin],))
        for product in products
        if product.gtin in instead
    ]


def _filled(shelves: Sequence[StockHere], besides: dict[str, int]) -> list[StockHere]:
    return [
        msgspec.structs.replace(here, on_hand=here.on_hand + besides[here.gtin])
        for here in shelves
        if here.gtin in besides
    ]


def _portions(rows: Sequence[object]) -> Iterable[Sequence[object]]:
    return (rows[start : start + ROWS_PER_REQUEST] for start in range(0, len(rows), ROWS_PER_REQUEST))
