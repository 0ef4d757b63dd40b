"""Writes what an import found: orders.jsonl, returns.jsonl and quarantine.csv, each whole or not at all."""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from edge.tools.uci_plan import Return, Sale
from edge.tools.uci_rows import Unusable

ORDERS, RETURNS, QUARANTINE = "orders.jsonl", "returns.jsonl", "quarantine.csv"


def write_week(out_dir: Path, sales: Iterable[Sale], returns: Iterable[Return], unusable: Iterable[Unusable]) -> None:
    """Put the three files into the folder, over those of an earlier run."""
    out_dir.mkdir(parents=True, exist_ok=True)
    write_whole(out_dir / ORDERS, _lines(sales))
    write_whole(out_dir / RETURNS, _lines(returns))
    write_whole(out_dir / QUARANTINE, _table(unusable))


def write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a reader never meets half a file."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _lines(documents: Iterable[Sale | Return]) -> bytes:
    return b"".join(msgspec.json.encode(document) + b"\n" for document in documents)


def _table(unusable: Iterable[Unusable]) -> bytes:
    """One row per row set aside: file, its line number there, why, in words, and the line as it stood."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("file", "row", "reason", "detail", "line"))
    table.writerows((each.file, each.number, each.reason.value, each.detail, each.line) for each in unusable)
    return text.getvalue().encode()
