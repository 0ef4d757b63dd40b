"""What every page of the stand-in shares: its words, times and prices, the catalogue it names products by, and how a no is said."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from central.shopper_app.answers import CatalogueAnswer, StoreFace, StoresAnswer
from central.shopper_app.phones import CentralAway, Phone, Phones, Said, ask
from edge.domain.ids import event_id
from edge.domain.money import format_money
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
    }
)


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

    def zone() -> ZoneInfo:
        known = shelf.stores().get(store)
        return ZoneInfo(known.timezone if known else "Asia/Seoul")

    app.jinja_env.globals.update(
        t=WORDS.text,
        n=WORDS.count,
        locale=locale,
        in_locale=in_locale,
        money=lambda minor, currency: format_money(minor, currency, locale()),
        clock=lambda ms: datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone()).strftime("%H:%M"),
        day=lambda ms: datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone()).strftime("%m.%d %H:%M"),
        store_name=lambda code: in_locale(shelf.stores()[code].name) if code in shelf.stores() else code,
        product=lambda gtin: shelf.products().get(gtin),
        event_id=lambda: new_event_id(phones),
        own=lambda: g.phone.owner if g.phone else None,
        here=lambda: request.path,
    )


def say_refused(no: Refused) -> AnyResponse:
    """The page that says why not, and what to do."""
    if no.reason is None:
        return Response(render_template("phone/away.html"), 503)
    reason = no.reason if no.reason in KNOWN_REFUSALS else "other"
    return Response(render_template("phone/refused.html", reason=reason), 409)
