"""One order: what it is, where it is, what happened to it, and whatever a clerk may decide about it."""

from collections.abc import Mapping

import msgspec
from flask import Blueprint, abort, render_template, url_for

from edge.app.board import read_line
from edge.app.order_detail import OrderDetail, QuestionDetail, read_order
from edge.app.store_config import store_config
from edge.domain.pickup import Choice, DeclineReason
from kiosk_ui.staff import order_words
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.words import WORDS, choices
from kiosk_ui.staff.work import Act, Step, WorkAsked, add_work, as_held

DAY_MS = 86_400_000
"""One press keeps an order a day longer: what shoppers ask for on the phone."""


class OrderHeld(msgspec.Struct, frozen=True, kw_only=True):
    """What the order page carries: which order it shows."""

    order_id: str


def add_order(pages: Blueprint, desk: Desk) -> None:
    """The routes of the order page."""

    def order(order_id: str) -> str:
        return page("order.html", "work.mjs", **_shown(desk, order_id))

    def order_parts(order_id: str) -> str:
        return render_template("staff/order_parts.html", **_shown(desk, order_id))

    pages.add_url_rule("/orders/<order_id>", view_func=order, endpoint="order")
    pages.add_url_rule("/orders/<order_id>/parts", view_func=order_parts, endpoint="order_parts")
    add_work(pages, desk, "/order/step", "order_step", OrderHeld, lambda held, asked: order_step(desk, held, asked))


def order_of(desk: Desk, order_id: str) -> OrderDetail:
    """The order in full; a page of its own for one that is not here."""
    detail = read_order(desk.hub, order_id)
    if detail is None:
        abort(404)
    return detail


def order_step(desk: Desk, held: OrderHeld, question: WorkAsked) -> Step:
    """Each press as the one request it means."""
    press, _, subject = (question.press or "").partition(":")
    order, body = f"/v1/pickups/{held.order_id}", {"event_id": desk.hub.new_id()}
    match press:
        case "accept":
            return _act(f"{order}/accept", {**body, "vouched": True}, WORDS.text("order.done_accept"))
        case "decline":
            reason = question.fields.get("reason", DeclineReason.no_stock)
            return _act(f"{order}/decline", {**body, "reason": reason}, WORDS.text("order.done_decline"))
        case "cancel":
            return _act(f"{order}/cancel", {**body, "grant": subject == "grant"}, WORDS.text("order.done_cancel"))
        case "resend":
            return _act(f"{order}/resend", body, WORDS.text("order.done_resend"))
        case "arrived":
            return _act(f"{order}/arrived", body, WORDS.text("order.done_arrived"))
        case "undo":
            return _act(f"{order}/undo", {**body, "undone": subject}, WORDS.text("order.done_undo"))
        case "keep":
            until_ms = desk.hub.clock.now_ms() + DAY_MS
            return _act(f"{order}/extend", {**body, "until_ms": until_ms}, WORDS.text("order.done_keep"))
        case _:
            return _question(desk, held, press, subject, question)


def _question(desk: Desk, held: OrderHeld, press: str, subject: str, question: WorkAsked) -> Step:
    """What waits for the shopper, opened to take her word for it; anything else shuts what is open."""
    detail = order_of(desk, held.order_id)
    waiting = next((each for each in detail.questions if each.question_id == subject and not each.choice), None)
    if waiting is None:
        return Step(html="")
    if press == "answer":
        return Step(html=render_template("staff/answer_panel.html", waiting=_as_waiting(detail, waiting)))
    choice, _, gtin = question.fields.get("choice", Choice.refund).partition(":")
    body: dict[str, object] = {"event_id": desk.hub.new_id(), "choice": choice, "gtin": gtin or None}
    return _act(f"/v1/pickups/{held.order_id}/questions/{subject}/answer", body, WORDS.text("order.done_answer"))


def _as_waiting(detail: OrderDetail, question: QuestionDetail) -> dict[str, object]:
    """The question as its panel names it."""
    return {**msgspec.structs.asdict(question), "display_code": detail.card.display_code}


def _act(path: str, body: Mapping[str, object], words: str) -> Step:
    return Step(acts=(Act(path=path, body=body),), html="", said=words)


def _shown(desk: Desk, order_id: str) -> dict[str, object]:
    detail, store = order_of(desk, order_id), store_config(desk.hub)
    return {
        "detail": detail,
        "line": read_line(desk.hub),
        "now_ms": desk.hub.clock.now_ms(),
        "store_name": store.name if store else {},
        "held": as_held(OrderHeld(order_id=order_id)),
        "parts_url": url_for("staff.order_parts", order_id=order_id),
        "decline_reasons": choices("decline", DeclineReason),
        "did": order_words.did,
        "did_icon": order_words.did_icon,
        "did_by": order_words.did_by,
        "did_what": lambda happened: order_words.did_what(happened, detail),
        "named": order_words.product_name,
    }
