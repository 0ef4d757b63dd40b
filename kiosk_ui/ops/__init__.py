"""The ops page: how this hub is doing, for whoever is signed in at a desk. Served by the hub at /ops."""

from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from edge.app.hub import Hub
from edge.app.ops_view import read_ops
from edge.app.sign_in import session_of
from edge.app.store_config import store_config
from kiosk_ui import wording
from kiosk_ui.ops.page import figures, template_words
from kiosk_ui.ops.pickup_figures import pickup_figures
from kiosk_ui.own_files import serve_own_files

COOKIE = "sf_staff"
SIGN_IN = "/staff/sign-in?next=/ops/"
BOARD = "/staff/board"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def blueprint(hub: Hub) -> Blueprint:
    """The page, its parts and its module below /ops."""
    pages = Blueprint("ops", __name__, url_prefix="/ops", template_folder="templates")
    serve_own_files(pages, Path(__file__).parent / "static")

    @pages.record_once
    def _speak(state: BlueprintSetupState) -> None:
        wording.speak(state.app)

    @pages.before_request
    def _guard() -> AnyResponse | None:
        g.staff = session_of(hub, request.cookies.get(COOKIE, ""))
        if g.staff is not None or request.endpoint == "ops.static":
            return None
        return Response(status=401) if request.path.endswith("/parts") else redirect(SIGN_IN, 303)

    pages.after_request(_headers)
    pages.add_url_rule("/", view_func=lambda: _page(hub, "ops.html"), endpoint="ops")
    pages.add_url_rule("/parts", view_func=lambda: _page(hub, "parts.html"), endpoint="parts")
    return pages


def _page(hub: Hub, name: str) -> str:
    ops = read_ops(hub)
    store = store_config(hub)
    zone = ZoneInfo(store.timezone if store else "UTC")
    spoken = wording.locale()
    screen = {
        "locale": spoken,
        "other_locale": next(other for other in wording.LOCALES if other != spoken),
        "theme": "contrast" if request.cookies.get("sf_theme") == "contrast" else "light",
        "staff_url": BOARD,
        "staff": g.staff,
    }
    words = template_words(zone) | figures(ops, zone) | pickup_figures(hub)
    return render_template(f"ops/{name}", ops=ops, **screen, **words)


def _headers(reply: Response) -> Response:
    reply.headers["Content-Security-Policy"] = POLICY
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers["Referrer-Policy"] = "no-referrer"
    reply.headers.setdefault("Cache-Control", "no-store")
    return wording.remember(reply)
