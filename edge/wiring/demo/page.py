"""The demo's own page: where every screen is, what to try, and the switch that cuts the line to central.

Not part of a shop: only `storefloor demo` serves it. The same addresses answer JSON for `storefloor line`.
"""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import kiosk_ui.design
from edge.tools.line_switch import LineSwitch
from kiosk_ui.own_page import is_from_own_page
from kiosk_ui.wording import Wording, locale, remember, speak

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def create_page(switch: LineSwitch, urls: Mapping[str, str]) -> Flask:
    """The page as a Flask application; `urls` names the addresses of phone, kiosk, staff, ops, central and signage."""
    here = Path(__file__).parent
    app = Flask("edge.wiring.demo", template_folder=str(here / "templates"), static_folder=str(here / "static"))
    app.register_blueprint(kiosk_ui.design.blueprint())
    speak(app)
    wording = Wording(here / "translations")

    @app.get("/")
    def page() -> Response:
        html = render_template("demo.html", t=wording.text, locale=locale(), urls=urls, is_cut=switch.is_cut)
        return remember(Response(html))

    @app.get("/status")
    def status() -> Response:
        return jsonify(line="cut" if switch.is_cut else "up")

    @app.post("/<any(cut, restore):action>")
    def turn(action: str) -> AnyResponse:
        if not is_from_own_page(request):
            return Response(status=403)
        switch.cut() if action == "cut" else switch.restore()
        return redirect("/", 303) if request.accept_mimetypes.accept_html else status()

    @app.after_request
    def strict(reply: Response) -> Response:
        reply.headers.setdefault("Content-Security-Policy", POLICY)
        reply.headers["X-Content-Type-Options"] = "nosniff"
        reply.headers["Referrer-Policy"] = "no-referrer"
        if not request.path.startswith(("/design/", "/static/")):
            reply.headers["Cache-Control"] = "no-store"
        return reply

    return app
