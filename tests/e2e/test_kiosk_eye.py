"""Every screen of kiosk and signage under a careful eye: axe, millimetres, nothing cut off, nothing inline, in ko and en."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from edge.domain.cart import CartReason
from tests.cast import asking
from tests.cast.kiosk_screen import Screen, served, standing_at
from tests.cast.kiosk_site import KioskSite

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Every target and every gap between two targets, every text and its size: in millimetres of this glass.
MEASURE = """() => {
  const mm = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--mm"));
  const open = document.querySelector("dialog[open]") ?? document.body;
  const seen = (node) => node.getClientRects().length && getComputedStyle(node).visibility !== "hidden" && !node.closest(".sr");
  const list = document.querySelector("#walk")?.getBoundingClientRect();
  const whole = (node) => {
    const box = node.getBoundingClientRect();
    return !node.closest("#walk") || (box.top >= list.top - 1 && box.bottom <= list.bottom + 1);
  };
  const targets = [...open.querySelectorAll("a[href], button, input:not([type=hidden])")].filter((each) => seen(each) && whole(each));
  const boxes = targets.map((each) => each.getBoundingClientRect());
  const small = targets.filter((_, at) => Math.min(boxes[at].width, boxes[at].height) < 20 * mm - 0.5).map((each) => each.id);
  const near = [];
  boxes.forEach((one, at) => boxes.slice(at + 1).forEach((two, after) => {
    const across = Math.max(one.left - two.right, two.left - one.right), down = Math.max(one.top - two.bottom, two.top - one.bottom);
    if (Math.max(across, down) < 3 * mm - 0.5) near.push([targets[at].id, targets[at + 1 + after].id, Math.max(across, down) / mm]);
  }));
  const texts = document.createTreeWalker(open, NodeFilter.SHOW_TEXT);
  const tiny = [], cut = [];
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement, words = texts.currentNode.textContent.trim();
    if (!words || !seen(node) || node.closest("svg, script, template")) continue;
    const glyph = 0.868 * parseFloat(getComputedStyle(node).fontSize) / mm;
    if (glyph < 12) tiny.push([words, glyph]);
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1 || (!node.closest("#walk") && box.bottom > innerHeight + 1)) cut.push(words);
  }
  const spilled = [...open.querySelectorAll(".btn, .k-head, .k-hero, .k-foot, .k-nav, .k-tools, .item, .done-code, .still")]
    .filter((each) => seen(each) && each.scrollWidth > each.clientWidth + 1).map((each) => each.id || each.className);
  const body = document.querySelector(".k-body")?.getBoundingClientRect(), foot = document.querySelector(".k-foot")?.getBoundingClientRect();
  const inside = [...document.querySelectorAll(".k-body > *")].filter((each) => body && seen(each)
    && each.getBoundingClientRect().bottom > foot.top + 1).map((each) => each.className);
  const walk = document.querySelector("#walk");
  const stuck = walk && walk.scrollHeight > walk.clientHeight + 1 && !document.querySelector("#page-down")
    ? [walk.scrollHeight - walk.clientHeight] : [];
  return { small, near, tiny, cut, spilled, inside, stuck };
}"""

FINE: dict[str, list[object]] = {
    "small": [],
    "near": [],
    "tiny": [],
    "cut": [],
    "spilled": [],
    "inside": [],
    "stuck": [],
}


def identified(screen: Screen, site: KioskSite) -> None:
    screen.scan(site.min_jun.qr(site.clock.now_ms()))
    screen.page.wait_for_selector(".k-cart")


def cart_asked(screen: Screen, site: KioskSite) -> None:
    site.cut_from_central()
    site.clock.advance(11 * 60_000)
    identified(screen, site)
    screen.press("#more-L11")
    screen.page.wait_for_selector(".wish")


def order(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    screen.press("#to-order")
    screen.page.wait_for_selector(".k-order")


def order_cut(screen: Screen, site: KioskSite) -> None:
    site.cut_from_central()
    order(screen, site)


def order_asked(screen: Screen, site: KioskSite) -> None:
    order(screen, site)
    screen.press("#place")
    screen.page.wait_for_selector(".is-asked")


def order_granted(screen: Screen, site: KioskSite) -> None:
    order_asked(screen, site)
    down = site.counter.order((0, 1))
    site.answer(site.order_wish(), msgspec.structs.replace(site.min_jun.cart, version=4, lines=()), order=down)
    screen.page.wait_for_selector(".done-code .code")


def order_refused(screen: Screen, site: KioskSite) -> None:
    order_asked(screen, site)
    site.answer(site.order_wish(), site.min_jun.cart, reason=CartReason.price_rose, line="L11")
    screen.page.wait_for_selector(".k-refused")


def question(screen: Screen, site: KioskSite) -> None:
    asking.allow(site.counter, 0, 2, 3, 4)
    asking.ask(site.counter, site.order_for(site.min_jun, (0, 2), (1, 1)))
    identified(screen, site)
    is_fine(screen, "the cart, with its question")
    screen.press("#to-question")
    screen.page.wait_for_selector(".k-ask")


def question_answered(screen: Screen, site: KioskSite) -> None:
    question(screen, site)
    screen.press("#take-2")
    screen.page.wait_for_selector(".k-ask-done")


def check_in(screen: Screen, site: KioskSite) -> None:
    screen.press("#to-check-in")
    screen.page.wait_for_selector(".k-check-in")


def check_in_choice(screen: Screen, site: KioskSite) -> None:
    asking.ask(site.counter, site.order_for(site.min_jun, (0, 1)))
    site.order_for(site.min_jun, (1, 1))
    identified(screen, site)
    screen.press("#to-check-in")
    screen.page.wait_for_selector(".orders")


def checked_in(screen: Screen, site: KioskSite) -> None:
    screen.scan(site.counter.pass_of(site.order_for(site.min_jun, (0, 1))))
    screen.page.wait_for_selector(".done-code .code")


def called(screen: Screen, site: KioskSite) -> None:
    screen.press("#call")
    screen.page.wait_for_selector(".k-called")


def unknown_code(screen: Screen, site: KioskSite) -> None:
    screen.scan("NOTHING7")
    screen.page.wait_for_selector(".k-notice")


def no_card_while_cut(screen: Screen, site: KioskSite) -> None:
    site.cut_from_central()
    screen.scan(type(site.min_jun)(9, "박*영", "ko", (0, 1)).qr(site.clock.now_ms()))
    screen.page.wait_for_selector(".can", state="attached")


def hub_away(screen: Screen, site: KioskSite) -> None:
    site.line.cut()
    screen.page.wait_for_selector(".k-hub-away")


def trying(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    site.line.cut()
    screen.press("#more-L11")
    screen.page.wait_for_selector("body[data-unanswered]")


def asked_if_there(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    screen.look("document.querySelector('#still').showModal()")


def attract(screen: Screen, site: KioskSite) -> None:
    screen.page.wait_for_selector(".k-attract")


STEPS: tuple[Callable[[Screen, KioskSite], None], ...] = (
    attract,
    identified,
    cart_asked,
    order,
    order_cut,
    order_asked,
    order_granted,
    order_refused,
    question,
    question_answered,
    check_in,
    check_in_choice,
    checked_in,
    called,
    unknown_code,
    no_card_while_cut,
    hub_away,
    trying,
    asked_if_there,
)


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[KioskSite]:
    kiosk_site = KioskSite(tmp_path)
    yield kiosk_site
    kiosk_site.close()


def axe_findings(screen: Screen) -> list[str]:
    """What axe finds with no rule disabled and 7 : 1 contrast and target size switched on."""
    strict = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
    found = Axe().run(screen.page, options={"runOnly": RULES, "rules": strict})
    violations: list[dict[str, Any]] = found.response["violations"]
    return [f"{each['id']}: {[node['html'][:90] for node in each['nodes']]}" for each in violations]


def turn(screen: Screen, *tools: str) -> None:
    """Press these switches one after the other and wait until the page says so."""
    for tool in tools:
        screen.press(f"#tool-{tool}")
        mark = {
            "language": "html[lang=en]",
            "contrast": "html[data-theme=contrast]",
            "large": "html[data-text='200']",
            "easy": "html[data-easy=on]",
        }
        screen.page.wait_for_selector(mark[tool])


def is_fine(screen: Screen, where: str, *, with_axe: bool = True) -> None:
    screen.look("document.fonts.ready")
    assert (where, screen.look(MEASURE)) == (where, FINE)
    if with_axe:
        assert (where, axe_findings(screen)) == (where, [])
    assert screen.look("window.refused") == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_every_screen_is_fine_in_every_look(
    chromium: Browser, site: KioskSite, step: Callable[[Screen, KioskSite], None]
) -> None:
    with served(site) as address, standing_at(chromium, address) as screen:
        step(screen, site)
        is_fine(screen, "ko")
        if screen.page.query_selector("dialog[open]") or not screen.page.query_selector(".k-tools"):
            return
        turn(screen, "language", "contrast")
        is_fine(screen, "en, contrast")
        turn(screen, "large")
        is_fine(screen, "en, contrast, large", with_axe=False)


def test_a_long_cart_in_easy_mode_scrolls_by_its_two_buttons(chromium: Browser, site: KioskSite) -> None:
    many = type(site.min_jun)(3, "최*호", "ko", *((place, 2) for place in range(6)))
    site.send_down(many)
    with served(site) as address, standing_at(chromium, address) as screen:
        screen.scan(many.qr(site.clock.now_ms()))
        screen.page.wait_for_selector("#page-down")
        turn(screen, "easy")
        is_fine(screen, "easy")
        screen.press("#page-down")
        assert screen.look("document.querySelector('#walk').scrollTop") > 300


def test_the_signage_names_nobody_and_is_fine(chromium: Browser, site: KioskSite) -> None:
    with served(site) as address:
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text))
        for lang, words in (("ko", "어서 오세요"), ("en", "Welcome")):
            page.goto(f"{address}/signage?lang={lang}")
            page.get_by_text(words).first.wait_for(state="visible")
            found = Axe().run(page, options={"runOnly": RULES})
            assert found.violations_count == 0, found.generate_report()
        shown = page.inner_text("body")
        site.line.cut()
        page.wait_for_timeout(3500)
        assert page.inner_text("body") == shown
        assert complaints == []
        page.close()
