"""Pages of the cart: browse, put in, change, order for pickup."""

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from central.shopper_app.answers import CartAnswer, OrderAnswer
from central.shopper_app.frame import Refused, must, own_phone
from central.shopper_app.phones import Phones
from edge.domain.cart import Outcome
from edge.domain.product import Product

SHOWN_AT_ONCE = 100


def routes(phones: Phones) -> Blueprint:
    """The pages of the cart."""
    pages = Blueprint("cart", __name__)

    @pages.get("/cart")
    def cart() -> str:
        held = must(own_phone().ask("GET", "/v1/me/cart", CartAnswer)).cart
        return render_template("phone/cart.html", cart=held)

    @pages.get("/browse")
    def browse() -> str:
        held = must(own_phone().ask("GET", "/v1/me/cart", CartAnswer)).cart
        in_cart = {line.gtin: line for line in reversed(held.lines)}
        asked = {"products": found(), "q": request.args.get("q", ""), "back": request.full_path}
        return render_template("phone/browse.html", in_cart=in_cart, **asked)

    @pages.post("/cart")
    def change() -> AnyResponse:
        form = request.form
        line = form.get("line") or None
        asked = {
            "event_id": form["event_id"],
            "line": line,
            "gtin": form["gtin"],
            "target_qty": max(0, form.get("target_qty", 1, type=int)),
            "line_version": form.get("line_version", type=int) if line else None,
        }
        changed = must(own_phone().ask("POST", "/v1/me/cart/changes", CartAnswer, {"changes": [asked]}))
        for answer in changed.answers:
            if answer.outcome is not Outcome.granted:
                raise Refused(str(answer.reason))
        back = form.get("back", "")
        return redirect(back if back.startswith("/browse?") else "/cart", 303)

    @pages.post("/order")
    def order() -> AnyResponse:
        form = request.form
        asked = {
            "event_id": form["event_id"],
            "store": form.get("store") or phones.settings.store,
            "lines": None,
            "same_day": form.get("same_day") == "yes",
            "if_short": form.get("if_short", "refund"),
        }
        placed = must(own_phone().ask("POST", "/v1/me/orders", OrderAnswer, asked)).order
        return redirect(f"/orders/{placed.order_id}", 303)

    return pages


def found() -> list[Product]:
    """The products whose name holds what was typed; all of them when nothing was."""
    typed = request.args.get("q", "").strip().casefold()
    products = current_app.extensions["shelf"].products().values()
    hits = [one for one in products if one.active and any(typed in name.casefold() for name in one.name.values())]
    return hits[:SHOWN_AT_ONCE]
