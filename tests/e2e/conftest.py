"""One running shop per file: the demo's world on free ports and a real Chromium before it."""

from collections.abc import Iterator

import pytest

from tests.cast.shop import Shop, chromium_at, demo_world


@pytest.fixture(scope="module")
def running_shop(tmp_path_factory: pytest.TempPathFactory, chromium_path: str) -> Iterator[Shop]:
    """The shop of this file."""
    with demo_world(tmp_path_factory.mktemp("shop")) as world, chromium_at(chromium_path) as browser:
        yield Shop(world, browser)


@pytest.fixture
def shop(running_shop: Shop) -> Iterator[Shop]:
    """The shop with its line up and no window open; no window may have complained when the test ends."""
    running_shop.world.line.restore()
    running_shop.faults.clear()
    yield running_shop
    running_shop.close_windows()
    assert running_shop.faults == []
