"""Gives each test of central its own head office in its own folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Central with a store, three products, two shoppers and the store's hub."""
    office = Office(tmp_path)
    yield office
    office.close()
