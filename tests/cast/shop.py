"""A whole shop for end-to-end tests: the demo's processes on free ports, a real Chromium, and the books to look into."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from edge.wiring.demo import begin
from edge.wiring.demo.shop import STORE
from edge.wiring.world import World, free_ports

PATIENCE_MS = 60_000
"""What a machine under load may take for what needs a second on a quiet one; nothing here measures time."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A refused policy is an error of the console too, but only the event names the directive.
WATCH = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""


@contextmanager
def chromium_at(path: str) -> Iterator[Browser]:
    """One browser; the machine's own Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def demo_world(folder: Path) -> Iterator[World]:
    """The demo's store with its carts and first orders, running on ports of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World(folder, store=STORE, ports=free_ports())
    try:
        begin(world, lambda _what: None)
        yield world
    finally:
        world.stop()


@dataclass
class Shop:
    """The running world, seen through browser windows that report every fault of theirs."""

    world: World
    browser: Browser
    faults: list[str] = field(default_factory=list)
    _open: list[BrowserContext] = field(default_factory=list)

    def window(self, width: int, height: int, scale: float = 1.0) -> Page:
        """A browser profile of its own with one page, watched for script errors and refused policies."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, locale="ko-KR"
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(WATCH)
        self._open.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        return page

    def _heard(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self.faults.append(f"{line.location['url']}: {line.text}")

    def close_windows(self) -> None:
        """Close every window; a window that is closed asks nobody any more."""
        while self._open:
            self._open.pop().close()

    def central(self, sql: str, *values: str | int) -> list[tuple[object, ...]]:
        """Ask central's book, from outside, while central runs."""
        return rows_of(self.world.folder / "central" / "central.db", sql, *values)

    def hub(self, sql: str, *values: str | int) -> list[tuple[object, ...]]:
        """Ask the hub's book in the same way."""
        return rows_of(self.world.folder / "hub" / "state.db", sql, *values)


def rows_of(file: Path, sql: str, *values: str | int) -> list[tuple[object, ...]]:
    """The rows of a database that somebody else is using."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=PATIENCE_MS / 1000)) as book:
        return book.execute(sql, values).fetchall()


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait for what other processes do by themselves."""
    deadline_s = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline_s, f"still not: {what}"
        time.sleep(0.05)
