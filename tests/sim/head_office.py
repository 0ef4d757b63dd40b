"""Head office in this process: the real central, asked without signatures; its disk is changed under it for every seed."""

import io
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, Request

from central.api.factory import ports_of
from central.api.hub import HUB_ROUTES
from central.api.serve import blueprint
from central.app import build
from central.app.answer_question import AnswerSent, AskedAnswer, answer_question
from central.app.cancel_order import AskedCancel, CancelAnswer, cancel_order
from central.app.change_cart import AskedChange, CartChanged, change_cart
from central.app.find_order import ByIdentity
from central.app.forget import forget
from central.app.issue_pass import Pass, issue_pass
from central.app.place_order import AskedOrder, Placed, place_order
from central.app.put_goods import put_catalogue
from central.app.serve_snapshot import may_copy, present
from central.settings import CentralSettings
from central.store.carts import cart_of
from central.store.goods import get_products
from central.store.orders import orders_of
from central.store.people import profile_of
from edge.domain.cart import Cart
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.ids import event_id
from edge.domain.pickup import Pickup
from sync.http_client import Reply
from sync.http_server import Authenticator, Copies, snapshot_blueprint, sync_blueprint
from sync.signing import Caller, KeyLookup
from tests.cast.office import STORE
from tests.sim.template import Person, Template

BOOKS = "central.db"
FIRST_TERM = 1


class OpenDoor(Authenticator):
    """Believes everybody to be the hub of the store: signatures cost half a seed and are proven elsewhere."""

    def identify(self, asked: Request, keys: KeyLookup | None = None) -> Caller:
        """The hub, and when it asked."""
        return Caller(
            keyid=f"hub:{STORE}/H1",
            nonce="",
            role="hub",
            store=STORE,
            node="H1",
            term=FIRST_TERM,
            created_s=int(asked.headers["Created"]),
        )


class HeadOffice:
    """One central for a whole process. `begin` gives it the disk, the clock and the dice of a seed."""

    def __init__(self, folder: Path, template: Template) -> None:
        self.folder, self.people = folder, template.people
        self._template = template
        self.clock = SimClock(template.now_ms)
        self._dice = random.Random(0)
        shutil.copytree(template.office, folder, dirs_exist_ok=True)
        settings = CentralSettings(directory=str(folder), port=8700)
        self.central = build(settings, self.clock, self._randbytes)
        self._app = self._make_app()

    def _randbytes(self, size: int) -> bytes:
        return self._dice.randbytes(size)

    def begin(self, seed: int) -> None:
        """Stand as the template stands, with dice of this seed."""
        self._dice = random.Random(f"office/{seed}")
        self.clock.advance(self._template.now_ms - self.clock.now_ms())
        self.put_back(self._template.office)

    def copy_to(self, folder: Path) -> None:
        """Back the books up as they are this moment."""
        folder.mkdir(parents=True)
        for file in self.folder.glob(BOOKS + "*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder / file.name)

    def put_back(self, folder: Path) -> None:
        """Go on with the books that lie in `folder`."""
        self.central.books._engine.dispose()
        for file in self.folder.glob(BOOKS + "*"):
            file.unlink()
        for file in folder.glob(BOOKS + "*"):
            shutil.copy(file, self.folder / file.name)

    def ask(self, method: str, target: str, body: bytes, made_at_ms: int = 0) -> Reply:
        """One request through central's own routes, and its answer; made now, or earlier and held on the way."""
        path, _, query = target.partition("?")
        said: list[tuple[str, list[tuple[str, str]]]] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "central",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "HTTP_CREATED": str((made_at_ms or self.clock.now_ms()) // 1000),
        }

        def begin(status: str, headers: list[tuple[str, str]], _error: object = None, /) -> Callable[[bytes], object]:
            said.append((status, headers))
            return lambda _bytes: None

        chunks = self._app.wsgi_app(environ, begin)
        content = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, headers = said[0]
        media_type = dict(headers).get("Content-Type", "").split(";", maxsplit=1)[0]
        return Reply(status=int(status[:3]), body=content, media_type=media_type, signed=True)

    def new_id(self) -> str:
        """An event_id of a phone."""
        return event_id(self.clock.now_ms(), self._dice.randbytes)

    def cart(self, person: Person) -> Cart:
        """Her cart as central holds it."""
        with self.central.books.reading() as tx:
            profile = profile_of(tx, person.identity)
            held = cart_of(tx, profile.profile, person.identity) if profile else None
        assert held is not None, "everybody of the template has a cart"
        return held.cart

    def change(self, person: Person, asked: AskedChange) -> CartChanged | Refusal:
        """Her phone changes her cart."""
        return change_cart(self.central, person.identity, [asked])

    def order(self, person: Person, asked: AskedOrder) -> Placed | Refusal:
        """Her phone orders."""
        return place_order(self.central, person.identity, asked)

    def cancel(self, person: Person, order: str, event: str) -> CancelAnswer | Refusal:
        """Her phone cancels."""
        return cancel_order(self.central, order, ByIdentity(person.identity), AskedCancel(event_id=event))

    def orders(self, person: Person) -> list[Pickup]:
        """Her orders as central holds them, the newest first."""
        with self.central.books.reading() as tx:
            profile = profile_of(tx, person.identity)
            return [held.pickup for held in orders_of(tx, profile.profile, 50)] if profile else []

    def answer(self, person: Person, order: str, question: str, asked: AskedAnswer) -> AnswerSent | Refusal:
        """Her phone answers a question about her order."""
        return answer_question(self.central, order, question, ByIdentity(person.identity), asked)

    def pass_of(self, person: Person, order: str) -> Pass | Refusal:
        """Her phone shows a pass."""
        return issue_pass(self.central, order, ByIdentity(person.identity))

    def put_price(self, gtin: str, price_minor: int) -> None:
        """The catalogue's price from now on."""
        with self.central.books.reading() as tx:
            product = get_products(tx, [gtin])[gtin]
        put_catalogue(self.central, [msgspec.structs.replace(product, price_minor=price_minor)])

    def forget(self) -> None:
        """Central's hourly run."""
        forget(self.central)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of the books, for whoever checks them."""
        with self.central.books.reading() as tx:
            return [tuple(row) for row in tx.exec_driver_sql(statement)]

    def close(self) -> None:
        """Close the books."""
        self.central.close()

    def _make_app(self) -> Flask:
        central = self.central
        app = Flask("sim")
        door = OpenDoor(
            keys=lambda _keyid: None,
            public_url=central.settings.signed_as,
            nonces=central.nonces,
            signer=central.signer,
            now_ms=central.now_ms,
        )
        ports = ports_of(central)
        app.register_blueprint(sync_blueprint(ports, door, central.now_ms))
        app.register_blueprint(snapshot_blueprint(ports, Copies(present=present(central), may_copy=may_copy), door))
        app.register_blueprint(blueprint("hub", HUB_ROUTES, central, door))
        app.config["PROPAGATE_EXCEPTIONS"] = True  # what central did not expect ends the seed
        return app
