"""Where to collect: every store with what it can promise, how far it is, and whether it has what is in the cart."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from flask import Blueprint, Flask, current_app, redirect, render_template, request
from flask_babel import format_datetime
from werkzeug.wrappers import Response as AnyResponse

from central.shopper_app.answers import Anything, CartAnswer, StoreFace, StoresAnswer
from central.shopper_app.frame import WORDS, must, own_phone
from central.shopper_app.phones import Phones, ask, query
from edge.domain.cart import Cart
from kiosk_ui.wording import in_locale


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One store she may collect at."""

    store: StoreFace
    is_chosen: bool
    has_all: bool


def routes(phones: Phones) -> Blueprint:
    """The page of the stores."""
    pages = Blueprint("stores", __name__)

    @pages.get("/stores")
    def stores() -> str:
        cart = must(own_phone().ask("GET", "/v1/me/cart", CartAnswer)).cart
        chosen = store_of(cart, phones)
        return render_template("phone/stores.html", choices=choices(phones, cart, chosen), cart=cart)

    @pages.post("/stores")
    def choose() -> AnyResponse:
        must(own_phone().ask("PUT", "/v1/me/store", Anything, {"store": request.form["store"]}))
        return redirect("/cart", 303)

    return pages


def store_of(cart: Cart, phones: Phones) -> str:
    """The store this cart will be collected at."""
    return cart.store or phones.settings.store


def choices(phones: Phones, cart: Cart, chosen: str) -> list[Choice]:
    """The chosen store first, then the others as far as they are from it; those that lack something are shown as such."""
    here = current_app.extensions["shelf"].stores().get(chosen)
    near = {"lat": here.location.lat, "lon": here.location.lon} if here and here.location else {}
    every = _stores(phones, "/v1/stores" + (query(**near) if near else ""))
    gtins = [("gtin", line.gtin) for line in cart.lines]
    wanted = "/v1/stores?" + "&".join(f"{name}={value}" for name, value in gtins) if gtins else "/v1/stores"
    has_all = {store.store for store in _stores(phones, wanted)}
    found = [Choice(store=each, is_chosen=each.store == chosen, has_all=each.store in has_all) for each in every]
    return sorted(found, key=lambda choice: not choice.is_chosen)


def _stores(phones: Phones, path: str) -> Sequence[StoreFace]:
    return must(ask(phones.guest, "GET", path, StoresAnswer)).stores


def add_times(app: Flask, phones: Phones) -> None:
    """Give the templates the words about a store's time."""

    def promise_of(code: str) -> str | None:
        store = app.extensions["shelf"].stores().get(code)
        return None if store is None else ready_words(store, phones.now_ms())

    def is_today(code: str) -> bool:
        store = app.extensions["shelf"].stores().get(code)
        promise = store.promise if store is not None else None
        return promise is not None and promise.same_day and phones.now_ms() < promise.valid_until_ms

    app.jinja_env.globals.update(
        promise_of=promise_of,
        ready_of=lambda store: ready_words(store, phones.now_ms()),
        is_today=is_today,
        store_of=lambda cart: store_of(cart, phones),
        kilometres=lambda distance_m: f"{distance_m / 1000:.1f}",
        own_name=lambda store: in_locale(store.name),
    )


def ready_words(store: StoreFace, now_ms: int) -> str | None:
    """By when an order placed there now is ready; None while the store's word is void."""
    if store.promise is None or now_ms >= store.promise.valid_until_ms:
        return None
    at = datetime.fromtimestamp(store.promise.next_free_ms / 1000, ZoneInfo(store.timezone))
    if store.promise.same_day:
        clock = str(format_datetime(at, WORDS.text("phone.time_pattern"), rebase=False))
        return WORDS.text("phone.ready_today", time=clock)
    return WORDS.text("phone.ready_by", day=str(format_datetime(at, WORDS.text("phone.day_pattern"), rebase=False)))
