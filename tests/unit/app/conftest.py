"""A hub of its own for every test of a use case."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast.floor import Floor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    """The shop floor, open, with the line cut and nobody in it."""
    floor = Floor(tmp_path)
    yield floor
    floor.close()
