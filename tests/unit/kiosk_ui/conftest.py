"""A kiosk and a staff desk before a real hub, new for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast.counter import Counter
from tests.cast.desk_site import StaffDesk
from tests.cast.kiosk_site import KioskSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[KioskSite]:
    """The kiosk, its hub, and the line between them."""
    kiosk_site = KioskSite(tmp_path)
    yield kiosk_site
    kiosk_site.close()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A shop with its hub, and nobody in it yet."""
    shop = Counter(tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def desk(counter: Counter) -> StaffDesk:
    """Kim, signed in at desk 1 of that shop."""
    return StaffDesk(counter)
