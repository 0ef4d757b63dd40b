"""The shop floor: Ada and Min-jun with their phones at kiosk K1, on the hub of the counter; and a dump of what a no must not touch."""

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from edge.api import Trust, create_app
from edge.app.apply_changes import apply_page
from edge.app.ask_cart_change import CartAfter, ChangeAsked, ask_cart_change
from edge.app.cart_view import CartLineView
from edge.app.hub import open_hub
from edge.app.look_up_cart import LookUpAsked, VisitView, look_up_cart
from edge.domain.cart import Answer, Cart, CartLine, CartReason, Outcome
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.truth import Card, CentralAway, CentralRefused, ConsentDown, Identified, NameCard, OrderDown
from edge.passes import step_of, write_u1
from edge.store import devices, incidents
from edge.store.incidents import Incident
from sync.db import Database
from sync.feed import FeedRow, Page
from sync.nonces import NonceStore
from sync.replaceable import ReplaceableDatabase
from sync.signing import Signer, public_bytes, public_text
from tests.cast.counter import GOODS, NOON_MS, PIN, STORE, Counter, gtin_of

KIOSK = "K1"
HUB_URL = "http://hub.test"
YEAR_MS = 365 * 86_400_000

# What bad input must leave as it is; `pass_seen` and the answers to presses are not among them.
UNTOUCHED = (
    "pickups",
    "pickup_lines",
    "pickup_charges",
    "parcels",
    "parcel_units",
    "reservations",
    "stock_moves",
    "wishes",
    "returns",
    "return_lines",
    "return_charges",
    "outbox_rows",
    "outbox_origins",
    "origins",
    "ledger",
    "cursors",
    "staff_calls",
    "presence",
)
UNTOUCHED_COPIES = ("products", "stock", "carts", "cards", "name_cards", "tags", "cursors")


class Shopper:
    """Somebody with the retailer's app: an identity, a key, a card and a cart."""

    def __init__(self, identity: str, masked_name: str, last4: str) -> None:
        self.identity = identity
        self.masked_name = masked_name
        self.last4 = last4
        self.cart_id = identity[:-1] + "C"
        self._key = Ed25519PrivateKey.generate()

    def code(self, at_ms: int, *, forged: bool = False) -> str:
        """What her app shows at that moment."""
        key = Ed25519PrivateKey.generate() if forged else self._key
        return write_u1(key.private_bytes_raw(), self.identity, step_of(at_ms))

    def card(self, *consents: ConsentDown, tags: tuple[str, ...] = (), expires_at_ms: int = NOON_MS + YEAR_MS) -> Card:
        """Her card as central sends it."""
        return Card(
            identity=self.identity,
            masked_name=self.masked_name,
            last4=self.last4,
            app_public_key=public_text(public_bytes(self._key)),
            consents=consents,
            tags=tags,
            expires_at_ms=expires_at_ms,
        )

    def cart(self, *lines: tuple[str, int, int], version: int = 1, at_ms: int = NOON_MS) -> Cart:
        """Her cart of (line, place in GOODS, quantity), each line as of the cart's version."""
        return Cart(
            cart_id=self.cart_id,
            identity=self.identity,
            store=STORE,
            version=version,
            currency="KRW",
            lines=tuple(
                CartLine(line=name, gtin=gtin_of(place), qty=qty, version=version) for name, place, qty in lines
            ),
            changed_at_ms=at_ms,
        )


class HeadOffice:
    """Central's on-demand reads: away until somebody is put in; counts how often it was asked."""

    def __init__(self) -> None:
        self.knows: dict[str, Identified] = {}
        self.refuses_with: str | None = None
        self.away = True
        self.asked = 0

    def identify(self, u1: str) -> Identified | CentralRefused | CentralAway:
        """Whoever it knows, if there is just one; the signature is somebody else's test."""
        self.asked += 1
        if self.away:
            return CentralAway()
        if self.refuses_with is not None:
            return CentralRefused(self.refuses_with)
        return next(iter(self.knows.values()))

    def shopper(self, identity: str) -> Identified | CentralRefused | CentralAway:
        """The card and cart of somebody it knows."""
        self.asked += 1
        if self.away:
            return CentralAway()
        return self.knows.get(identity, CentralRefused("not_held_here"))


class Floor(Counter):
    """The counter with a kiosk before it and two shoppers who chose this store."""

    def __init__(self, folder: Path, *, now_ms: int = NOON_MS) -> None:
        self.head_office = HeadOffice()
        super().__init__(folder, now_ms=now_ms, central=self.head_office)
        self.ada = Shopper("AAAAAAAAAAAAA", "A*a", "5678")
        self.minjun = Shopper("EAAAAAAAAAAAA", "김*준", "1234")

    def line_up(self) -> None:
        """Our own beats pass."""
        while self.hub.link.state.value != "up":
            self.hub.link.seen(True, self.clock.now_ms())

    def cut(self) -> None:
        """Our own beats fail."""
        while self.hub.link.state.value != "cut":
            self.hub.link.seen(False, self.clock.now_ms())

    def keeps(self, shopper: Shopper, *lines: tuple[str, int, int], version: int = 1) -> None:
        """The shopper's card and cart come down."""
        cart = shopper.cart(*lines, version=version, at_ms=self.clock.now_ms())
        people = f"people:{STORE}"
        self.down((people, "card", shopper.identity, shopper.card()), (people, "cart", cart.cart_id, cart))

    def cart_comes(self, shopper: Shopper, *lines: tuple[str, int, int], version: int) -> None:
        """Only the cart comes down again."""
        cart = shopper.cart(*lines, version=version, at_ms=self.clock.now_ms())
        self.down((f"people:{STORE}", "cart", cart.cart_id, cart))

    def answered(
        self,
        wish_id: str,
        outcome: Outcome,
        *,
        version: int,
        reason: CartReason | None = None,
        order_id: str | None = None,
    ) -> None:
        """Central's answer to a wish comes down."""
        answer = Answer(wish_id=wish_id, outcome=outcome, version=version, reason=reason, order_id=order_id)
        self.down((f"store:{STORE}", "wish.answered", wish_id, answer))

    def named(self, order: OrderDown, shopper: Shopper) -> None:
        """The order's name card says who collects it."""
        card = NameCard(
            order_id=order.order_id, identity=shopper.identity, masked_name=shopper.masked_name, last4=shopper.last4
        )
        self.down((f"people:{STORE}", "name_card", order.order_id, card))

    def look_up(self, shopper: Shopper, *, kiosk: str = KIOSK) -> VisitView:
        """The shopper shows her app to the kiosk; half a minute passes so that the next code is another one."""
        self.clock.advance(31_000)
        seen = look_up_cart(
            self.hub, LookUpAsked(event_id=self.press(), scan=shopper.code(self.clock.now_ms())), kiosk=kiosk
        )
        assert isinstance(seen, VisitView), seen
        return seen

    def wish(self, visit: VisitView, line: CartLineView, qty: int, *, event_id: str | None = None) -> CartAfter:
        """She presses plus or minus until the line says `qty`."""
        asked = ChangeAsked(
            event_id=event_id or self.press(),
            visit_id=visit.visit_id,
            line=line.line,
            gtin=line.gtin,
            target_qty=qty,
            line_version=line.line_version,
            seen_price_minor=line.price_minor,
        )
        after = ask_cart_change(self.hub, asked, kiosk=KIOSK)
        assert isinstance(after, CartAfter), after
        return after

    def gone(self, feed: str, kind: str, key: str) -> None:
        """A tombstone comes down on one of the store's feeds."""
        name, seq = f"{feed}:{STORE}", next(self._seq)
        row = FeedRow(
            feed=name,
            seq=seq,
            kind=kind,
            key=key,
            body=msgspec.Raw(b"null"),
            tombstone=True,
            at_ms=self.clock.now_ms(),
        )
        apply_page(self.hub, Page(rows=(row,), cursor={name: seq}, more=False, now_ms=self.clock.now_ms()))

    def down(self, *rows: tuple[str, str, str, msgspec.Struct]) -> None:
        """Rows come down on one page, which is remembered for `repeat_last_page`."""
        self._last_rows = rows
        super().down(*rows)

    def repeat_last_page(self) -> None:
        """A feed brings its last rows again, as after a pulled plug."""
        super().down(*self._last_rows)

    def restart(self) -> None:
        """The plug is pulled and put in again: new memory, the same files."""
        self.hub.close()
        self.hub = open_hub(
            self.folder, store=STORE, node="H1", clock=self.clock, rng=self.rng, central=self.head_office
        )

    def incidents(self) -> list[Incident]:
        """What a person should look at."""
        with self.hub.state.reading() as conn:
            return incidents.waiting(conn)

    def envelopes(self) -> list[bytes]:
        """Everything that was ever owed, as it goes on the line."""
        with self.hub.state.reading() as conn:
            return [row[0] for row in conn.execute("SELECT envelope FROM outbox_rows ORDER BY origin, sequence")]

    def awake_at(self, now_ms: int) -> None:
        """The box starts with that wall clock and nobody to ask."""
        object.__setattr__(self.hub, "clock", SimClock(now_ms, confirmed=False, boot_id="boot-2"))
        object.__setattr__(self.hub, "started_at_ms", now_ms)

    def subjects_with_keys(self) -> list[str]:
        """Whose personal fields can still be opened."""
        return self.hub.keys.subjects()

    def app(self) -> Flask:
        """The hub's HTTP without any screen."""
        key = Ed25519PrivateKey.generate()
        nonces = NonceStore(":memory:", 0)
        trust = Trust(signer=Signer(key, f"hub:{STORE}/H1", self.rng), public_url=HUB_URL, nonces=nonces)
        return create_app(self.hub, trust)

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of everything that bad input must leave as it is."""
        return _rows(self.hub.state, UNTOUCHED) | _rows(self.hub.replica, UNTOUCHED_COPIES)

    def facts(self, kind: str | None = None) -> list[str]:
        """The kinds (or the event_ids of one kind) of everything owed or settled, in order."""
        with self.hub.state.reading() as conn:
            rows = conn.execute("SELECT kind, event_id FROM outbox_rows ORDER BY recorded_at_ms, sequence").fetchall()
        return [row[0] for row in rows] if kind is None else [row[1] for row in rows if row[0] == kind]


def _rows(database: Database | ReplaceableDatabase, tables: tuple[str, ...]) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as conn:
        return {
            f"{Path(database.path).stem}.{table}": [tuple(row) for row in conn.execute(f"SELECT * FROM {table}")]
            for table in tables
        }


class Desk:
    """Kim's screen at a desk, over HTTP."""

    def __init__(self, floor: Floor, app: Flask, *, desk: str = "1", staff_id: str = "kim") -> None:
        self.client: FlaskClient = app.test_client()
        entered = self.client.post("/v1/staff/sign-in", json={"staff_id": staff_id, "pin": PIN, "desk": desk})
        assert entered.status_code == 200, entered.json
        self.csrf: str = entered.get_json()["csrf"]
        cookie = self.client.get_cookie("sf_staff")
        assert cookie is not None
        self.token: str = cookie.value

    def post(self, path: str, body: object) -> TestResponse:
        """Press something."""
        return self.client.post(path, json=body, headers={"X-CSRF-Token": self.csrf, "Origin": "http://localhost"})

    def get(self, path: str) -> TestResponse:
        """Look at something."""
        return self.client.get(path)


class Machine:
    """A kiosk (or beacon) over HTTP, signing every request."""

    def __init__(self, floor: Floor, app: Flask, *, node: str = KIOSK, role: str = "kiosk", enrol: bool = True) -> None:
        key = Ed25519PrivateKey.generate()
        self._floor = floor
        self._client = app.test_client()
        self._signer = Signer(key, f"{role}:{STORE}/{node}", floor.rng)
        if enrol:
            with floor.hub.state.writing() as conn:
                devices.enrol(
                    conn, node=node, role=role, public=public_text(public_bytes(key)), now_ms=floor.clock.now_ms()
                )

    def ask(self, method: str, path: str, body: bytes = b"") -> TestResponse:
        """Ask with a good signature."""
        return self._client.open(path, method=method, data=body, headers=self.signed(method, path, body))

    def signed(self, method: str, target: str, body: bytes) -> dict[str, str]:
        """The headers of a good signature."""
        return self._signer.request_headers(method, HUB_URL + target, body, self._floor.clock.now_ms() // 1000)


def refused(result: object) -> str:
    """The reason of a no; anything else fails the test."""
    assert isinstance(result, Refusal), result
    return result.reason


__all__ = ["GOODS", "KIOSK", "Desk", "Floor", "HeadOffice", "Machine", "Shopper", "refused"]
