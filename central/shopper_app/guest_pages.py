"""Pages for somebody without an account: order for pickup with a name, and the pass that the answer's token opens."""

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from central.shopper_app.answers import Anything, OrderAnswer, PassAnswer
from central.shopper_app.cart_pages import found
from central.shopper_app.frame import Refused, must
from central.shopper_app.order_pages import chosen_in_form, has_pass, show_order
from central.shopper_app.phones import Phones, ask
from kiosk_ui.wording import locale

TOKEN = "sf_guest"  # noqa: S105 - the name of a cookie
"""Cookie that keeps the token of the last order on this browser; whoever has it has the pass."""


def routes(phones: Phones) -> Blueprint:
    """The guest's pages."""
    pages = Blueprint("guest", __name__)

    @pages.get("/guest")
    def shop() -> str:
        return render_template("phone/guest.html", products=found())

    @pages.post("/guest")
    def order() -> AnyResponse:
        form = request.form
        wanted = {gtin: form.get(gtin, 0, type=int) for gtin in current_app.extensions["shelf"].products()}
        lines = [{"gtin": gtin, "qty": qty} for gtin, qty in wanted.items() if qty > 0]
        if not lines:
            raise Refused("nothing_chosen")
        asked = {
            "event_id": form["event_id"],
            "store": phones.settings.store,
            "name": form.get("name", ""),
            "phone": form.get("phone", ""),
            "locale": locale(),
            "if_short": form.get("if_short", "refund"),
            "lines": lines,
        }
        placed = must(ask(phones.guest, "POST", "/v1/guest/orders", OrderAnswer, asked))
        reply = redirect(f"/guest/orders/{placed.order.order_id}", 303)
        reply.set_cookie(TOKEN, placed.order_token or "", httponly=True, samesite="Strict")
        return reply

    _add_orders(pages, phones)
    return pages


def _add_orders(pages: Blueprint, phones: Phones) -> None:
    """One order, as the token of this browser opens it."""

    @pages.get("/guest/orders/<order_id>")
    def one(order_id: str) -> str:
        token = request.cookies.get(TOKEN)
        held = must(ask(phones.guest, "GET", f"/v1/orders/{order_id}", OrderAnswer, bearer=token)).order
        shown = None
        if has_pass(held):
            shown = must(ask(phones.guest, "GET", f"/v1/orders/{order_id}/pass", PassAnswer, bearer=token))
        return show_order(held, shown, at=f"/guest/orders/{order_id}")

    @pages.post("/guest/orders/<order_id>/pass")
    def renew(order_id: str) -> AnyResponse:
        token, asked = request.cookies.get(TOKEN), {"event_id": request.form["event_id"]}
        must(ask(phones.guest, "POST", f"/v1/orders/{order_id}/pass", PassAnswer, asked, bearer=token))
        return redirect(f"/guest/orders/{order_id}", 303)

    @pages.post("/guest/orders/<order_id>/questions/<question_id>")
    def choose(order_id: str, question_id: str) -> AnyResponse:
        token = request.cookies.get(TOKEN)
        path = f"/v1/orders/{order_id}/questions/{question_id}"
        must(ask(phones.guest, "POST", path, Anything, chosen_in_form(), bearer=token))
        return redirect(f"/guest/orders/{order_id}", 303)
