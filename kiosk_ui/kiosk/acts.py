"""What a shopper presses: each act is one question to the hub, answered for the screen by a page and for a program by JSON.

A program (the replay, a test) sends JSON and `Accept: application/json`; it may name its own event_id and gets the
hub's typed answer, 409 with the reason of a no, or 503 `hub_away` after which it may ask again with the same event_id.
"""

import re
from collections.abc import Callable
from http import HTTPStatus

import msgspec
from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from devices.ports import Scan, ScanFault
from edge.domain.errors import Refusal
from edge.gateway.hub import Arrival, Called, CartReply, ChangeAsked, HubVisit, Wish
from kiosk_ui.kiosk.answers import GONE, press
from kiosk_ui.kiosk.asked import Arrive, Call, Change, Leaving, Reserve, Scanned, Setting
from kiosk_ui.kiosk.frame import other_locale, own_page
from kiosk_ui.kiosk.machine import Kiosk
from kiosk_ui.kiosk.pages import to_start
from kiosk_ui.kiosk.visits import ChangeWaiting, Ending, OrderAsked, Visit
from kiosk_ui.kiosk.walk import MOST_OF_ONE, lay_out, lines_to_ask
from kiosk_ui.kiosk.web import BadRequest, body_of, refused, said_yes, wants_json

CALLED_AGAIN_MS = 60_000
"""A second press within a minute is the same call: one person, one card on the board."""

SWITCHES = frozenset({"easy", "large", "contrast", "low", "sound"})

_PASS = re.compile("P1", re.IGNORECASE)


def routes(kiosk: Kiosk) -> Blueprint:
    """Every act of one kiosk."""
    acts = Blueprint("acts", __name__)

    def add(path: str, name: str, act: Callable[[Kiosk], Response]) -> None:
        acts.add_url_rule(path, name, lambda: act(kiosk), methods=["POST"])

    add("/scan", "scan", scan)
    add("/cart/changes", "change", change)
    add("/orders", "place_order", place_order)
    add("/check-in", "check_in", check_in)
    add("/call", "call", call)
    add("/wipe", "wipe", wipe)
    add("/settings", "settings", settings)
    return acts


def here_visit(kiosk: Kiosk) -> Visit:
    """The visit of this browser; a first press begins one."""
    if g.visit is None:
        g.visit = kiosk.begin_visit()
    visit: Visit = g.visit
    return visit


def scan(kiosk: Kiosk) -> Response:
    """Any code at any time: a shopper's QR opens her cart, a pass checks in, everything else is said to be neither."""
    body = body_of(Scanned)
    event_id = body.event_id or kiosk.new_event_id()
    visit, read = here_visit(kiosk), kiosk.read_scan(body.scan, at_ms=kiosk.clock.now_ms())
    if isinstance(read, Scan) and _PASS.match(read.text):
        return _arrive(kiosk, visit, event_id, read=read)

    def opened(got: HubVisit) -> str:
        mine = _visit_of_next(kiosk, visit)
        mine.known, mine.notice = got, None
        return "/cart"

    return press(
        kiosk,
        visit,
        event_id=event_id,
        subject="scan",
        ask=lambda: (
            Refusal("unknown_code") if isinstance(read, ScanFault) else kiosk.hub.open_visit(event_id, read.text)
        ),
        done=opened,
        answer=lambda got: (got, HTTPStatus.CREATED),
    )


def _visit_of_next(kiosk: Kiosk, visit: Visit) -> Visit:
    """The visit to put a shopper into: an unnamed one goes on as hers, somebody else's ends first."""
    if visit.known is None:
        return visit
    kiosk.end_visit(visit.token, Ending.NEXT_SCAN)
    g.visit = kiosk.begin_visit()
    return here_visit(kiosk)


def change(kiosk: Kiosk) -> Response:
    """Set a line's quantity; 0 takes it out."""
    visit = _known_visit()
    if visit is None:
        return _nobody()
    body = body_of(Change)
    event_id, known = body.event_id or kiosk.new_event_id(), visit.known
    assert known is not None
    now_qty = next((line.qty for line in known.cart.lines if line.line == body.line), 0)
    if body.target_qty > max(MOST_OF_ONE, now_qty) and not wants_json():
        raise BadRequest("target_qty is more than the stepper goes to")
    asked = ChangeAsked(
        event_id=event_id,
        line=body.line,
        gtin=body.gtin,
        target_qty=body.target_qty,
        line_version=body.line_version,
        seen_price_minor=body.seen_price_minor,
    )
    name = next((line.name for line in known.cart.lines if line.line == body.line), {})
    waiting = ChangeWaiting(wish_id=event_id, name=name)

    def changed(got: CartReply) -> str:
        visit.known = msgspec.structs.replace(known, cart=got.cart)
        visit.asked.add(event_id)
        visit.changes[body.line or event_id] = waiting
        visit.crossed.clear()
        return own_page(request.form.get("here", "/cart"))

    return press(
        kiosk,
        visit,
        event_id=event_id,
        subject="change",
        ask=lambda: kiosk.hub.ask_change(known.visit_id, asked),
        done=changed,
        answer=lambda got: ({"event_id": event_id, "cart": got.cart}, HTTPStatus.OK),
    )


def place_order(kiosk: Kiosk) -> Response:
    """Make everything that is here (or the lines a program names) a pickup."""
    visit = _known_visit()
    if visit is None:
        return _nobody()
    body, known = body_of(Reserve), visit.known
    assert known is not None
    walk = lay_out(known.cart, kiosk.clock.now_ms(), visit.orders)
    lines = lines_to_ask(walk) if body.lines is None else body.lines
    event_id = body.event_id or visit.order_event_id or kiosk.new_event_id()
    by_line = {line.line: line for line in known.cart.lines}

    def placed(got: Wish) -> str:
        visit.order_event_id = ""
        visit.asked.add(got.wish_id)
        visit.orders.add(got.wish_id)
        visit.order = OrderAsked(
            wish=got,
            kinds=len(lines),
            units=sum(line.qty for line in lines),
            total_minor=sum(line.qty * line.seen_price_minor for line in lines),
            currency=next((line.currency for line in known.cart.lines), "KRW"),
            names={line.line: by_line[line.line].name for line in lines if line.line in by_line},
        )
        return "/order/result"

    return press(
        kiosk,
        visit,
        event_id=event_id,
        subject="order",
        ask=lambda: kiosk.hub.ask_order(known.visit_id, event_id, lines) if lines else Refusal("nothing_here"),
        done=placed,
        answer=lambda got: (got, HTTPStatus.OK),
    )


def check_in(kiosk: Kiosk) -> Response:
    """Say that somebody is here to collect: by the pass just shown, or by choosing one of her orders."""
    body = body_of(Arrive)
    visit = here_visit(kiosk)
    read = None if body.scan is None else kiosk.read_scan(body.scan, at_ms=kiosk.clock.now_ms())
    return _arrive(kiosk, visit, body.event_id or kiosk.new_event_id(), read=read, order_id=body.order_id)


def _arrive(
    kiosk: Kiosk, visit: Visit, event_id: str, *, read: Scan | ScanFault | None, order_id: str | None = None
) -> Response:
    visit_id = visit.known.visit_id if visit.known else None
    if read is None and (order_id is None or visit_id is None):
        raise BadRequest("a pass, or an order of a known visit")

    def arrived(got: Arrival) -> str:
        visit.arrival, visit.notice = got, None
        return "/check-in/done"

    return press(
        kiosk,
        visit,
        event_id=event_id,
        subject="check_in",
        ask=lambda: (
            Refusal("unknown_code")
            if isinstance(read, ScanFault)
            else kiosk.hub.check_in(event_id, scan=read.text if read else None, visit_id=visit_id, order_id=order_id)
        ),
        done=arrived,
        answer=lambda got: (
            {"event_id": event_id, "display_code": got.display_code, "state": got.state},
            HTTPStatus.OK,
        ),
    )


def call(kiosk: Kiosk) -> Response:
    """Put a card on the staff board."""
    body = body_of(Call)
    visit = here_visit(kiosk)
    now_ms, event_id = kiosk.clock.monotonic_ms(), body.event_id or kiosk.new_event_id()
    page = own_page(body.here)
    if visit.called_ms is not None and now_ms - visit.called_ms < CALLED_AGAIN_MS and not wants_json():
        return redirect("/called", HTTPStatus.SEE_OTHER)

    def came(_got: Called) -> str:
        visit.called_ms = now_ms
        visit.called_from = page if page not in ("/called", "/trying", "/notice") else "/"
        return "/called"

    visit_id = visit.known.visit_id if visit.known else None
    return press(
        kiosk,
        visit,
        event_id=event_id,
        subject="call",
        ask=lambda: kiosk.hub.call_staff(event_id, visit_id=visit_id, screen=page.strip("/") or "attract"),
        done=came,
        answer=lambda got: ({"event_id": event_id, "call_id": got.call_id}, HTTPStatus.CREATED),
    )


def wipe(kiosk: Kiosk) -> Response:
    """Forget everything: the visit, the cookie, and (in the browser) the page."""
    body = body_of(Leaving)
    visit: Visit | None = g.visit
    if visit is not None:
        kiosk.end_visit(visit.token, body.how)
        g.visit = None
    return said_yes({"wiped": True}) if wants_json() else to_start()


def settings(kiosk: Kiosk) -> Response:
    """Turn one of the screen's own switches; the step and the cart stay."""
    body = body_of(Setting)
    visit = here_visit(kiosk)
    prefs = visit.prefs
    if body.set == "language":
        prefs = msgspec.structs.replace(prefs, locale=other_locale(kiosk))
    elif body.set in SWITCHES:
        prefs = msgspec.structs.replace(prefs, **{body.set: not getattr(prefs, body.set)})
    else:
        raise BadRequest(f"set is one of language, {', '.join(sorted(SWITCHES))}")
    visit.prefs = prefs
    return said_yes(prefs) if wants_json() else redirect(own_page(body.here), HTTPStatus.SEE_OTHER)


def _known_visit() -> Visit | None:
    visit: Visit | None = g.visit
    return visit if visit is not None and visit.known is not None else None


def _nobody() -> Response:
    return refused(Refusal(GONE)) if wants_json() else to_start()
