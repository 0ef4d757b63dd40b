"""A clerk's browser before the hub's own site: signs in, scans, presses, and notes everything the page complains about."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.cast.counter import PIN, Counter
from tests.cast.desk_site import served
from tests.cast.kiosk_screen import TYPE_SCAN

BOARD_PX = (1920, 1080)
TABLET_PX = (1280, 800)
HANDHELD_PX = (390, 844)

# Sounds are counted where they are made: a headless browser has no loudspeaker to listen to.
COUNT_TONES = """window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); };
addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));"""


class DeskScreen:
    """One window of the staff screen."""

    def __init__(self, browser: Browser, address: str, counter: Counter, **options: Any) -> None:
        self.counter = counter
        self.address = address
        self.complaints: list[str] = []
        self.modules: set[str] = set()
        width, height = options.pop("size", BOARD_PX)
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.context.add_init_script(COUNT_TONES)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", lambda reply: self.modules.add(reply.url) if reply.url.endswith(".mjs") else None)

    def scripts_bytes(self) -> int:
        """How many bytes of script this window loaded, each module packed as it travels."""
        return sum(len(gzip.compress(self.context.request.get(url).body())) for url in self.modules)

    def signed_in(self, *, lang: str = "ko", theme: str = "light") -> "DeskScreen":
        """Kim's window with her cookie, as the sign-in page leaves it."""
        cookies = {"sf_staff": self.counter.sign_in().token, "sf_lang": lang, "sf_theme": theme}
        self.context.add_cookies([{"name": name, "value": text, "url": self.address} for name, text in cookies.items()])
        return self

    def open(self, path: str) -> None:
        """Go to a page below the site's address and wait until its stream is open."""
        self.page.goto(self.address + path)
        if self.page.locator("[data-parts]:not([data-parts=''])").count():
            expect(self.page.locator("html")).to_have_attribute("data-live", "fresh")

    def scan(self, text: str) -> None:
        """Hold a code before the scanner."""
        self.page.evaluate(TYPE_SCAN, text)

    def sees(self, selector: str, words: str) -> None:
        """Wait until this element says these words."""
        expect(self.page.locator(selector).first).to_contain_text(words)

    def sign_in_by_keyboard(self, pin: str = PIN) -> None:
        """Staff number, Enter, PIN, Enter."""
        self.page.keyboard.type("kim")
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(pin)
        self.page.keyboard.press("Enter")


@contextmanager
def at_the_desk(browser: Browser, counter: Counter, **options: Any) -> Iterator[DeskScreen]:
    """A window for the block; nothing may have been complained about when it closes."""
    with served(counter) as address:
        screen = DeskScreen(browser, address, counter, **options)
        yield screen
        screen.context.close()
        assert screen.complaints == []
