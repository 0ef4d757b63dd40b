"""A board of three thousand open orders: it goes on for hours without growing, and each change is on it at once."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import expect

from edge.app.board import read_board
from edge.domain.truth import NameCard
from tests.cast.counter import STORE, Counter
from tests.cast.desk_screen import at_the_desk
from tests.cast.shop import chromium_at

ORDERS = 3_000
PAGE = 500
WARM, CHANGES = 6, 24
GROWTH_BYTES = 200_000


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Counter]:
    """A counter with three thousand open orders, as the feed brings them."""
    counter = Counter(tmp_path)
    for _ in range(ORDERS // PAGE):
        rows: list[tuple[str, str, str, msgspec.Struct]] = []
        for _ in range(PAGE):
            order = counter.next_order((0, 1), promised_in_min=60)
            card = NameCard(order_id=order.order_id, identity=None, masked_name="김*수", last4="5678")
            rows += [(f"store:{STORE}", "order", order.order_id, order)]
            rows += [(f"people:{STORE}", "name_card", order.order_id, card)]
        counter.down(*rows)
    yield counter
    counter.close()


@pytest.mark.slow
@pytest.mark.browser
def test_three_thousand_live_orders_leave_nothing_on_the_heap_of_a_board(chromium_path: str, full: Counter) -> None:
    counts = read_board(full.hub).counts
    assert counts.fresh + counts.preparing == ORDERS
    sizes = []
    with chromium_at(chromium_path) as browser, at_the_desk(browser, full) as desk:
        desk.signed_in().open("/staff/board")
        probe = desk.context.new_cdp_session(desk.page)
        for turn in range(WARM + CHANGES):
            order, staged = full.ready((1, 1))
            full.arrive(order)
            expect(desk.page.locator(f".arr [data-order='{order.order_id}']")).to_be_visible()
            full.hand_over(order, staged)
            expect(desk.page.locator(f"[data-order='{order.order_id}']")).to_have_count(0)
            if turn in (WARM - 1, WARM + CHANGES - 1):
                probe.send("HeapProfiler.collectGarbage")
                sizes.append(probe.send("Runtime.getHeapUsage")["usedSize"])
    assert sizes[1] - sizes[0] <= GROWTH_BYTES, sizes
