"""The screen at the door: a welcome that loops by itself, names nobody and nothing, and counts only after consent.

Served by the kiosk's process at /signage. The loop runs in the browser, so a hub that is away changes nothing on it.
"""

from pathlib import Path

import msgspec
from flask import Blueprint, Response, render_template

from edge.gateway.hub import HubAway, HubClient, Presence
from kiosk_ui.wording import Wording, in_locale, locale

WORDS = Wording(Path(__file__).parent / "translations")


class SignageGlass(msgspec.Struct, frozen=True, kw_only=True):
    """The screen over the door, as most shops hang it; another one is stated at wiring."""

    diagonal_in: float = 55.0
    width_px: int = 1920
    height_px: int = 1080


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen may say now; None says nothing about anybody."""

    products_here: int | None
    words: str | None


MESSAGES = ("walk", "collect", "ask")
"""The loop: where things are, how to collect, that help is there."""


def blueprint(hub: HubClient, glass: SignageGlass = SignageGlass()) -> Blueprint:  # noqa: B008 - frozen
    """The welcome at /signage and what it asks at /signage/greeting."""
    signage = Blueprint(
        "signage",
        __name__,
        url_prefix="/signage",
        static_folder="static",
        static_url_path="/static",
        template_folder="templates",
    )
    signage.add_url_rule("", "welcome", lambda: _welcome(hub, glass))
    signage.add_url_rule("/greeting", "greeting", lambda: _greeting(hub))
    return signage


def _welcome(hub: HubClient, glass: SignageGlass) -> Response:
    status = hub.status()
    name = "" if isinstance(status, HubAway) else in_locale(status.store.name)
    page = render_template(
        "signage/welcome.html", w=WORDS.text, lang=locale(), glass=glass, name=name, messages=MESSAGES
    )
    return Response(page)


def _greeting(hub: HubClient) -> Response:
    """Only a count leaves the hub, so nothing here could name anybody even by mistake."""
    got = hub.presence()
    count = got.products_here if isinstance(got, Presence) else None
    greeting = Greeting(products_here=count, words=WORDS.count("greeting", count) if count else None)
    return Response(msgspec.json.encode(greeting), content_type="application/json")
