"""The hub's own site with the staff and ops screens, served over real HTTP on a free port of this machine."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import unescape
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from devices.label_printer import StoreLabelPrinter
from devices.qr import qr_svg
from edge.api import Trust, create_app
from kiosk_ui import design, ops, staff
from sync.nonces import NonceStore
from sync.signing import Signer
from tests.cast.counter import Counter


class Quiet(WSGIRequestHandler):
    """A server that keeps its requests to itself."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@cache
def printer() -> StoreLabelPrinter:
    """The label printer; it reads its font once per run."""
    return StoreLabelPrinter()


def desk_app(counter: Counter) -> Flask:
    """The application as wiring builds it, without its process."""
    signer = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)), "hub:S001/H1", counter.rng)
    trust = Trust(
        signer=signer,
        public_url="http://hub.test",
        nonces=NonceStore(counter.folder / "nonces.db", counter.clock.now_ms() // 1000),
    )
    screens = (design.blueprint(), staff.blueprint(counter.hub, qr_svg, printer()), ops.blueprint(counter.hub))
    return create_app(counter.hub, trust, screens)


@contextmanager
def served(counter: Counter) -> Iterator[str]:
    """The site's address while the block runs."""
    server = make_server("127.0.0.1", 0, desk_app(counter), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


class StaffDesk:
    """Kim's browser without the browser: signed in at desk 1, it asks for pages and pieces of pages."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.signed = counter.sign_in()
        self.client = desk_app(counter).test_client()
        self.client.set_cookie("sf_staff", self.signed.token)

    def page(self, path: str, lang: str = "ko") -> str:
        """A page as it goes out."""
        reply = self.client.get(path, query_string={"lang": lang} if "?" not in path else None)
        assert reply.status_code == 200, (path, reply.status_code)
        return reply.get_data(as_text=True)

    def ask(self, path: str, **question: object) -> dict[str, Any]:
        """What a page's module asks for below /staff."""
        reply = self.client.post(f"/staff{path}", json=question)
        assert reply.status_code == 200, (path, reply.status_code)
        return dict(reply.get_json())

    def act(self, path: str, **body: object) -> TestResponse:
        """One press, as the module sends it to the API."""
        asked = {"event_id": self.counter.press(), **body}
        return self.client.post(path, json=asked, headers={"X-CSRF-Token": self.signed.session.csrf})


def words_of(html: str) -> str:
    """What a page says: its text without marks, each run of white space one blank."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
