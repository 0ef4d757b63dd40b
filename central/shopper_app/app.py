"""The stand-in as a web application: choose a phone, then browse, cart, my QR, orders with their passes, messages, consents."""

from pathlib import Path

from flask import Flask, Response, g, request

import kiosk_ui.design
from central.shopper_app import cart_pages, guest_pages, order_pages, own_pages, store_pages
from central.shopper_app.frame import Refused, add_words, say_refused
from central.shopper_app.phones import Phones
from kiosk_ui.own_page import is_from_own_page
from kiosk_ui.wording import remember, speak

LARGEST_BODY_BYTES = 64 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WHOSE = "sf_phone"


def create_app(phones: Phones) -> Flask:
    """The stand-in over these phones."""
    here = Path(__file__).parent
    app = Flask("central.shopper_app", template_folder=str(here / "templates"), static_folder=str(here / "static"))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.register_blueprint(kiosk_ui.design.blueprint())
    speak(app)
    add_words(app, phones)
    store_pages.add_times(app, phones)
    for pages in (own_pages, cart_pages, order_pages, guest_pages, store_pages):
        app.register_blueprint(pages.routes(phones))

    @app.before_request
    def whose() -> Response | None:
        g.phone = phones.of(request.cookies.get(WHOSE))
        if request.method == "POST" and not is_from_own_page(request):
            return Response("this form was not sent from this page", 403)
        return None

    @app.after_request
    def harden(reply: Response) -> Response:
        if not request.path.startswith(("/design/", "/static/")):
            reply.headers["Cache-Control"] = "no-store"
            reply.headers.setdefault("Content-Security-Policy", POLICY)
            remember(reply)
        reply.headers["X-Content-Type-Options"] = "nosniff"
        reply.headers["Referrer-Policy"] = "no-referrer"
        return reply

    app.register_error_handler(Refused, say_refused)
    app.add_url_rule("/healthz", "healthz", lambda: Response("ok", content_type="text/plain"))
    return app
