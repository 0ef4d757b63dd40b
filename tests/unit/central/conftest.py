"""Gives each test of central its own head office in its own folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast.office import Office


@pytest.fixture(scope="session")
def set_up_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that was set up and closed; every test gets a copy, which is quicker than a new one."""
    folder = tmp_path_factory.mktemp("office")
    Office(folder).close()
    return folder


@pytest.fixture
def office(tmp_path: Path, set_up_office: Path) -> Iterator[Office]:
    """Central with a store, three products, two shoppers and the store's hub."""
    shutil.copytree(set_up_office, tmp_path, dirs_exist_ok=True)
    office = Office(tmp_path)
    yield office
    office.close()
