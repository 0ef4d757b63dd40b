"""A stand-in phone before a head office of its own, new for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast.office import Office
from tests.cast.phone_site import PhoneSite


@pytest.fixture(scope="session")
def set_up_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that was set up once and closed; a copy is quicker than a new one."""
    folder = tmp_path_factory.mktemp("office")
    Office(folder).close()
    return folder


@pytest.fixture
def site(tmp_path: Path, set_up_office: Path) -> Iterator[PhoneSite]:
    """Central, served, and the phones."""
    shutil.copytree(set_up_office, tmp_path, dirs_exist_ok=True)
    phone_site = PhoneSite(tmp_path)
    yield phone_site
    phone_site.close()
