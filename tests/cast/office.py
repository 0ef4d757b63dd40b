"""A real central in a folder, spoken to through Flask's test client with real signatures: head office of store S001."""

import hashlib
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.test import TestResponse

from central.api import create_app
from central.app import Central, build
from central.app.enrol_node import enrol
from central.settings import CentralSettings
from central.store.carts import cart_of
from central.store.people import identities_of, profile_by_external_key
from edge.domain.clock import SimClock
from edge.domain.facts import Fact, encode, kind_of, lane_of, subject_of
from edge.domain.ids import event_id
from edge.domain.product import with_check_digit
from sync.envelope import sequence_text, write_time
from sync.signing import Signer, load_or_make_key, public_bytes, public_text
from tests.cast.pickups import NOON_MS, SOAP, TEA

STORE = "S001"
MUG = with_check_digit("0952123450003")


def counting_rng(seed: str = "office") -> Any:
    """Bytes that look random, never repeat, and are the same in every run."""
    turns = count()

    def draw(size: int) -> bytes:
        return hashlib.shake_256(f"{seed}/{next(turns)}".encode()).digest(size)

    return draw


class Voice:
    """Somebody with a key who asks central over HTTP."""

    def __init__(self, office: "Office", key: Ed25519PrivateKey | None, keyid: str) -> None:
        self._office = office
        self._signer = Signer(key, keyid, office.rng) if key else None

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """Send one request; signed unless this voice has no key."""
        data = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._signer is not None:
            sent |= self.signed(method, path, data)
        return self._office.app.test_client().open(
            path, method=method, data=data, headers=sent, content_type="application/json"
        )

    def signed(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """The headers of a signed request, for sending it another way."""
        assert self._signer is not None, "this voice has no key"
        target = self._office.central.settings.signed_as + path
        return self._signer.request_headers(method, target, body, self._office.clock.now_ms() // 1000)

    def must(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Send one request that is answered with a yes."""
        reply = self.ask(method, path, body, **headers)
        assert reply.status_code == 200, reply.get_data(as_text=True)
        return reply.get_json()


class Hub(Voice):
    """The hub of the store: pushes facts in its own sequence and pulls what comes down."""

    def __init__(self, office: "Office", key: Ed25519PrivateKey, store: str, node: str = "H1") -> None:
        super().__init__(office, key, f"hub:{store}/{node}")
        self._store, self._node = store, node
        self._last: dict[int, tuple[int, str | None]] = {}
        self.cursor: dict[str, int] = {f"{family}:{store}": 0 for family in ("store", "people", "stock", "config")} | {
            "catalogue:main": 0
        }

    def push(self, *facts: Fact, ids: Iterable[str] = (), epoch: str = "e1") -> list[dict[str, Any]]:
        """Push facts of one lane; gives the receipts."""
        body = self.batch(*facts, ids=ids, epoch=epoch)
        return list(self.must("POST", "/v1/push", body)["receipts"])

    def batch(
        self, *facts: Fact, ids: Iterable[str] = (), epoch: str = "e1", owed: tuple[int, int, int] = (0, 0, 0)
    ) -> Any:
        """The body of a push, and the sequence moved on as if it had been sent."""
        lane = lane_of(kind_of(facts[0]))
        number, previous = self._last.get(lane, (0, None))
        names = list(ids) or [event_id(self._office.clock.now_ms(), self._office.rng) for _ in facts]
        rows = []
        for place, (fact, name) in enumerate(zip(facts, names, strict=True), start=1):
            rows.append(self._envelope(fact, name, number + place))
        self._last[lane] = (number + len(rows), names[-1])
        origin = {"store": self._store, "node": self._node, "epoch": epoch, "lane": lane}
        return {
            "origin": origin,
            "previous": previous,
            "rows": rows,
            "term": 1,
            "sent_at_ms": self._office.clock.now_ms(),
            "owed": owed,
        }

    def _envelope(self, fact: Fact, name: str, number: int) -> dict[str, object]:
        at = write_time(self._office.clock.now_ms())
        return {
            "specversion": "1.0",
            "id": name,
            "source": f"/{self._store}/{self._node}",
            "type": kind_of(fact),
            "subject": subject_of(fact) or self._node,
            "time": at,
            "dataschema": f"urn:storefloor:fact:{kind_of(fact)}:1",
            "datacontenttype": "application/json",
            "data": msgspec.Raw(encode(fact)),
            "sequence": sequence_text(number),
            "recordedtime": at,
        }

    def pull(self) -> list[dict[str, Any]]:
        """Every row after the cursor, which moves on."""
        rows: list[dict[str, Any]] = []
        while True:
            asked = (
                msgspec.json.encode(self.cursor).decode().replace('"', "%22").replace("{", "%7B").replace("}", "%7D")
            )
            page = self.must("GET", f"/v1/changes?cursor={asked}")
            rows += page["rows"]
            self.cursor = page["cursor"]
            if not page["more"]:
                return rows


class Office:
    """Central with store S001, three products and two shoppers; everybody has a voice."""

    def __init__(self, folder: Path, *, agreed_prices: bool = False, port: int = 8700) -> None:
        """Open the office in `folder`; one that was set up there before is taken as it is. `port` is part of its name."""
        self._folder = folder
        is_new = not (folder / "central.db").exists()
        # Ids drawn after a copy must not be those drawn before it.
        self.clock, self.rng = SimClock(NOON_MS), counting_rng("new" if is_new else "opened")
        self.central: Central = build(CentralSettings(directory=str(folder), port=port), self.clock, self.rng)
        self.app = create_app(self.central)
        self.operator = Voice(self, self._key("operator"), "operator:main")
        self.anyone = Voice(self, None, "")
        self.hub = Hub(self, self._key("hub"), STORE)
        if is_new:
            self._put_shop(agreed_prices)
            enrol(self.central, "hub", "H1", STORE, public_text(public_bytes(self._key("hub"))))
            self._put_shopper("ada", name="Ada Lovelace", phone="010-0000-0002", locale="en")
            self._put_shopper("min-jun", name="김민준", phone="010-0000-0001", locale="ko")
        self.ada, self.min_jun = self._shopper("ada"), self._shopper("min-jun")

    @property
    def hub_key(self) -> Ed25519PrivateKey:
        """The key the store's hub speaks and signs with."""
        return self._key("hub")

    def other_hub(self) -> "Hub":
        """The hub of another store, S002."""
        key = self._key("other-hub")
        enrol(self.central, "hub", "H1", "S002", public_text(public_bytes(key)))
        return Hub(self, key, "S002")

    def hub_with(self, key: Ed25519PrivateKey, node: str) -> "Hub":
        """A hub of this store that speaks with `key`."""
        return Hub(self, key, STORE, node)

    def new_id(self) -> str:
        """An event_id."""
        return event_id(self.clock.now_ms(), self.rng)

    def close(self) -> None:
        """Close the books."""
        self.central.close()

    def count(self, table: str, where: str = "1 = 1") -> int:
        """Rows of a table."""
        with self.central.books.reading() as tx:
            return int(tx.exec_driver_sql(f"SELECT COUNT(*) FROM {table} WHERE {where}").scalar_one())

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, for comparing the books before and after."""
        with self.central.books.reading() as tx:
            names = (
                tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").scalars().all()
            )
            return {name: sorted(map(tuple, tx.exec_driver_sql(f"SELECT * FROM {name}")), key=repr) for name in names}

    def _put_shop(self, agreed_prices: bool) -> None:
        store = {
            "store_number": 1,
            "name": {"ko": "성수 플래그십", "en": "Seongsu Flagship"},
            "settings": {"agreed_prices_from_app": agreed_prices},
            "currency": "KRW",
            "timezone": "Asia/Seoul",
        }
        self.operator.must("PUT", f"/v1/stores/{STORE}", store)
        products = [
            {"gtin": gtin, "name": {"ko": ko, "en": en}, "price_minor": price, "currency": "KRW"}
            for gtin, ko, en, price in (
                (SOAP, "비누", "Soap", 6_000),
                (TEA, "차", "Tea", 3_000),
                (MUG, "머그컵", "Mug", 15_000),
            )
        ]
        self.operator.must("PUT", "/v1/products", {"products": products})
        stock = [
            {"gtin": gtin, "on_hand": 10, "as_of_ms": NOON_MS, "price_minor": 6_000, "price_as_of_ms": NOON_MS}
            for gtin in (SOAP, TEA, MUG)
        ]
        self.operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": stock})

    def _key(self, name: str) -> Ed25519PrivateKey:
        return load_or_make_key(self._folder / f"{name}.key", self.rng)

    def _put_shopper(self, key_name: str, **given: str) -> None:
        person = given | {
            "external_key": key_name,
            "app_public_key": public_text(public_bytes(self._key(key_name))),
            "store": STORE,
            "consents": [{"purpose": "personalisation", "channel": "store"}],
        }
        self.operator.must("PUT", "/v1/profiles", {"profiles": [person]})

    def _shopper(self, name: str) -> "Shopper":
        with self.central.books.reading() as tx:
            profile = profile_by_external_key(tx, name)
            assert profile is not None, "put before"
            known = identities_of(tx, profile.profile)
            identity = next(each.identity for each in known if each.kind == "app_key")
            held = cart_of(tx, profile.profile, identity)
        assert held is not None, "a profile has a cart"
        return Shopper(self, self._key(name), identity, held.cart.cart_id)


class Shopper(Voice):
    """A shopper's app."""

    def __init__(self, office: Office, key: Ed25519PrivateKey, identity: str, cart: str) -> None:
        super().__init__(office, key, f"app:{identity}")
        self.identity, self.cart, self.secret = identity, cart, key.private_bytes_raw()

    def put_in(self, gtin: str, qty: int, **more: object) -> str:
        """Put a new line into her cart; gives its name."""
        name = self._office.new_id()
        change = {"event_id": name, "line": None, "gtin": gtin, "target_qty": qty} | more
        answer = self.must("POST", "/v1/me/cart/changes", {"changes": [change]})["answers"][0]
        assert answer["outcome"] == "granted", answer
        return name

    def order(self, lines: list[str] | None = None) -> dict[str, Any]:
        """Order lines of her cart, all of them by default."""
        asked = {"event_id": self._office.new_id(), "store": STORE, "lines": lines}
        return dict(self.must("POST", "/v1/me/orders", asked)["order"])

    def messages(self) -> list[dict[str, Any]]:
        """Her message box."""
        return list(self.must("GET", "/v1/me/messages")["messages"])
