"""Brings a week of a real shop in: reads the files, loads central over HTTP, leaves the play for the replay, books nothing.

What is real: invoices, lines, quantities, prices, customers' numbers. What is invented: the store's name, its shelves and
marks, that it never closes, and that every imported shopper chose it as her store and lets it know her.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.tools.uci_files import write_week, write_whole
from edge.tools.uci_goods import gtins_of, is_charge, products_of, stock_of
from edge.tools.uci_plan import Totals, external_key, returns_of, sales_of, totals_of
from edge.tools.uci_rows import CURRENCY, Reading, first_days, read_folder

RECORD = "import.json"
ROWS_PER_REQUEST = 500  # half of what central takes at once; a request stays below 200 KB

STORE: dict[str, Any] = {
    "store_number": 1,
    "name": {"ko": "UCI 온라인 리테일", "en": "UCI Online Retail"},
    "settings": {
        "auto_accept": True,
        "value_limit_minor": None,
        "default_locale": "en",
        "agreed_prices_from_app": True,
    },
    "currency": CURRENCY,
    "timezone": "Europe/London",
}
"""Without hours a store never closes; without a limit no value asks for a second PIN."""

CONSENTS = (
    {"purpose": "personalisation", "channel": "store", "source": "import"},
    {"purpose": "service", "channel": "push", "source": "import"},
)


class Operator(Protocol):
    """Head office's own systems at a running central."""

    def must(self, method: str, path: str, body: object = None) -> Any:
        """The body of a success; raises when it is refused or nobody answers."""
        ...


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did. `changed` counts products and stock entries new or different at central: 0 the second time."""

    store: str
    files: tuple[str, ...]
    stock_as_of_ms: int
    products: int
    shoppers: int
    guest_orders: int
    changed: int
    totals: Totals


def import_uci(
    folder: Path,
    central: Operator,
    out_dir: Path,
    *,
    store: str,
    now_ms: int,
    echo: Callable[[str], None],
    days: int | None = None,
) -> Summary:
    """Import every CSV file of `folder` into `store` and write the play to `out_dir`; the same again changes nothing.

    `days` takes only the first trading days of the folder. Raises NoFiles (another folder), GtinsCollide (nothing was loaded), and what `central` raises: then run it again.
    """
    reading = read_folder(folder) if days is None else first_days(read_folder(folder), days)
    echo(f"{len(reading.files)} files, {reading.count} rows, {len(reading.unusable)} set aside")
    gtins = gtins_of(sorted({row.code for row in reading.rows if not is_charge(row.code)}))
    sales, returns = sales_of(reading.rows, gtins), returns_of(reading.rows, gtins)
    totals = totals_of(reading, sales, returns)
    as_of_ms = _stock_as_of_ms(out_dir, store, now_ms)
    products = products_of(reading.rows, gtins)
    stock = stock_of(reading.rows, products, gtins, as_of_ms)
    customers = _customers(reading)
    echo(f"{totals.stock_codes_raw} stock codes sold, {totals.stock_codes} after case-fold; {len(products)} products")
    changed = _load_goods(central, store, products, stock)
    _load_shoppers(central, store, customers)
    echo(
        f"{len(products)} products, {len(stock)} shelves and {len(customers)} shoppers are at central; {changed} changed"
    )
    write_week(out_dir, sales, returns, reading.unusable)
    summary = Summary(
        store=store,
        files=reading.files,
        stock_as_of_ms=as_of_ms,
        products=len(products),
        shoppers=len(customers),
        guest_orders=sum(sale.customer is None for sale in sales),
        changed=changed,
        totals=totals,
    )
    write_whole(out_dir / RECORD, msgspec.json.encode(summary))
    echo(f"{totals.sale_orders} orders, {totals.cancellation_invoices} returns in {out_dir}")
    return summary


def _stock_as_of_ms(out_dir: Path, store: str, now_ms: int) -> int:
    """When the stock was counted: as the first import into this folder said, so that running it again says nothing new."""
    try:
        before = msgspec.json.decode((out_dir / RECORD).read_bytes(), type=Summary)
    except (FileNotFoundError, msgspec.DecodeError):
        return now_ms
    return before.stock_as_of_ms if before.store == store else now_ms


def _load_goods(central: Operator, store: str, products: Sequence[Product], stock: Sequence[StockHere]) -> int:
    central.must("PUT", f"/v1/stores/{store}", STORE)
    changed = 0
    for some in _portions(products):
        changed += central.must("PUT", "/v1/products", {"products": some})["changed"]
    for here in _portions(stock):
        changed += central.must("PUT", f"/v1/stores/{store}/stock", {"stock": here})["changed"]
    return changed


def profiles_of(customers: Sequence[str], store: str) -> list[dict[str, Any]]:
    """The profiles of these customers as central takes them, in the same order; putting them again changes nothing."""
    return [
        {
            "external_key": external_key(customer),
            "name": f"Customer {customer}",
            "loyalty": customer.zfill(5),
            "locale": "en",
            "store": store,
            "consents": CONSENTS,
        }
        for customer in customers
    ]


def _load_shoppers(central: Operator, store: str, customers: Sequence[str]) -> None:
    for some in _portions(profiles_of(customers, store)):
        central.must("PUT", "/v1/profiles", {"profiles": some})


def _customers(reading: Reading) -> list[str]:
    """Everybody with a number, in a sale or only in a cancellation."""
    return sorted({row.customer for row in reading.rows if row.customer is not None})


def _portions(rows: Sequence[object]) -> Iterator[Sequence[object]]:
    for start in range(0, len(rows), ROWS_PER_REQUEST):
        yield rows[start : start + ROWS_PER_REQUEST]
