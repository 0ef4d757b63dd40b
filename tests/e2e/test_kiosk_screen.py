"""Min-jun at the kiosk in a real Chromium, before a real hub: what he sees, what stays, and what must not stay."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.cast.counter import GOODS
from tests.cast.kiosk_screen import Screen, served, standing_at
from tests.cast.kiosk_site import KioskSite

pytestmark = pytest.mark.browser

LARGEST_SCRIPTS_BYTES = 6 * 1024


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


@pytest.fixture
def screen(chromium: Browser, site: KioskSite) -> Iterator[Screen]:
    with served(site) as address, standing_at(chromium, address) as standing:
        yield standing


def identified(screen: Screen, site: KioskSite) -> None:
    screen.scan(site.min_jun.qr(site.clock.now_ms()))
    screen.see("김*준 님의 온라인 장바구니")


def test_a_scan_paints_the_cart_and_the_address_never_changes(screen: Screen, site: KioskSite) -> None:
    before = screen.look("history.length")
    identified(screen, site)
    screen.press("#to-order")
    screen.see("이렇게 예약할까요?")
    assert screen.look("[location.pathname, history.length]") == ["/", before]


def test_a_quantity_is_changed_in_place_and_the_answer_appears_by_itself(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    screen.press("#more-L11")
    screen.see("3개로 바꾸고 있어요")
    assert screen.look("document.activeElement.id") == "more-L11"
    wish_id = site.last_wish()
    lines = tuple(
        msgspec.structs.replace(line, qty=3, version=4) if line.line == "L11" else line
        for line in site.min_jun.cart.lines
    )
    site.answer(wish_id, msgspec.structs.replace(site.min_jun.cart, version=4, lines=lines))
    screen.see("3개로 바꿨어요")
    assert "3개로 바꿨어요" in screen.page.inner_text("#say")


def test_a_pickup_is_reserved_in_three_presses_and_shows_its_code(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    screen.press("#to-order")
    screen.press("#place")
    screen.see("예약하고 있어요")
    order = site.counter.order((0, 1))
    site.answer(site.order_wish(), msgspec.structs.replace(site.min_jun.cart, version=4, lines=()), order=order)
    screen.see(order.display_code)
    screen.see("초 뒤 닫혀요")
    screen.press("#finish")
    screen.see("담아 둔 상품")
    assert [how for how, _ in site.log.ends] == ["finished"]


def test_every_switch_keeps_step_and_cart_with_one_press(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    screen.press("#to-order")
    screen.see("이렇게 예약할까요?")
    screen.press("#tool-language")
    screen.see("Reserve these?")
    screen.press("#tool-contrast")
    screen.page.wait_for_selector("html[data-theme=contrast][lang=en]")
    screen.press("#tool-large")
    screen.page.wait_for_selector("html[data-text='200']")
    screen.press("#tool-easy")
    screen.page.wait_for_selector("html[data-easy=on]")
    screen.see("Reserve these?")
    screen.see(GOODS[0][2])


def wiped_clean(screen: Screen) -> None:
    screen.see("담아 둔 상품")
    assert screen.look("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert [cookie for cookie in screen.page.context.cookies() if cookie["name"] == "sf_visit"] == []
    screen.page.go_back()
    assert "김*준" not in screen.page.content()
    screen.page.goto(f"{screen.address}/cart")
    screen.see("담아 둔 상품")
    assert "김*준" not in screen.page.content()


def test_after_finishing_nothing_is_left_and_back_shows_nothing(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    screen.press("#more-L11")
    screen.press("#leave")
    wiped_clean(screen)


def test_nobody_there_is_asked_opaquely_and_then_wiped(chromium: Browser, tmp_path: Path) -> None:
    site = KioskSite(tmp_path, cart_idle_s=1, warning_s=2)
    with served(site) as address, standing_at(chromium, address) as screen:
        identified(screen, site)
        screen.see("아직 보고 계세요?")
        assert screen.look("document.activeElement.id") == "still-here"
        covered = (
            "(() => { const box = document.querySelector('#still').getBoundingClientRect();"
            " return [box.x, box.y, box.width, box.height, getComputedStyle(document.querySelector('#still')).opacity]; })()"
        )
        assert screen.look(covered) == [0, 0, 1080, 1920, "1"]
        screen.page.keyboard.press("Enter")  # "continue" holds the focus
        screen.page.wait_for_selector("#still", state="hidden")
        screen.see("김*준 님의 온라인 장바구니")
        screen.see("아직 보고 계세요?")  # and asks again, without limit
        screen.see("담아 둔 상품")
        assert [how for how, _ in site.log.ends] == ["idle"]
        wiped_clean(screen)
    site.close()


def test_everything_can_be_reached_and_pressed_with_four_arrow_keys(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    for _ in range(40):
        screen.page.keyboard.press("ArrowDown")
        if screen.look("document.activeElement.id") == "to-order":
            break
    screen.page.keyboard.press("Enter")
    screen.see("이렇게 예약할까요?")
    for _ in range(40):
        screen.page.keyboard.press("ArrowUp")
        if screen.look("document.activeElement.id") == "place":
            break
    screen.page.keyboard.press("Enter")
    screen.see("예약하고 있어요")


def test_a_press_while_the_hub_is_away_is_said_and_done_once_it_is_back(screen: Screen, site: KioskSite) -> None:
    identified(screen, site)
    site.line.cut()
    screen.press("#more-L11")
    screen.see("계속 다시 시도하고 있어요")
    assert "김*준" not in screen.page.content()
    site.line.restore()
    screen.see("3개로 바꾸고 있어요")


def test_a_scan_works_on_every_screen_even_while_somebody_is_being_asked(screen: Screen, site: KioskSite) -> None:
    order = site.order_for(site.min_jun, (0, 1))
    identified(screen, site)
    screen.press("#to-order")
    screen.scan(site.counter.pass_of(order))
    screen.see(order.display_code)
    screen.press("#back")
    screen.look("document.querySelector('#still').showModal()")
    screen.scan(site.ada.qr(site.clock.now_ms()))
    screen.see("Online cart of A*a")


VOICE = """() => {
  window.heard = [];
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  const voice = { getVoices: () => [{}], speak: (words) => heard.push(words.lang + ": " + words.text), cancel: () => heard.push("hush") };
  Object.defineProperty(window, "speechSynthesis", { value: voice });
}"""


def test_a_machine_with_a_voice_reads_the_screen_and_one_without_offers_none(
    chromium: Browser, site: KioskSite
) -> None:
    with served(site) as address, standing_at(chromium, address) as screen:
        assert screen.page.query_selector("#tool-sound") is None
        screen.page.add_init_script(f"({VOICE})()")
        screen.page.reload()
        screen.press("#tool-contrast")
        screen.page.wait_for_selector("#tool-sound")
        screen.press("#tool-sound")
        screen.page.wait_for_selector("#tool-sound[aria-pressed=true]")
        identified(screen, site)
        spoken = [words for words in screen.look("heard") if words != "hush"]
        assert len(spoken) == 2
        assert spoken[0].startswith("ko: ")
        assert GOODS[0][1] in spoken[1]


def test_a_pasted_code_is_as_good_as_a_scanned_one(screen: Screen, site: KioskSite) -> None:
    code = site.min_jun.qr(site.clock.now_ms())
    paste = (
        "text => { const data = new DataTransfer(); data.setData('text', text);"
        " document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data })); }"
    )
    screen.page.evaluate(paste, code)
    screen.see("김*준 님의 온라인 장바구니")


def test_on_a_small_window_the_whole_screen_is_there_smaller(screen: Screen, site: KioskSite) -> None:
    screen.page.set_viewport_size({"width": 1280, "height": 800})
    identified(screen, site)
    boxes = screen.look(
        "[...document.querySelectorAll('#to-order, #call, #tool-language')].map((each) => each.getBoundingClientRect().bottom)"
    )
    assert all(0 < bottom <= 800 for bottom in boxes)
    assert screen.look("document.body.getBoundingClientRect().width") == 450


def test_without_its_script_every_link_and_form_still_works(chromium: Browser, site: KioskSite) -> None:
    with served(site) as address, standing_at(chromium, address, scripts=False) as screen:
        screen.press("#tool-language")
        screen.see("Your online cart")
        screen.press("#to-check-in")
        screen.see("Here to")
        screen.press("#call")
        screen.see("Staff called")
        screen.press("#go-on")
        screen.see("Here to")


def test_the_scripts_of_the_kiosk_weigh_at_most_six_kilobytes(screen: Screen) -> None:
    sources = screen.look(
        "performance.getEntriesByType('resource').map((each) => each.name).filter((name) => name.endsWith('.mjs'))"
    )
    assert len(sources) == 2
    weight = sum(len(gzip.compress(screen.page.request.get(source).body(), 9)) for source in sources)
    assert weight <= LARGEST_SCRIPTS_BYTES


def test_sixty_visits_leave_nothing_on_the_heap_and_shift_nothing_on_the_screen(
    screen: Screen, site: KioskSite
) -> None:
    probe = screen.page.context.new_cdp_session(screen.page)
    sizes = []
    for turn in range(60):
        site.clock.advance(30_000)
        identified(screen, site)
        if turn < 5:
            screen.press("#to-order")
            screen.see("이렇게 예약할까요?")
            screen.press("#back")
            screen.see("이 순서로 걸으면 돼요")
        assert screen.look("[window.shifts, window.refused]") == [[], []]
        screen.press("#leave")
        screen.see("담아 둔 상품")
        if turn in (4, 59):
            probe.send("HeapProfiler.collectGarbage")
            sizes.append(probe.send("Runtime.getHeapUsage")["usedSize"])  # the page's own figure is coarse and old
    assert sizes[1] - sizes[0] <= 100_000
