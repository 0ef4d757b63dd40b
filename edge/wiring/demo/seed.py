"""Puts the invented shop into an empty world, through the same doors that a retailer's systems and shoppers use."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from central.shopper_app.phones import Owner, keep_phone, phone_key
from edge.domain.ids import event_id
from edge.tools.asking import Browser, Refused, SignedCaller
from edge.wiring.demo.shop import AISLES, STORE, STORE_NUMBER, DemoProduct, DemoShopper
from edge.wiring.randomness import system_rng
from sync.signing import public_bytes, public_text

CURRENCY = "KRW"
STORE_NAME = {"ko": "성수 플래그십", "en": "Seongsu Flagship"}
EVERY_DAY = [[10 * 60 + 30, 22 * 60]]
"""10:30 to 22:00."""

STAFF = (("kim", "김직원", "clerk", "246810"), ("lee", "이매니저", "manager", "135791"))
"""Staff number, name, role and PIN; the demo's page says them aloud, so they are nobody's secret."""

STAGES = ("accepted", "picking", "ready", "arrived")
"""How far an order of the demo has come, each including the ones before."""

PATIENCE_S = 30.0


def put_store(operator: SignedCaller) -> None:
    """The store with its hours."""
    body = {
        "store_number": STORE_NUMBER,
        "name": STORE_NAME,
        "hours": {"weekly": [EVERY_DAY] * 7, "exceptions": {}},
        "currency": CURRENCY,
        "timezone": "Asia/Seoul",
    }
    operator.must("PUT", f"/v1/stores/{STORE}", body)


def put_goods(operator: SignedCaller, products: Sequence[DemoProduct], now_ms: int) -> None:
    """The catalogue, and what stands where in this store at which price."""
    gtins = {one.name["ko"]: one.gtin for one in products}
    catalogue = [
        {
            "gtin": one.gtin,
            "name": one.name,
            "option": one.option,
            "category": AISLES[one.aisle]["ko"],
            "mark": one.mark,
            "price_minor": one.price,
            "currency": CURRENCY,
            "substitutes": [gtins[name] for name in one.instead],
        }
        for one in products
    ]
    stock = [
        {
            "gtin": one.gtin,
            "on_hand": one.stock,
            "as_of_ms": now_ms,
            "place": {"aisle": one.aisle, "bay": one.bay, "category": AISLES[one.aisle]},
            "price_minor": one.shelf_price,
            "price_as_of_ms": now_ms,
        }
        for one in products
    ]
    operator.must("PUT", "/v1/products", {"products": catalogue})
    operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": stock})


def put_shoppers(operator: SignedCaller, shoppers: Sequence[DemoShopper], phones: Path) -> list[Owner]:
    """The ten shoppers, each with a phone in the drawer whose key central knows."""
    keys = {one.key: phone_key(phones, one.key, system_rng) for one in shoppers}
    people = [
        {
            "external_key": f"demo:{one.key}",
            "name": one.name,
            "phone": one.phone,
            "locale": one.locale,
            "tag": f"tag-{one.key}",
            "app_public_key": public_text(public_bytes(keys[one.key])),
            "store": STORE,
            "consents": [
                {"purpose": purpose, "channel": CHANNEL_OF[purpose], "source": "demo"} for purpose in one.agrees
            ],
        }
        for one in shoppers
    ]
    put = operator.must("PUT", "/v1/profiles", {"profiles": people})["profiles"]
    owners = [
        Owner(key=one.key, identity=where["identity_id"], name=one.name, locale=one.locale)
        for one, where in zip(shoppers, put, strict=True)
    ]
    for owner in owners:
        keep_phone(phones, owner)
    return owners


CHANNEL_OF = {"personalisation": "store", "location": "beacon", "service": "push"}
"""The channel each consent of the demo is given for; the phone's switches show the same pairs."""


class Shopping:
    """What the shoppers did before the demo began: carts they filled, orders they placed, one of them already at the desk."""

    def __init__(
        self, central_url: str, phones: Path, products: Sequence[DemoProduct], now_ms: Callable[[], int]
    ) -> None:
        self._central_url = central_url
        self._phones = phones
        self._gtins = {one.name["ko"]: one.gtin for one in products}
        self._now_ms = now_ms

    def _new_id(self) -> str:
        return event_id(self._now_ms(), system_rng)

    def _phone(self, owner: Owner) -> SignedCaller:
        key = phone_key(self._phones, owner.key, system_rng)
        return SignedCaller(self._central_url, key, f"app:{owner.identity}", system_rng)

    def order(self, owner: Owner, shopper: DemoShopper) -> str | None:
        """Place her order, if she has one; gives its id."""
        if not shopper.order:
            return None
        phone = self._phone(owner)
        lines = self._fill(phone, shopper.order)
        body = {"event_id": self._new_id(), "store": STORE, "lines": lines}
        return str(phone.must("POST", "/v1/me/orders", body)["order"]["order_id"])

    def fill_cart(self, owner: Owner, shopper: DemoShopper) -> None:
        """Put what she wants into her cart."""
        if shopper.cart:
            self._fill(self._phone(owner), shopper.cart)

    def _fill(self, phone: SignedCaller, wanted: dict[str, int]) -> list[str]:
        changes = [
            {"event_id": self._new_id(), "line": None, "gtin": self._gtins[name], "target_qty": qty}
            for name, qty in wanted.items()
        ]
        phone.must("POST", "/v1/me/cart/changes", {"changes": changes})
        return [change["event_id"] for change in changes]  # type: ignore[misc]  # every value here is a text


class Clerk:
    """The demo's clerk, who brings the first orders as far as the story needs."""

    def __init__(self, hub_url: str, now_ms: Callable[[], int]) -> None:
        self._browser = Browser(hub_url)
        self._now_ms = now_ms
        staff_id, _, _, pin = STAFF[0]
        session = _patiently(
            lambda: self._browser.must("POST", "/v1/staff/sign-in", {"staff_id": staff_id, "pin": pin, "desk": "1"})
        )
        self._browser.header("X-CSRF-Token", session["csrf"])

    def _new_id(self) -> str:
        return event_id(self._now_ms(), system_rng)

    def bring(self, order_id: str, stage: str, shelf: str) -> None:
        """Pick (half of it for `picking`), stage and check in, up to `stage`."""
        detail = _patiently(lambda: self._browser.must("GET", f"/v1/pickups/{order_id}"))
        reached = STAGES.index(stage)
        if reached >= STAGES.index("picking"):
            lines = detail["lines"][: max(1, len(detail["lines"]) // 2)] if stage == "picking" else detail["lines"]
            picks = [
                {"event_id": self._new_id(), "line": one["line"], "qty": one["qty"], "gtin": one["gtin"]}
                for one in lines
            ]
            self._browser.must("POST", f"/v1/pickups/{order_id}/picks", {"picks": picks})
        if reached >= STAGES.index("ready"):
            body = {"event_id": self._new_id(), "shelf": shelf, "units": None}
            self._browser.must("POST", f"/v1/pickups/{order_id}/parcels", body)


def _patiently(ask: Callable[[], Any]) -> Any:
    """Truth needs a moment to come down: staff and orders are asked for until they are there."""
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except Refused:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.1)
