"""Every screen of the floor and the shelf under a careful eye: axe and millimetres, on tablet, handheld and board, ko and en."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from edge.app.ask_shopper import QuestionAsked, ask_shopper
from edge.domain.pickup import ShortReason
from edge.domain.truth import OrderDown
from tests.cast.asking import allow
from tests.cast.counter import KIM, Counter, a_day_at_the_counter
from tests.cast.desk_screen import BOARD_PX, TABLET_PX, DeskScreen, at_the_desk
from tests.cast.shelf_work import order_that_agrees
from tests.e2e.test_staff_eye import MEASURE, RULES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICKER_PX = (360, 740)
HIDDEN_PX = "(query) => { const box = document.querySelector(query); return box.scrollHeight - box.clientHeight; }"


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Shelf:
    """An afternoon with shortages, and where each screen of it is found."""

    def __init__(self, folder: Path) -> None:
        self.counter = counter = Counter(folder)
        self.orders = a_day_at_the_counter(counter)
        allow(counter, 1, 2, 5, 0)
        self.agrees = order_that_agrees(counter, (1, 2), (4, 1))
        self.asked = counter.order((3, 1), (5, 2))
        asked = QuestionAsked(
            event_id=counter.press(), order_id=self.asked.order_id, line=1, qty=1, reason=ShortReason.no_stock
        )
        ask_shopper(counter.hub, asked, KIM)
        self.picked = counter.order((1, 2), (4, 1))
        counter.pick(self.picked)
        self.left, parcel = counter.ready((1, 2))
        counter.hand_over(self.left, parcel)

    def order(self, order: OrderDown, rest: str = "") -> str:
        return f"/staff/orders/{order.order_id}{rest}"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    busy = Shelf(tmp_path_factory.mktemp("shelf"))
    yield busy
    busy.counter.close()


def screens(shelf: Shelf) -> dict[str, Callable[[DeskScreen], Any]]:
    """Every screen of the picker and of the shelf, and how to get there."""
    one, asked = f"/staff/pick?order={shelf.agrees.order_id}", f"/staff/pick?order={shelf.asked.order_id}"
    parcel = shelf.order(shelf.orders["first"], "/parcels/1")
    return {
        "wave": partial(DeskScreen.open, path="/staff/pick"),
        "short": partial(sheet, path=one, press="[data-press=short]"),
        "instead": partial(sheet, path=one, press="[data-press=instead]"),
        "answer": partial(sheet, path=asked, press="[data-press^=answer]"),
        "pack": partial(DeskScreen.open, path=shelf.order(shelf.picked, "/stage")),
        "parcel": partial(DeskScreen.open, path=parcel),
        "unpack": partial(sheet, path=parcel, press="[data-press=unpack]"),
        "order": partial(DeskScreen.open, path=shelf.order(shelf.orders["third"])),
        "order with a question": partial(DeskScreen.open, path=shelf.order(shelf.asked)),
        "order that left": partial(DeskScreen.open, path=shelf.order(shelf.left)),
        "count": partial(counting, shelf),
        "counted": partial(counted, shelf),
    }


def sheet(desk: DeskScreen, path: str, press: str) -> None:
    desk.open(path)
    desk.page.locator(press).first.click()
    desk.page.wait_for_selector("#panel form")


def counting(shelf: Shelf, desk: DeskScreen) -> None:
    desk.open("/staff/shelf-count")
    desk.scan(shelf.counter.label_of(shelf.orders["first"], 1))
    desk.page.wait_for_selector(".chip.is-here")
    desk.scan(shelf.counter.label_of(shelf.left, 1))
    desk.page.wait_for_selector(".count-last.is-warn")


def counted(shelf: Shelf, desk: DeskScreen) -> None:
    counting(shelf, desk)
    desk.page.click("[data-press=finish]")
    desk.page.wait_for_selector(".counted section")


def looked_at(
    chromium: Browser, shelf: Shelf, size: tuple[int, int], lang: str, theme: str, millimetres: list[int]
) -> dict[str, Any]:
    """What is wrong on each screen at this size: axe's complaints, and targets too small or too near."""
    found: dict[str, Any] = {}
    with at_the_desk(chromium, shelf.counter, size=size) as desk:
        desk.signed_in(lang=lang, theme=theme)
        for name, go in screens(shelf).items():
            go(desk)
            report = Axe().run(desk.page, options={"runOnly": RULES})
            measured = desk.page.evaluate(MEASURE, millimetres)
            if report.violations_count or measured:
                found[name] = (report.violations_count and report.generate_report(), measured)
    return found


@pytest.mark.parametrize("lang,theme", [("ko", "light"), ("en", "contrast")])
def test_on_the_trolleys_tablet_nothing_is_in_the_way_of_a_finger_or_a_reader(
    chromium: Browser, shelf: Shelf, lang: str, theme: str
) -> None:
    assert looked_at(chromium, shelf, TABLET_PX, lang, theme, [20, 3]) == {}


def test_on_the_pickers_handheld_every_target_fits_a_thumb(chromium: Browser, shelf: Shelf) -> None:
    assert looked_at(chromium, shelf, PICKER_PX, "en", "light", [8, 1]) == {}


def test_on_the_board_the_same_pages_hold(chromium: Browser, shelf: Shelf) -> None:
    assert looked_at(chromium, shelf, BOARD_PX, "en", "light", [20, 3]) == {}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_on_a_tablet_nothing_said_of_an_order_and_no_reason_of_a_short_lies_under_the_buttons(
    chromium: Browser, shelf: Shelf, lang: str
) -> None:
    with at_the_desk(chromium, shelf.counter, size=TABLET_PX) as desk:
        desk.signed_in(lang=lang)
        desk.open(shelf.order(shelf.orders["third"]))
        assert desk.page.evaluate(HIDDEN_PX, ".op-head") == 0
        sheet(desk, path=f"/staff/pick?order={shelf.agrees.order_id}", press="[data-press=short]")
        assert desk.page.evaluate(HIDDEN_PX, "#panel") == 0
