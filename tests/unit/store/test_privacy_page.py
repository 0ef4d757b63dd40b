"""The page about what the hub keeps names every column of its three files, and nothing that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.db import Database
from tests.cast.floor import Floor
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "privacy_hub.md"
HOW_LONG = (
    "open",
    "window",
    "receipt",
    "replaced",
    "stays",
    "hours",
    "days",
    "minutes",
    "until",
    "dropped",
    "card",
    "same",
)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    """A hub with its three files."""
    floor = Floor(tmp_path)
    yield floor
    floor.close()


def sections() -> dict[str, str]:
    """The text below each heading that names a table."""
    parts = re.split(r"^### `([a-z_.]+)`$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.split("\n## ")[0] for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def columns(name: str, path: Path) -> dict[str, set[str]]:
    """The columns of every table of one file."""
    database = Database(path / f"{name}.db")
    with database.reading() as conn:
        tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {f"{name}.{table}": {row[1] for row in conn.execute(f"PRAGMA table_info({table})")} for table in tables}
    database.close()
    return found


def test_every_column_is_named_with_its_table_and_no_other(floor: Floor, tmp_path: Path) -> None:
    held = columns("state", tmp_path) | columns("replica", tmp_path) | columns("keys", tmp_path)
    told = {name: set(re.findall(r"`([a-z_]+)`", text)) for name, text in sections().items()}
    assert told == held


def test_every_table_says_how_long_it_keeps_what_it_keeps() -> None:
    silent = [name for name, text in sections().items() if not any(word in text.lower() for word in HOW_LONG)]
    assert not silent
