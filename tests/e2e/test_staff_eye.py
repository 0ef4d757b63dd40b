"""Every staff screen and the ops page under a careful eye: axe and millimetres, at board and tablet size, ko and en, two themes."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from edge.app.call_staff import CallAsked, call_staff
from edge.app.keep_line import note_beat, note_start
from edge.domain.truth import OrderDown
from tests.cast.counter import Counter, a_day_at_the_counter, gtin_of
from tests.cast.desk_screen import BOARD_PX, HANDHELD_PX, TABLET_PX, DeskScreen, at_the_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What a finger meets, in millimetres of this glass: targets in sight, what lies between two of them, what sticks out.
MEASURE = """([least, gap]) => {
  const mm = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--mm"));
  const top = document.querySelector("dialog[open], [open] > .menu-panel") ?? document.body;
  const inSight = (node) => {
    const box = node.getBoundingClientRect();
    const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return box.width && met && (node.contains(met) || met.contains(node));
  };
  const every = "button, a[href], summary, select, .pickone, .check, input:not([type=radio], [type=checkbox])";
  const targets = [...top.querySelectorAll(every)].filter(inSight)
    .map((node) => [node, node.getBoundingClientRect(), (node.innerText || node.id || node.ariaLabel).slice(0, 20)]);
  const found = [];
  for (const [, { width, height }, name] of targets)
    if (Math.min(width, height) < least * mm - 0.5) found.push(`${name}: ${width / mm} x ${height / mm} mm`);
  targets.forEach(([one, a, name], at) => targets.slice(at + 1).forEach(([two, b, other]) => {
    if (one.contains(two)) return;
    const across = Math.max(a.left - b.right, b.left - a.right), down = Math.max(a.top - b.bottom, b.top - a.bottom);
    if (Math.max(across, down) < gap * mm - 0.5) found.push(`${name} | ${other}: ${Math.max(across, down) / mm} mm`);
  }));
  if (document.documentElement.scrollWidth > innerWidth) found.push(`wide: ${document.documentElement.scrollWidth}`);
  return found;
}"""


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Day:
    """A busy afternoon, and where each screen of it is found."""

    def __init__(self, folder: Path) -> None:
        self.counter = counter = Counter(folder)
        note_start(counter.hub)
        for passed in (True, True, False, False, False):
            counter.clock.advance(60_000)
            note_beat(counter.hub, passed=passed)
        self.orders = a_day_at_the_counter(counter)
        self.left, parcel = counter.ready((1, 2), (4, 3))
        counter.hand_over(self.left, parcel)
        self.picked = counter.order((1, 2), (4, 1))
        counter.pick(self.picked)
        call_staff(counter.hub, CallAsked(event_id=counter.press(), screen="cart"), kiosk="K1")

    def page_of(self, order: OrderDown, rest: str = "") -> str:
        return f"/staff/orders/{order.order_id}{rest}"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    busy = Day(tmp_path_factory.mktemp("day"))
    yield busy
    busy.counter.close()


def screens(day: Day) -> dict[str, Callable[[DeskScreen], Any]]:
    """Every screen and how to get there."""
    pages = {
        "sign in": "/staff/sign-in",
        "board": "/staff/board",
        "pick": "/staff/pick",
        "pack": day.page_of(day.picked, "/stage"),
        "label": day.page_of(day.orders["first"], "/parcels/1"),
        "order": day.page_of(day.orders["third"]),
        "undecided": day.page_of(day.orders["fresh"]),
        "shift": "/staff/shift",
        "review": "/staff/review",
        "nobody came": "/staff/no-shows",
    }
    opened: dict[str, Callable[[DeskScreen], Any]] = {
        name: partial(DeskScreen.open, path=path) for name, path in pages.items()
    }
    handled: dict[str, Callable[[DeskScreen], Any]] = {
        "menu": menu,
        "hand over": partial(hand_over, day),
        "parcel checked": partial(parcel_checked, day),
        "without a pass": partial(without_a_pass, day),
        "code typed": code_typed,
        "which order": which_order,
        "left already": partial(left_already, day),
        "wrong parcel": partial(wrong_parcel, day),
        "wrong product": partial(wrong_product, day),
        "missing": missing,
        "take back": partial(take_back, day),
    }
    return {**opened, **handled}


def menu(desk: DeskScreen) -> None:
    desk.open("/staff/board")
    desk.page.click(".menu summary")


def hand_over(day: Day, desk: DeskScreen) -> None:
    desk.open("/staff/board")
    desk.scan(day.counter.pass_of(day.orders["third"]))
    desk.sees("#hand h2", "B-02")


def parcel_checked(day: Day, desk: DeskScreen) -> None:
    hand_over(day, desk)
    desk.scan(day.counter.label_of(day.orders["third"], 1))
    desk.page.wait_for_selector("#hand .parcels")


def without_a_pass(day: Day, desk: DeskScreen) -> None:
    desk.open(f"/staff/board#{day.orders['third'].order_id}")
    desk.page.wait_for_selector("#hand .steps")
    desk.page.keyboard.press("F4")
    desk.page.wait_for_selector("[data-post='/v1/handovers/by-name']")
    desk.scan(day.counter.label_of(day.orders["third"], 1))
    desk.page.wait_for_selector("#digits")


def typed(desk: DeskScreen, text: str, then: str) -> None:
    desk.open("/staff/board")
    desk.page.keyboard.press("F2")
    desk.page.wait_for_selector("#typed:focus")
    desk.page.keyboard.type(text, delay=60)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector(then)


def code_typed(desk: DeskScreen) -> None:
    typed(desk, "K7M2QR4T", ".digits-form")


def which_order(desk: DeskScreen) -> None:
    typed(desk, "1234", ".choose")


def left_already(day: Day, desk: DeskScreen) -> None:
    desk.open("/staff/board")
    desk.scan(day.counter.label_of(day.left, 1))
    desk.page.wait_for_selector(".refuse-act")


def wrong_parcel(day: Day, desk: DeskScreen) -> None:
    hand_over(day, desk)
    desk.scan(day.counter.label_of(day.orders["first"], 1))
    desk.page.wait_for_selector("#refuse[open]")


def wrong_product(day: Day, desk: DeskScreen) -> None:
    desk.open(f"/staff/pick?order={day.orders['fourth'].order_id}")
    desk.scan(gtin_of(0)[1:])
    desk.page.wait_for_selector("#refuse[open]")


def missing(desk: DeskScreen) -> None:
    desk.open("/staff/pick")
    desk.page.click("[data-press=short]")
    desk.page.wait_for_selector("#panel form")


def take_back(day: Day, desk: DeskScreen) -> None:
    desk.open("/staff/take-back")
    desk.scan(day.counter.pass_of(day.left))
    desk.page.wait_for_selector("#lines li")


# Every size in every language, every size in every theme: six windows instead of twelve find the same.
@pytest.mark.parametrize("lang,theme", [("ko", "light"), ("en", "contrast")])
@pytest.mark.parametrize("size", [BOARD_PX, TABLET_PX, HANDHELD_PX], ids=["board", "tablet", "handheld"])
def test_axe_finds_nothing_on_a_staff_screen(
    chromium: Browser, day: Day, size: tuple[int, int], lang: str, theme: str
) -> None:
    found = {}
    with at_the_desk(chromium, day.counter, size=size) as desk:
        desk.signed_in(lang=lang, theme=theme)
        for name, go in screens(day).items():
            go(desk)
            report = Axe().run(desk.page, options={"runOnly": RULES})
            if report.violations_count:
                found[name] = report.generate_report()
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "contrast"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_axe_finds_nothing_on_the_ops_page(chromium: Browser, day: Day, lang: str, theme: str) -> None:
    with at_the_desk(chromium, day.counter, size=BOARD_PX) as desk:
        desk.signed_in(lang=lang, theme=theme).open("/ops/")
        report = Axe().run(desk.page, options={"runOnly": RULES})
        assert report.violations_count == 0, report.generate_report()


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("size", [BOARD_PX, TABLET_PX], ids=["board", "tablet"])
def test_every_target_is_twenty_millimetres_and_three_from_the_next(
    chromium: Browser, day: Day, size: tuple[int, int], lang: str
) -> None:
    found = {}
    with at_the_desk(chromium, day.counter, size=size) as desk:
        desk.signed_in(lang=lang)
        for name, go in screens(day).items():
            go(desk)
            measured = desk.page.evaluate(MEASURE, [20, 3])
            if measured:
                found[name] = measured
    assert found == {}


def test_on_a_handheld_nothing_is_wider_than_the_glass_and_every_target_fits_a_thumb(
    chromium: Browser, day: Day
) -> None:
    found = {}
    for width in (360, 420):
        with at_the_desk(chromium, day.counter, size=(width, 844)) as desk:
            desk.signed_in()
            for name, go in screens(day).items():
                go(desk)
                measured = desk.page.evaluate(MEASURE, [8, 1])
                if measured:
                    found[width, name] = measured
    assert found == {}
