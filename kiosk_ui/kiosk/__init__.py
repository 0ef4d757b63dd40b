"""The shopper's kiosk: her online cart as a way through this shop, pickups, and a call for staff.

One kiosk, one browser on the same machine. Pages are painted by the server and work as plain forms; the small module
kiosk.mjs swaps them in place, so the address never changes and Back has nowhere to go. Everything about a shopper lives
in this process's memory for the length of her visit.
"""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Flask, Response, g, request
from flask_babel import Babel
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

import kiosk_ui.design
from kiosk_ui.kiosk import acts, pages, questions
from kiosk_ui.kiosk.away import away
from kiosk_ui.kiosk.frame import chosen_locale, template_words, window_style
from kiosk_ui.kiosk.machine import Kiosk, VisitLog
from kiosk_ui.kiosk.web import (
    LARGEST_BODY_BYTES,
    BadRequest,
    find_visit,
    harden,
    is_file,
    of_http,
    refuse_strangers,
    refused,
    wants_json,
)

__all__ = ["Kiosk", "VisitLog", "create_app"]


def create_app(kiosk: Kiosk, blueprints: Sequence[Blueprint] = ()) -> Flask:
    """The kiosk's pages for one machine; `blueprints` are other faces served by the same process (signage)."""
    app = Flask("kiosk_ui.kiosk", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY_BYTES
    app.register_blueprint(kiosk_ui.design.blueprint())
    Babel(app, locale_selector=lambda: chosen_locale(kiosk, g.get("visit")), configure_jinja=False)
    face = Blueprint(
        "kiosk", __name__, static_folder="static", static_url_path="/kiosk/static", template_folder="templates"
    )
    face.register_blueprint(pages.routes(kiosk))
    face.register_blueprint(acts.routes(kiosk))
    face.register_blueprint(questions.routes(kiosk))
    face.before_request(lambda: _enter(kiosk))
    face.teardown_request(_leave)
    style = window_style(kiosk.settings)
    face.add_url_rule(
        "/kiosk/window.css", "window_css", lambda: Response(style, content_type="text/css; charset=utf-8")
    )
    app.register_blueprint(face)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.jinja_env.globals.update(template_words())
    app.add_url_rule("/healthz", "healthz", lambda: Response("ok", content_type="text/plain"))
    app.after_request(harden)
    app.register_error_handler(BadRequest, lambda error: refused(error) if wants_json() else pages.to_start())
    app.register_error_handler(HTTPException, lambda error: _unusual(kiosk, error))
    return app


def _unusual(kiosk: Kiosk, error: HTTPException) -> AnyResponse:
    """What Flask refuses: a program reads a problem, a person is led to the start or, when we failed, to desk 1."""
    if wants_json() or is_file():
        return of_http(error)
    if (error.code or 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
        return pages.to_start()
    return away(kiosk) if "visit" in g else of_http(error)


def _enter(kiosk: Kiosk) -> AnyResponse | None:
    """Find the visit and let one request at a time work on it; wiping never waits for a slow question."""
    g.visit = find_visit(kiosk)
    strange = refuse_strangers(g.visit)
    if strange is None and g.visit is not None and request.endpoint != "kiosk.acts.wipe":
        g.visit.lock.acquire()
        g.locked = g.visit
    return strange


def _leave(_error: BaseException | None) -> None:
    locked = g.pop("locked", None)
    if locked is not None:
        locked.lock.release()
