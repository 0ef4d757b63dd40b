"""A kiosk before a real hub for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast.kiosk_site import KioskSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[KioskSite]:
    """The kiosk, its hub, and the line between them."""
    kiosk_site = KioskSite(tmp_path)
    yield kiosk_site
    kiosk_site.close()
