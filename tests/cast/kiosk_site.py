"""A kiosk before a real hub: Min-jun's and Ada's carts as central sends them, a line to the hub that can be cut, a browser."""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

import kiosk_ui.signage
from devices.scanner_keyboard import read_keyboard_scan
from edge.api import Trust, create_app
from edge.domain.cart import Answer, Cart, CartLine, CartReason, Outcome
from edge.domain.ids import id_text
from edge.domain.truth import Card, ConsentDown, NameCard, OrderDown
from edge.gateway.hub import HubClient
from edge.passes import write_u1
from edge.settings import KioskSettings
from edge.store import devices
from edge.tools.line_switch import LineSwitch
from kiosk_ui.kiosk import Kiosk
from kiosk_ui.kiosk import create_app as create_kiosk
from kiosk_ui.kiosk.visits import Visit
from sync.http_client import Peer, Timeouts
from sync.nonces import NonceStore
from sync.signing import Signer, public_text
from tests.cast.counter import GOODS, STORE, Counter, gtin_of

HUB_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
KIOSK_KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PATIENCE = Timeouts(connect_s=1.0, read_s=2.0)
PEOPLE = f"people:{STORE}"
FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


@dataclass
class EndedVisits:
    """What would go into the kiosk's outbox."""

    ends: list[tuple[str, int]] = field(default_factory=list)

    def ended(self, how: str, seconds: int) -> None:
        """Count one end."""
        self.ends.append((how, seconds))


class Shopper:
    """Somebody with the app: an identity, its key, a cart of (place in GOODS, quantity)."""

    def __init__(self, number: int, masked_name: str, locale: str, *wanted: tuple[int, int]) -> None:
        self.identity = id_text((90_000 + number).to_bytes(8, "big"))
        self.key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.masked_name, self.locale = masked_name, locale
        lines = tuple(
            CartLine(line=f"L{number}{place}", gtin=gtin_of(place), qty=qty, version=3) for place, qty in wanted
        )
        self.cart = Cart(
            cart_id=f"C{number}",
            identity=self.identity,
            store=STORE,
            version=3,
            currency="KRW",
            lines=lines,
            changed_at_ms=0,
        )

    def qr(self, now_ms: int) -> str:
        """What her app shows at this moment."""
        return write_u1(self.key.private_bytes_raw(), self.identity, now_ms // 30_000)


class KioskSite:
    """The hub's API on a free port, K1 enrolled there, the kiosk's application before it, and one browser's cookies."""

    def __init__(
        self, folder: Path, *, cart_idle_s: int = 60, warning_s: int = 20, patience: Timeouts = PATIENCE
    ) -> None:
        self._folder = folder
        self.loses_next_answer = False
        """The hub commits the next act, and the line goes before its answer is out."""
        self.counter = Counter(folder)
        self.hub = self.counter.hub
        self.clock = self.counter.clock
        self.hub.link.seen(True, self.clock.now_ms())
        with self.hub.state.writing() as conn:
            devices.enrol(conn, node="K1", role="kiosk", public=public_of(KIOSK_KEY), now_ms=self.clock.now_ms())
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.line = LineSwitch(("127.0.0.1", self._server.server_port), 0)
        self._hub_app = self._make_hub_app()
        self.log = EndedVisits()
        settings = KioskSettings(
            store=STORE,
            hub_url=self.line.url,
            hub_public_key=public_of(HUB_KEY),
            cart_idle_s=cart_idle_s,
            warning_s=warning_s,
        )
        hub = HubClient(self.peer(patience))
        self.kiosk = Kiosk(
            settings=settings,
            clock=self.clock,
            rng=self.counter.rng,
            hub=hub,
            visit_log=self.log,
            read_scan=read_keyboard_scan,
        )
        self.app = create_kiosk(self.kiosk, (kiosk_ui.signage.blueprint(hub),))
        self.browser = self.app.test_client()
        self.min_jun = Shopper(1, "김*준", "ko", (0, 1), (1, 2), (4, 2))
        self.ada = Shopper(2, "A*a", "en", (3, 1))
        for shopper in (self.min_jun, self.ada):
            self.send_down(shopper)

    def peer(self, patience: Timeouts = PATIENCE, key: Ed25519PrivateKey = KIOSK_KEY) -> Peer:
        """K1's way to the hub."""
        return Peer(
            self.line.url,
            now_ms=self.clock.now_ms,
            signer=Signer(key, f"kiosk:{STORE}/K1", self.counter.rng),
            peer_public=HUB_KEY.public_key().public_bytes_raw(),
            timeouts=patience,
        )

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The hub's application; it is built once the address that its callers sign for is known."""
        return self._hub_app(environ, start_response)

    def _make_hub_app(self) -> Flask:
        signer = Signer(HUB_KEY, f"hub:{STORE}/H1", self.counter.rng)
        nonces = NonceStore(self._folder / "nonces.db", self.clock.now_ms() // 1000)
        app = create_app(self.hub, Trust(signer=signer, public_url=self.line.url, nonces=nonces))
        app.after_request(self._on_answer)
        return app

    def _on_answer(self, reply: Response) -> Response:
        if self.loses_next_answer:
            self.loses_next_answer = False
            self.line.cut()
        return reply

    def send_down(
        self, shopper: Shopper, *, consents: tuple[ConsentDown, ...] = (), tags: tuple[str, ...] = ()
    ) -> None:
        """Her card and her cart come down, as for somebody who chose this store."""
        card = Card(
            identity=shopper.identity,
            masked_name=shopper.masked_name,
            locale=shopper.locale,
            app_public_key=public_of(shopper.key),
            consents=consents,
            expires_at_ms=self.clock.now_ms() + 30 * 86_400_000,
            tags=tags,
        )
        self.counter.down(
            (PEOPLE, "card", shopper.identity, card), (PEOPLE, "cart", shopper.cart.cart_id, shopper.cart)
        )

    def answer(
        self,
        wish_id: str,
        cart: Cart,
        *,
        reason: CartReason | None = None,
        line: str | None = None,
        order: OrderDown | None = None,
    ) -> None:
        """Central's answer to a wish comes down: the cart as it is then, the order if there is one, the answer last."""
        self.clock.advance(400)
        answered = Answer(
            wish_id=wish_id,
            outcome=Outcome.refused if reason else Outcome.granted,
            reason=reason,
            version=cart.version,
            line=line,
            order_id=order.order_id if order else None,
        )
        self.counter.down((PEOPLE, "cart", cart.cart_id, cart), (f"store:{STORE}", "wish.answered", wish_id, answered))

    def order_for(self, shopper: Shopper, *wanted: tuple[int, int]) -> OrderDown:
        """An order of hers comes down with its name card."""
        order = self.counter.order(*wanted)
        card = NameCard(order_id=order.order_id, identity=shopper.identity, masked_name=shopper.masked_name)
        self.counter.down((PEOPLE, "name_card", order.order_id, card))
        return order

    def cut_from_central(self) -> None:
        """The hub's own line to central goes."""
        for _ in range(3):
            self.hub.link.seen(False, self.clock.now_ms())

    def press(self, path: str, **fields: str | int) -> TestResponse:
        """A form of the page on the screen is sent, as the browser would; the page that follows comes back."""
        page = self.browser.get("/").text if not self._token() else ""
        found = FORM_TOKEN.search(page)
        token = self._token() or (found[1] if found else "")
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        data = {name: str(value) for name, value in fields.items()} | ({"form_token": token} if token else {})
        return self.browser.post(path, data=data, headers=headers, follow_redirects=True)

    def _token(self) -> str:
        cookie = self.browser.get_cookie("sf_visit")
        visit = self.kiosk.visits.find(cookie.value) if cookie else None
        return visit.form_token if visit else ""

    def scan(self, text: str) -> TestResponse:
        """Something is held before the scanner."""
        return self.press("/scan", scan=text)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """A program asks with JSON; status and answer."""
        reply = self.browser.open(
            path,
            method=method,
            data=msgspec.json.encode(body) if body is not None else None,
            headers={"Accept": "application/json", "Content-Type": "application/json"},
        )
        return reply.status_code, msgspec.json.decode(reply.data)

    def visit(self) -> Visit:
        """The one visit there is."""
        (visit,) = self.kiosk.visits._by_token.values()
        return visit

    def last_wish(self) -> str:
        """The wish of the change pressed last."""
        return next(reversed(self.visit().changes.values())).wish_id

    def order_wish(self) -> str:
        """The wish of the pickup pressed last."""
        asked = self.visit().order
        assert asked is not None
        return asked.wish.wish_id

    def change_fields(self, place: int, target_qty: int) -> dict[str, str | int]:
        """What the stepper of Min-jun's line for that product sends."""
        line = f"L1{place}"
        version = next(each.version for each in self.min_jun.cart.lines if each.line == line)
        return {
            "line": line,
            "gtin": gtin_of(place),
            "target_qty": target_qty,
            "line_version": version,
            "seen_price_minor": GOODS[place][6],
            "here": "/cart",
        }

    def close(self) -> None:
        """Take everything down."""
        self.line.close()
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()
        self.counter.close()


def public_of(key: Ed25519PrivateKey) -> str:
    """A key as settings and devices name it."""
    return public_text(key.public_key().public_bytes_raw())
