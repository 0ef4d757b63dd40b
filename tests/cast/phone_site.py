"""The stand-in phone before a real central over real HTTP: Ada's and Min-jun's phones, a guest's browser, and the store's hub."""

import re
import shutil
import socket
import threading
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from central.shopper_app import Phones, PhoneSettings, create_app, keep_phone
from central.shopper_app.phones import Owner
from tests.cast.carried import Carried
from tests.cast.office import STORE, Office, Shopper

EVENT_ID = re.compile(r'name="event_id" value="([^"]+)"')
PAGE = "http://localhost"


class Quiet(WSGIRequestHandler):
    """A server that keeps its requests to itself."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class PhoneSite:
    """Everything of one head office and the phones of its two shoppers; `serve_central` may be stopped to be away."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
        self.folder = folder
        self.office = Office(folder, port=port)
        self._server = make_server("127.0.0.1", port, self.office.app, threaded=True, request_handler=Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self._serves = True
        self._down: list[dict[str, Any]] = []
        drawer = folder / "phones"
        drawer.mkdir()
        for key, name, locale in (("ada", "Ada Lovelace", "en"), ("min-jun", "김민준", "ko")):
            shutil.copy(folder / f"{key}.key", drawer / f"{key}.key")
            identity = self.shopper(key).identity
            keep_phone(drawer, Owner(key=key, identity=identity, name=name, locale=locale))
        settings = PhoneSettings(store=STORE, central_url=f"http://127.0.0.1:{port}")
        self.phones = Phones(drawer, settings, self.office.clock.now_ms, self.office.rng)
        self.app = create_app(self.phones)

    def shopper(self, key: str) -> Shopper:
        """The same shopper, spoken for directly at central."""
        return self.office.ada if key == "ada" else self.office.min_jun

    def hand(self, key: str | None = None) -> "Hand":
        """A browser; with `key`, one that has chosen this phone."""
        hand = Hand(self.app.test_client())
        if key is not None:
            assert hand.press("/use", key=key).status_code == 200
        return hand

    def at_the_store(self, order_id: str) -> Carried:
        """The order as the store's hub got it."""
        self._down += self.office.hub.pull()
        return Carried(next(row["body"] for row in self._down if row["kind"] == "order" and row["key"] == order_id))

    def lose_central(self) -> None:
        """Central stops answering."""
        if self._serves:
            self._serves = False
            self._server.shutdown()
            self._thread.join(5)
            self._server.server_close()

    def close(self) -> None:
        """Take everything down."""
        self.lose_central()
        self.office.close()


class Hand:
    """Somebody at a page of the stand-in: looks, and presses forms as the page sends them."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser

    def look(self, path: str) -> str:
        """The page, which must be there."""
        reply = self.browser.get(path, follow_redirects=True)
        assert reply.status_code == 200, reply.text
        return reply.text

    def event_id(self, path: str) -> str:
        """The event_id that the first form of this page was minted with."""
        found = EVENT_ID.search(self.look(path))
        assert found is not None, path
        return found[1]

    def press(self, path: str, **fields: str | int) -> TestResponse:
        """Send a form; gives the page that follows."""
        data = {name: str(value) for name, value in fields.items()}
        return self.browser.post(path, data=data, headers={"Origin": PAGE}, follow_redirects=True)
