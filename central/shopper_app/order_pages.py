"""Pages of orders: the list, one order with its pass, and asking to cancel it."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from central.shopper_app.answers import Anything, Order, OrderAnswer, OrdersAnswer, PassAnswer
from central.shopper_app.frame import must, own_phone
from central.shopper_app.phones import Phones
from devices.qr import qr_svg

ENDED = frozenset({"handed_over", "declined", "cancelled", "expired"})


def routes(_phones: Phones) -> Blueprint:
    """The pages of orders."""
    pages = Blueprint("orders", __name__)

    @pages.get("/orders")
    def orders() -> str:
        listed = must(own_phone().ask("GET", "/v1/me/orders", OrdersAnswer)).orders
        return render_template("phone/orders.html", orders=sorted(listed, key=_open_first), ended=ENDED)

    @pages.get("/orders/<order_id>")
    def one(order_id: str) -> str:
        phone = own_phone()
        order = must(phone.ask("GET", f"/v1/me/orders/{order_id}", OrderAnswer)).order
        shown = None
        if has_pass(order):
            shown = must(phone.ask("GET", f"/v1/me/orders/{order_id}/pass", PassAnswer))
        return show_order(order, shown, at=f"/orders/{order_id}")

    @pages.post("/orders/<order_id>/questions/<question_id>")
    def choose(order_id: str, question_id: str) -> AnyResponse:
        path = f"/v1/me/orders/{order_id}/questions/{question_id}"
        must(own_phone().ask("POST", path, Anything, chosen_in_form()))
        return redirect(f"/orders/{order_id}", 303)

    @pages.post("/orders/<order_id>/pass")
    def renew(order_id: str) -> AnyResponse:
        asked = {"event_id": request.form["event_id"]}
        must(own_phone().ask("POST", f"/v1/me/orders/{order_id}/pass", PassAnswer, asked))
        return redirect(f"/orders/{order_id}", 303)

    @pages.post("/orders/<order_id>/cancel")
    def cancel(order_id: str) -> AnyResponse:
        asked = {"event_id": request.form["event_id"]}
        must(own_phone().ask("POST", f"/v1/me/orders/{order_id}/cancel", Anything, asked))
        return redirect(f"/orders/{order_id}", 303)

    return pages


def has_pass(order: Order) -> bool:
    """Only an open pickup has a pass to show."""
    return order.pickup and order.state not in ENDED


def chosen_in_form() -> dict[str, str | None]:
    """What she pressed: the choice, and behind it the product when it is another one."""
    choice, _, gtin = request.form.get("choice", "").partition(" ")
    return {"event_id": request.form["event_id"], "choice": choice, "gtin": gtin or None}


def show_order(order: Order, shown: PassAnswer | None, *, at: str) -> str:
    """The page of one order, with its pass while it has one; `at` is where its answers are sent to."""
    svg = qr_svg(shown.text, label=order.display_code) if shown else ""
    return render_template("phone/order.html", order=order, shown=shown, svg=svg, is_over=order.state in ENDED, at=at)


def _open_first(order: Order) -> tuple[bool, int]:
    return (order.state in ENDED, -order.placed_at_ms)
