"""What the importer left behind for the replay: the orders and the returns, as read from the files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec


class SaleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product line of a sale; `place` is its row's place within the invoice."""

    place: int
    gtin: str
    qty: int
    price_minor: int


class ChargeLine(msgspec.Struct, frozen=True, kw_only=True):
    """Postage, a fee, a discount: money without a product."""

    place: int
    code: str
    text: str
    qty: int
    price_minor: int


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice. `customer` None is a guest."""

    invoice: str
    day: str
    customer: str | None
    lines: tuple[SaleLine, ...]
    charges: tuple[ChargeLine, ...]

    @property
    def is_pickup(self) -> bool:
        """False for an order of charges only: nothing to collect."""
        return bool(self.lines)


class ReturnLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product line of a cancellation; linked to a sale when the importer found one."""

    place: int
    gtin: str
    qty: int
    amount_minor: int
    sale_invoice: str | None
    sale_place: int | None


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """One cancellation invoice."""

    invoice: str
    day: str
    customer: str | None
    lines: tuple[ReturnLine, ...]
    charges: tuple[ChargeLine, ...]
    refund_minor: int


T = TypeVar("T", bound=msgspec.Struct)


def read_sales(folder: Path) -> list[Sale]:
    """The sales in the order of InvoiceDate, ties by file order."""
    return list(_read(folder / "orders.jsonl", Sale))


def read_returns(folder: Path) -> list[Return]:
    """The returns in the same order."""
    return list(_read(folder / "returns.jsonl", Return))


def _read(path: Path, kind: type[T]) -> Iterator[T]:
    with path.open("rb") as lines:
        for line in lines:
            yield msgspec.json.decode(line, type=kind)
