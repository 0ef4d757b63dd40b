"""Pages about the shopper herself: choose a phone, my QR, messages, consents, language."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from central.shopper_app.answers import Anything, Me, MessagesAnswer
from central.shopper_app.frame import Refused, must, own_phone, say
from central.shopper_app.phones import Phones, query
from devices.qr import qr_svg

WHOSE = "sf_phone"
SWITCHES = (("personalisation", "store"), ("location", "beacon"), ("service", "push"), ("marketing", "push"))
"""Purpose and channel of each switch the page offers, in its order."""


def routes(phones: Phones) -> Blueprint:
    """The pages about the shopper."""
    pages = Blueprint("own", __name__)

    @pages.get("/")
    def choose() -> str:
        return render_template("phone/choose.html", everyone=phones.everyone())

    @pages.post("/use")
    def use() -> AnyResponse:
        phone = phones.of(request.form.get("key"))
        if phone is None:
            raise Refused("no_phone")
        reply = redirect(f"/cart?lang={phone.owner.locale}", 303)
        reply.set_cookie(WHOSE, phone.owner.key, httponly=True, samesite="Strict")
        return reply

    @pages.get("/qr")
    def my_qr() -> str:
        own_phone()
        return render_template("phone/qr.html", **_code(phones))

    @pages.get("/qr/now")
    def my_qr_now() -> Response:
        return jsonify(_code(phones))

    @pages.get("/messages")
    def messages() -> str:
        box = must(own_phone().ask("GET", "/v1/me/messages" + query(after=0), MessagesAnswer)).messages
        return render_template("phone/messages.html", messages=sorted(box, key=lambda one: -one.number))

    @pages.get("/more")
    def more() -> str:
        me = must(own_phone().ask("GET", "/v1/me", Me))
        given = {(one.purpose, one.channel) for one in me.consents if one.given}
        return render_template("phone/more.html", me=me, switches=[(*switch, switch in given) for switch in SWITCHES])

    @pages.post("/consents")
    def consents() -> AnyResponse:
        form = request.form
        act = {name: form[name] for name in ("event_id", "purpose", "channel")} | {"given": form["given"] == "yes"}
        must(own_phone().ask("PUT", "/v1/me/consents", Anything, act))
        return redirect("/more", 303)

    return pages


def _code(phones: Phones) -> dict[str, str | int]:
    text, left_ms = own_phone().code(phones.now_ms())
    return {"text": text, "svg": qr_svg(text, label=say("phone.tab.qr")), "left_ms": left_ms}
