"""The kiosk's screen in a real Chromium: what a hand, a scanner and a careful eye do before it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.cast.kiosk_site import KioskSite

WIDTH_PX, HEIGHT_PX = 1080, 1920

WATCH = """() => {
  window.shifts = [];
  const what = ({ node, previousRect, currentRect }) =>
    `${node?.nodeName} ${node?.className} ${previousRect.x},${previousRect.y} -> ${currentRect.x},${currentRect.y}`;
  new PerformanceObserver((list) => list.getEntries().filter((each) => !each.hadRecentInput)
    .forEach((each) => window.shifts.push([each.value, ...each.sources.map(what)])))
    .observe({ type: "layout-shift", buffered: true });
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
}"""

# A hand scanner as the page sees it: keys by place, faster than any hand, Enter behind.
TYPE_SCAN = """(text) => {
  let at = performance.now();
  const press = (code, shiftKey = false) => {
    const key = new KeyboardEvent("keydown", { code, shiftKey, bubbles: true, cancelable: true });
    // A scanner's pace does not depend on how busy this machine is.
    Object.defineProperty(key, "timeStamp", { value: (at += 4) });
    document.activeElement.dispatchEvent(key);
  };
  for (const letter of text) {
    if (/[0-9]/.test(letter)) press("Digit" + letter);
    else press("Key" + letter.toUpperCase(), letter === letter.toUpperCase());
  }
  press("Enter");
}"""


class Screen:
    """One browser window at the kiosk, with everything it complained about."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        # A hub that is away is a 503, which the browser notes by itself; everything else is ours to explain.
        self.page.on("console", lambda line: self.complaints.append(line.text) if "503" not in line.text else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.add_init_script(f"({WATCH})()")
        self.page.goto(address)
        self.page.wait_for_selector("h1")

    def scan(self, text: str) -> None:
        """Hold a code before the scanner, once the page listens."""
        self.page.wait_for_selector("html[data-awake]")
        self.page.evaluate(TYPE_SCAN, text)

    def see(self, words: str) -> None:
        """Wait until these words are on the screen."""
        self.page.get_by_text(words).first.wait_for(state="visible")

    def press(self, selector: str) -> None:
        """Put a finger on something."""
        self.page.click(selector)

    def look(self, script: str) -> Any:
        """Ask the page something."""
        return self.page.evaluate(script)


@contextmanager
def served(site: KioskSite) -> Iterator[str]:
    """The kiosk's address on this machine while the block runs."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


@contextmanager
def standing_at(browser: Browser, address: str, *, scripts: bool = True) -> Iterator[Screen]:
    """A fresh window of the kiosk's size; nothing may have been complained about when it closes."""
    context = browser.new_context(
        viewport={"width": WIDTH_PX, "height": HEIGHT_PX}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    screen = Screen(context, address)
    try:
        yield screen
    finally:
        context.close()
    assert screen.complaints == []
