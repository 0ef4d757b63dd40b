"""What the importer left behind for the replay: the orders and the returns, as read from its files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from edge.tools.uci_plan import Return, Sale

T = TypeVar("T", bound=msgspec.Struct)


def read_sales(folder: Path) -> list[Sale]:
    """The sales in the order of InvoiceDate, ties by file order."""
    return list(_read(folder / "orders.jsonl", Sale))


def read_returns(folder: Path) -> list[Return]:
    """The returns in the same order."""
    return list(_read(folder / "returns.jsonl", Return))


def is_pickup(sale: Sale) -> bool:
    """False for an order of charges only: there is nothing to collect."""
    return bool(sale.lines)


def _read(path: Path, kind: type[T]) -> Iterator[T]:
    with path.open("rb") as lines:
        for line in lines:
            yield msgspec.json.decode(line, type=kind)
