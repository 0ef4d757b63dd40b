"""A real Chromium on a page of its own for the modules, with the page's clock in the test's hand."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.datastructures import Headers
from werkzeug.serving import make_server

from kiosk_ui.design import blueprint

PAGE = """<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>t</title></head><body>
<input id="field" aria-label="f" value="before"><button id="button" type="button">b</button></body></html>"""
# How long a test waits for a real socket before it says that nothing came.
REAL_PATIENCE_S = 20.0

POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"


@dataclass
class Site:
    """The little site under test; a test plays the server behind /live by queueing what it answers, one per request."""

    address: str = ""
    asked: list[Headers] = field(default_factory=list)
    answers: queue.Queue[Response] = field(default_factory=queue.Queue)

    def stream(self) -> queue.Queue[str | None]:
        """Queue an open stream of events; put text to send a piece, None to cut the line."""
        pieces: queue.Queue[str | None] = queue.Queue()

        def flow() -> Iterator[str]:
            while (piece := pieces.get(timeout=REAL_PATIENCE_S)) is not None:
                yield piece

        self.answers.put(Response(flow(), content_type="text/event-stream"))
        return pieces

    def start_over(self) -> None:
        """Forget what was asked; requests that still hang keep the old queue and cannot take a new answer."""
        self.asked.clear()
        self.answers = queue.Queue()

    def release(self) -> None:
        """Let every request that still hangs go."""
        for _ in self.asked:
            self.answers.put(Response("over", 500))

    def live(self) -> Response:
        """Answer one request as the test queued it; until then the request hangs as it would on a dead line."""
        self.asked.append(request.headers)
        return self.answers.get(timeout=REAL_PATIENCE_S)


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    app = Flask("site")
    app.register_blueprint(blueprint())
    site = Site()
    app.add_url_rule("/live", view_func=site.live)

    @app.get("/")
    def index() -> Response:
        return Response(PAGE, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    server = make_server("127.0.0.1", 0, app, threaded=True)
    site.address = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A page whose time stands still until the test runs it on, with `window.said` collecting events."""
    context = chromium.new_context()
    page = context.new_page()
    page.clock.install(time=0)
    page.goto(site.address)
    page.clock.pause_at(1000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert faults == []
    context.close()


def collect(page: Page, *kinds: str) -> None:
    """Remember every event of these kinds as [kind, detail]."""
    page.evaluate(
        "(kinds) => { window.said = []; for (const kind of kinds)"
        " document.addEventListener(kind, ({ detail }) => window.said.push([kind, detail])); }",
        list(kinds),
    )


def said(page: Page) -> list[list[Any]]:
    """What the page has announced since `collect`."""
    found = json.loads(page.evaluate("JSON.stringify(window.said)"))
    assert isinstance(found, list)
    return found


def eventually(what: Callable[[], bool]) -> None:
    """Wait for what real sockets take; the page's own time stands still meanwhile."""
    until_s = time.monotonic() + REAL_PATIENCE_S
    while not what():
        assert time.monotonic() < until_s, "nothing came"
        time.sleep(0.01)
