"""What every page of the stand-in shares: its words, times and prices, the catalogue it names products by, and how a no is said."""

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, render_template, request
from flask_babel import format_datetime
from werkzeug.wrappers import Response as AnyResponse

from central.shopper_app.answers import CatalogueAnswer, StoreFace, StoresAnswer
from central.shopper_app.phones import CentralAway, Phone, Phones, Said, ask
from edge.domain.cart import Cart, CartLine
from edge.domain.ids import event_id
from edge.domain.message import MessageKind
from edge.domain.money import format_money
from edge.domain.pickup import OrderState
from edge.domain.product import Product
from kiosk_ui.wording import Wording, in_locale, locale

T = TypeVar("T")

CATALOGUE_KEPT_S = 10.0
"""Long enough that a page asks once, short enough that a changed price is seen on the next visit."""

KNOWN_REFUSALS = frozenset(
    {
        "line_changed",
        "price_rose",
        "sold_out",
        "cart_closed",
        "too_late",
        "already_ordered",
        "nothing_chosen",
        "no_phone",
        "meaningless",
        "question_answered",
        "not_today",
    }
)


STATE_SIGNS = {
    OrderState.placed: "clock",
    OrderState.accepted: "clipboard-list",
    OrderState.picking: "shopping-bag",
    OrderState.staged: "package",
    OrderState.ready: "package-check",
    OrderState.handed_over: "circle-check",
    OrderState.declined: "circle-x",
    OrderState.cancelled: "circle-x",
    OrderState.expired: "hourglass",
}
MESSAGE_LOOKS = {
    MessageKind.order_placed: ("ticket", ""),
    MessageKind.order_ready: ("package-check", "state-ok"),
    MessageKind.order_declined: ("circle-x", "state-stop"),
    MessageKind.order_collected: ("circle-check", "state-ok"),
    MessageKind.order_cancelled: ("circle-x", "state-off"),
    MessageKind.order_promised: ("clock", ""),
    MessageKind.order_reminder: ("bell-ring", "state-warn"),
    MessageKind.order_kept: ("calendar-clock", "state-ok"),
    MessageKind.order_expired: ("hourglass", "state-stop"),
    MessageKind.order_reopened: ("undo-2", "state-ok"),
    MessageKind.wish_refused: ("circle-x", "state-stop"),
    MessageKind.question_asked: ("circle-help", "state-warn"),
    MessageKind.line_substituted: ("replace", "state-ok"),
    MessageKind.line_short: ("circle-minus", "state-warn"),
}
"""Icon and colour beside a message's words."""


class Refused(Exception):
    """Central said no, or nothing: the page says it in words. `reason` None: central was not reached."""

    def __init__(self, reason: str | None) -> None:
        self.reason = reason
        super().__init__(reason or "central away")


class Shelf:
    """The catalogue and the stores as last heard; a page that needs them again soon does not ask again."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._products: Mapping[str, Product] = {}
        self._stores: Mapping[str, StoreFace] = {}
        self._heard_s = -CATALOGUE_KEPT_S

    def products(self) -> Mapping[str, Product]:
        """Every product by GTIN."""
        self._refresh()
        return self._products

    def stores(self) -> Mapping[str, StoreFace]:
        """Every store by code."""
        self._refresh()
        return self._stores

    def _refresh(self) -> None:
        if time.monotonic() - self._heard_s < CATALOGUE_KEPT_S:
            return
        products = must(ask(self._phones.guest, "GET", "/v1/catalogue?limit=1000", CatalogueAnswer)).products
        stores = must(ask(self._phones.guest, "GET", "/v1/stores", StoresAnswer)).stores
        self._products = {product.gtin: product for product in products}
        self._stores = {store.store: store for store in stores}
        self._heard_s = time.monotonic()


def must(answer: T | Said | CentralAway) -> T:
    """The answer, or Refused."""
    if isinstance(answer, CentralAway):
        raise Refused(None)
    if isinstance(answer, Said):
        raise Refused(answer.reason)
    return answer


WORDS = Wording(Path(__file__).parent / "translations")


def say(key: str) -> str:
    """One sentence of the stand-in in the page's language."""
    return WORDS.text(key)


def own_phone() -> Phone:
    """The phone of this browser. Raises Refused when none was chosen."""
    phone: Phone | None = g.phone
    if phone is None:
        raise Refused("no_phone")
    return phone


def new_event_id(phones: Phones) -> str:
    """An event_id minted when a form is shown, so that a form sent twice is one press."""
    return event_id(phones.now_ms(), phones.rng)


def add_words(app: Flask, phones: Phones) -> None:
    """Give the templates their words."""
    shelf = Shelf(phones)
    app.extensions["shelf"] = shelf
    store = phones.settings.store

    def day(at_ms: int) -> str:
        known = shelf.stores().get(store)
        at = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(known.timezone if known else "Asia/Seoul"))
        return str(format_datetime(at, WORDS.text("phone.day_pattern"), rebase=False))

    def price_of(line: CartLine) -> int:
        product = shelf.products().get(line.gtin)
        agreed = line.agreed_price_minor
        return agreed if agreed is not None else product.price_minor if product else 0

    def total_of(cart: Cart) -> int:
        lines = sum(price_of(line) * line.qty for line in cart.lines)
        return lines + sum(charge.qty * charge.price_minor for charge in cart.charges)

    app.jinja_env.globals.update(
        t=WORDS.text,
        n=WORDS.count,
        locale=locale,
        in_locale=in_locale,
        money=lambda minor, currency: format_money(minor, currency, locale()),
        day=day,
        store_name=lambda code: in_locale(shelf.stores()[code].name) if code in shelf.stores() else code,
        product=lambda gtin: shelf.products().get(gtin),
        price_of=price_of,
        total_of=total_of,
        because=because,
        chosen=lambda choice, gtin: chosen(choice, shelf.products().get(gtin)),
        sign_of=lambda state: STATE_SIGNS[OrderState(state)],
        message_look=lambda kind: MESSAGE_LOOKS[MessageKind(kind)],
        event_id=lambda: new_event_id(phones),
        own=lambda: g.phone.owner if g.phone else None,
        here=lambda: request.path,
    )


def chosen(choice: str, instead: Product | None) -> str:
    """A choice in the shopper's words."""
    if instead is not None:
        return WORDS.text("phone.ask.chose.substitute", name=in_locale(instead.name))
    return WORDS.text(f"phone.ask.chose.{choice}")


def because(reason: str) -> str:
    """A reason in the shopper's words; one this app was not told about is "not now"."""
    key = f"phone.because.{reason}"
    sentence = WORDS.text(key)
    return WORDS.text("phone.because.other") if sentence == key else sentence


def say_refused(no: Refused) -> AnyResponse:
    """The page that says why not, and what to do."""
    if no.reason is None:
        return Response(render_template("phone/away.html"), 503)
    reason = no.reason if no.reason in KNOWN_REFUSALS else "other"
    return Response(render_template("phone/refused.html", reason=reason), 409)
