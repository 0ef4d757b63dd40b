"""The pages about what central keeps name every column that is declared, and every statement on them can be run."""

import re

import pytest

from central.store.columns import METADATA
from central.store.migrations import DECLARED
from tests.cast.office import Office
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "privacy_central.md"
COUNTING = ROOT / "docs" / "tables_central.md"
HOW_LONG = ("person", "order", "replaced", "stays", "days", "hour", "until")


def sections() -> dict[str, str]:
    """The text below each heading that names a table."""
    parts = re.split(r"^### `central\.([a-z_]+)`$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.split("\n## ")[0] for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def statements() -> list[str]:
    """Every SQL statement of the page about counting."""
    blocks = re.findall(r"```sql\n(.*?)```", COUNTING.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [each.strip() for block in blocks for each in block.split(";") if each.strip()]


def test_every_column_is_named_with_its_table_and_no_other() -> None:
    assert DECLARED
    held = {name: {column.name for column in table.columns} for name, table in METADATA.tables.items()}
    told = {name: set(re.findall(r"`([a-z_]+)`", text)) for name, text in sections().items()}
    assert told == held


def test_every_table_says_how_long_it_keeps_what_it_keeps() -> None:
    silent = [name for name, text in sections().items() if not any(word in text.lower() for word in HOW_LONG)]
    assert not silent


@pytest.mark.parametrize("statement", statements())
def test_every_statement_on_the_page_about_counting_can_be_run(office: Office, statement: str) -> None:
    with office.central.books.reading() as tx:
        tx.exec_driver_sql(statement).all()
