"""The pick list of one order or of a wave, and what a scan at the shelf means for it."""

from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, render_template, request, url_for

from edge.app.board import read_line
from edge.app.pick_list import PickList, PickStop, read_pick_list, read_products
from edge.domain.errors import BadGtin
from edge.domain.pickup import ShortReason
from edge.domain.product import gtin14
from kiosk_ui.staff.answers import Problem, answer, asked, refused, refused_act
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.refusals import RefusalView, Side, refusal_view
from kiosk_ui.staff.words import WORDS, choices
from kiosk_ui.wording import in_locale


class ScanAsked(msgspec.Struct, kw_only=True):
    """A scan made while these orders are being picked."""

    orders: list[str]
    scan: str


class ShortAsked(msgspec.Struct, kw_only=True):
    """`qty` units of this stop are not on the shelf."""

    orders: list[str]
    gtin: str
    qty: int


class RefusalAsked(Problem, kw_only=True):
    """A pick that the hub refused."""

    orders: list[str]


class PickHere(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one line that a scan confirms."""

    line: int
    qty: int
    gtin: str


class PicksOf(msgspec.Struct, frozen=True, kw_only=True):
    """The picks of one order, as its request to /v1 wants them."""

    order_id: str
    picks: list[PickHere]


class ShortHere(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one line that are written down as missing."""

    order_id: str
    line: int
    qty: int


def add_pick(pages: Blueprint, desk: Desk) -> None:
    """The routes of the pick list."""

    def pick() -> str:
        return page("pick.html", "pick.mjs", **_shown(desk))

    def pick_parts() -> str:
        return render_template("staff/pick_parts.html", **_shown(desk))

    def scan() -> Response:
        question = asked(ScanAsked)
        return _judge(desk, read_pick_list(desk.hub, question.orders), question.scan)

    def short() -> Response:
        question = asked(ShortAsked)
        stop = _stop(read_pick_list(desk.hub, question.orders), question.gtin)
        return answer(shorts=short_from_the_back(stop, question.qty) if stop else [])

    def refusal() -> Response:
        return refused_act(desk, asked(RefusalAsked))

    pages.add_url_rule("/pick", view_func=pick, endpoint="pick")
    pages.add_url_rule("/pick/parts", view_func=pick_parts, endpoint="pick_parts")
    pages.add_url_rule("/pick/scan", view_func=scan, endpoint="pick_scan", methods=["POST"])
    pages.add_url_rule("/pick/short", view_func=short, endpoint="pick_short", methods=["POST"])
    pages.add_url_rule("/pick/refusal", view_func=refusal, endpoint="pick_refusal", methods=["POST"])


def picks_of(stop: PickStop) -> list[PicksOf]:
    """What one scan of the stop's product confirms: every unit the orders of the list still want of it."""
    by_order: dict[str, list[PickHere]] = {}
    for want in stop.wanted_by:
        by_order.setdefault(want.order_id, []).append(PickHere(line=want.line, qty=want.qty, gtin=stop.gtin))
    return [PicksOf(order_id=order_id, picks=picks) for order_id, picks in by_order.items()]


def short_from_the_back(stop: PickStop, missing: int) -> list[ShortHere]:
    """Who goes without when `missing` units are not there: the latest promise first, so that the next shopper is served."""
    shorts = []
    for want in reversed(stop.wanted_by):
        qty = min(want.qty, missing)
        if qty > 0:
            shorts.append(ShortHere(order_id=want.order_id, line=want.line, qty=qty))
            missing -= qty
    return shorts


def _shown(desk: Desk) -> dict[str, object]:
    """A list that is finished keeps its orders, so that the page can lead on to the shelves."""
    wanted = request.args.getlist("order")
    todo = read_pick_list(desk.hub, wanted or None)
    held = [("order", order_id) for order_id in todo.order_ids]
    return {
        "list": todo,
        "board_line": read_line(desk.hub),
        "short_reasons": choices("short", ShortReason),
        "parts_url": f"{url_for('staff.pick_parts')}?{urlencode(held)}",
    }


def _judge(desk: Desk, todo: PickList, scan: str) -> Response:
    try:
        gtin = gtin14(scan.strip())
    except BadGtin:
        return answer(refusal=refused(refusal_view("unknown_code", {}, desk.zone)))
    stop = _stop(todo, gtin)
    if stop is None:
        return answer(refusal=refused(_not_wanted(desk, todo, gtin)))
    return answer(orders=picks_of(stop), said=WORDS.text("pick.picked", product=in_locale(stop.name)))


def _stop(todo: PickList, gtin: str) -> PickStop | None:
    return next((stop for stop in todo.stops if stop.gtin == gtin), None)


def _not_wanted(desk: Desk, todo: PickList, gtin: str) -> RefusalView:
    """The wrong product against the one at this stop; an unknown code is shown by its digits."""
    now = todo.stops[0] if todo.stops else None
    known = read_products(desk.hub, [gtin]).get(gtin)
    got = Side(
        title=WORDS.text("refuse.got_product"),
        big=in_locale(known.name) if known else WORDS.text("refuse.unknown_product"),
        note=gtin,
    )
    want = (
        None if now is None else Side(title=WORDS.text("refuse.want_product"), big=in_locale(now.name), note=now.gtin)
    )
    reason = "wrong_product" if now else "not_on_list"
    return refusal_view(reason, {}, desk.zone, got=got if want else None, want=want, is_code=False)
