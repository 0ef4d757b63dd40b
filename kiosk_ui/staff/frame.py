"""What every staff page has in common: who is signed in, the words and figures templates use, the headers that go out."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from devices.ports import LabelPrinter, QrImage
from edge.app.hub import Hub
from edge.app.sign_in import Session, session_of
from edge.app.store_config import store_config
from edge.domain.money import format_money
from kiosk_ui import wording
from kiosk_ui.design import BadScreen, device_css_url
from kiosk_ui.staff.words import WORDS, call_screen, person, state_icon, state_word

COOKIE = "sf_staff"
THEME = "sf_theme"
GLASS = "sf_glass"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_YEAR_S = 365 * 86_400
_OPEN_TO_ALL = ("staff.sign_in", "staff.static")


@dataclass(frozen=True)
class Desk:
    """What the pages are made from: the hub they read, the drivers wiring handed in."""

    hub: Hub
    qr: QrImage
    labels: LabelPrinter

    @property
    def zone(self) -> str:
        """The store's own time zone; UTC until its configuration came down."""
        store = store_config(self.hub)
        return store.timezone if store else "UTC"

    @property
    def currency(self) -> str:
        """The store's currency; won until its configuration came down."""
        store = store_config(self.hub)
        return store.currency if store else "KRW"


def staff() -> Session:
    """Who is signed in on this screen."""
    session: Session = g.staff
    return session


def money(amount_minor: int, currency: str) -> str:
    """An amount in the language of the screen."""
    return format_money(amount_minor, currency, wording.locale())


def clock_face(at_ms: int, zone: str) -> str:
    """A time as 14:05, in the store's zone."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%H:%M")


def calendar_day(at_ms: int, zone: str) -> str:
    """A day as 11. 22., in the store's zone and the language of the screen."""
    day = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
    return WORDS.text("day.short", month=day.month, day=day.day)


def minutes(length_ms: int) -> str:
    """A stretch of time in words: "7분 15초"."""
    whole, seconds = divmod(max(0, length_ms) // 1000, 60)
    return WORDS.text("span.minutes", minutes=whole, seconds=seconds)


def install(pages: Blueprint, desk: Desk) -> None:
    """Give `pages` its guard, its template words and its headers."""

    @pages.record_once
    def _speak(state: BlueprintSetupState) -> None:
        wording.speak(state.app)
        state.app.jinja_env.filters["zip"] = zip

    pages.before_request(lambda: _guard(desk))
    pages.context_processor(lambda: _context(desk))
    pages.after_request(_headers)
    pages.register_error_handler(404, lambda _: (page("missing.html", "core.mjs"), 404))


def _guard(desk: Desk) -> AnyResponse | None:
    """Only the sign-in page and the modules are for everybody; a page leads to sign-in, a part says 401."""
    g.staff = session_of(desk.hub, request.cookies.get(COOKIE, ""))
    if g.staff is not None or request.endpoint in _OPEN_TO_ALL:
        return None
    if request.method == "GET" and not request.path.endswith("/parts"):
        return redirect(url_for("staff.sign_in"), 303)
    return Response(status=401)


def _context(desk: Desk) -> dict[str, object]:
    zone = desk.zone
    return {
        "t": WORDS.text,
        "tn": WORDS.count,
        "at": lambda at_ms: clock_face(at_ms, zone),
        "date": lambda at_ms: calendar_day(at_ms, zone),
        "minutes": minutes,
        "money": money,
        "person": person,
        "in_locale": wording.in_locale,
        "state_word": state_word,
        "state_icon": state_icon,
        "call_screen": call_screen,
        "locale": wording.locale(),
        "other_locale": next(other for other in wording.LOCALES if other != wording.locale()),
        "theme": _kept("theme", THEME, "light"),
        "same_page": _same_page,
        "glass_url": _glass_url(),
        "zone": zone,
        "orders_at": url_for("staff.order", order_id="-")[:-1],
        "pick_at": url_for("staff.pick"),
        "staff": g.get("staff"),
        "csrf": g.staff.csrf if g.get("staff") else "",
    }


def _kept(question: str, cookie: str, otherwise: str) -> str:
    asked = request.args.get(question) or request.cookies.get(cookie)
    return asked if asked in ("light", "contrast") else otherwise


def _same_page(**changed: str) -> str:
    """This page with another look or language: a wave that is being picked, or the way after sign-in, is kept."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in changed]
    return "?" + urlencode([*kept, *changed.items()])


def _glass_url() -> str | None:
    """The stylesheet of this very pane of glass, once its bookmark said `?glass=32x1920x1080`."""
    stated = request.args.get("glass") or request.cookies.get(GLASS, "")
    try:
        diagonal_in, width_px, height_px = stated.split("x")
        return device_css_url("board", float(diagonal_in), int(width_px), int(height_px))
    except (ValueError, BadScreen):
        return None


def _headers(reply: Response) -> Response:
    reply.headers["Content-Security-Policy"] = POLICY
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers["Referrer-Policy"] = "no-referrer"
    reply.headers.setdefault("Cache-Control", "no-store")
    for question, cookie in (("theme", THEME), ("glass", GLASS)):
        if request.args.get(question):
            reply.set_cookie(cookie, request.args[question][:40], max_age=_YEAR_S, httponly=True, samesite="Strict")
    return wording.remember(reply)


def page(name: str, script: str, **values: object) -> str:
    """One whole page, run by the module `script`."""
    return render_template(f"staff/{name}", script=script, **values)
