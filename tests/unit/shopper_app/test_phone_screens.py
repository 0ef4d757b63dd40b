"""The stand-in on a phone's glass in a real Chromium: axe finds nothing, nothing runs out of the page, presses happen in place."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect
from werkzeug.serving import make_server

from edge.domain.pickup import DeclineReason
from tests.cast.phone_site import PhoneSite, Quiet
from tests.cast.pickups import SOAP, TEA
from tests.cast.shop import WATCH, chromium_at

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GLASS = ViewportSize(width=390, height=844)
LEAST_WIDE_PX, LEAST_TALL_PX = 34, 40

# Controls and rows that are pressed; a link inside a sentence is exempt (WCAG 2.5.8).
SMALL = """([wide, tall]) => [...document.querySelectorAll(
    "button, input:not([type=hidden], [type=radio]), label:has([type=radio]), summary, .btn, nav a, .p-rows a, .p-orders a")]
  .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < wide || box.height < tall))
  .map(([html]) => html)"""


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with chromium_at(chromium_path) as browser:
        yield browser


@contextmanager
def served(site: PhoneSite) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


@contextmanager
def phone_in_hand(chromium: Browser, address: str, key: str | None, lang: str) -> Iterator[Page]:
    """A page on the phone's glass; it may have complained of nothing when the block ends."""
    context = chromium.new_context(viewport=GLASS, device_scale_factor=2)
    context.add_init_script(WATCH)
    cookies = {"sf_lang": lang} | ({"sf_phone": key} if key else {})
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_axe_finds_no_fault_and_nothing_runs_out_of_the_glass(chromium: Browser, site: PhoneSite, lang: str) -> None:
    ready, declined = two_orders(site)
    site.office.ada.put_in(SOAP, 2)
    site.office.ada.put_in(TEA, 1)
    own = ["/cart", "/browse", "/browse?q=zzz", "/qr", "/orders", f"/orders/{ready}", f"/orders/{declined}"]
    with served(site) as address:
        with phone_in_hand(chromium, address, "ada", lang) as page:
            for path in (*own, "/stores", "/messages", "/more"):
                fine(page, address + path)
        with phone_in_hand(chromium, address, None, lang) as page:
            for path in ("/", "/guest"):
                fine(page, address + path)


def two_orders(site: PhoneSite) -> tuple[str, str]:
    """Ada's orders: one ready with its pass, one declined."""
    found = []
    for _ in range(2):
        site.office.ada.put_in(SOAP, 2)
        found.append(str(site.office.ada.order()["order_id"]))
    ready, declined = (site.at_the_store(order) for order in found)
    site.office.hub.push(*ready.to_ready().owed(), *declined.decline(DeclineReason.no_stock).owed())
    return found[0], found[1]


def fine(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("() => document.fonts.ready")
    found = Axe().run(
        page,
        options={
            "runOnly": RULES,
            "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
        },
    )
    assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
    assert page.evaluate("() => document.documentElement.scrollWidth") == GLASS["width"], address
    assert page.evaluate(SMALL, [LEAST_WIDE_PX, LEAST_TALL_PX]) == [], address


def test_a_press_changes_the_page_in_place_and_the_list_keeps_its_place(chromium: Browser, site: PhoneSite) -> None:
    for _ in range(8):
        site.office.ada.put_in(SOAP, 1)
    with served(site) as address, phone_in_hand(chromium, address, "ada", "en") as page:
        page.goto(f"{address}/cart")
        page.evaluate("() => { window.sameAsBefore = true; document.querySelector('.p-body').scrollTop = 200; }")
        last = page.locator("li[data-line]").last
        last.get_by_role("button").last.click()
        expect(last.locator("output")).to_have_text("2")
        expect(last.get_by_role("button").last).to_be_focused()
        assert page.evaluate("() => [window.sameAsBefore, document.querySelector('.p-body').scrollTop > 0]") == [
            True,
            True,
        ]
        page.get_by_role("button", name="Order for pickup").click()
        expect(page.locator(".p-pass")).to_be_visible()
        assert "/orders/" in page.url
        page.go_back()
        expect(page.locator("h1")).to_have_text("Cart")


def test_news_come_by_themselves_and_leave_open_what_she_opened(chromium: Browser, site: PhoneSite) -> None:
    site.office.ada.put_in(SOAP, 2)
    order = str(site.office.ada.order()["order_id"])
    with served(site) as address, phone_in_hand(chromium, address, "ada", "ko") as page:
        page.goto(f"{address}/orders/{order}")
        page.locator(".p-text summary").click()
        site.office.hub.push(*site.at_the_store(order).to_ready().owed())
        expect(page.locator("[data-state]")).to_have_attribute("data-state", "ready")
        expect(page.locator("#pass-text")).to_be_visible()


def test_without_a_clipboard_the_text_is_selected_for_a_hand_to_copy(chromium: Browser, site: PhoneSite) -> None:
    with served(site) as address, phone_in_hand(chromium, address, "ada", "ko") as page:
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined });")
        page.goto(f"{address}/qr")
        page.locator("[data-copy]").click()
        expect(page.locator("#qr-text")).to_be_visible()
        selected = page.evaluate(
            "() => { const at = document.activeElement; return at.value.slice(at.selectionStart, at.selectionEnd); }"
        )
        assert selected.startswith("U1")
