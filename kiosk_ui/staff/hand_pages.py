"""The hand-over on the board: every scan is judged here, the page only carries what was scanned until the one confirm."""

import msgspec
from flask import Blueprint, Response, abort, render_template

from edge.app.order_detail import OrderDetail, ParcelDetail, read_order
from edge.app.read_scan import ScanAsked, ScanKind, ScanRead, read_scan
from edge.app.show_pass import ScanReason
from edge.domain.errors import Refusal
from edge.domain.pickup import PickupReason
from kiosk_ui.staff.answers import Problem, answer, asked, refused
from kiosk_ui.staff.frame import Desk, staff
from kiosk_ui.staff.hand_by_hand import html_by_hand, is_recovering, order_of_pass
from kiosk_ui.staff.refusals import Side, refusal_view
from kiosk_ui.staff.words import WORDS

_HERE = ("packed", "shelved")
UNKNOWN_PARCEL = "unknown_parcel"
"""A well-formed label of an order this hub does not hold."""


class HandState(msgspec.Struct, kw_only=True, rename={"pass_text": "pass"}):
    """What was scanned so far for one order; lives in the page, trusted in nothing but the order of events."""

    order_id: str
    pass_text: str | None = None
    expired: bool = False
    labels: list[str] = []
    checked: list[int] = []


class HandAsked(msgspec.Struct, kw_only=True):
    """One of: a scan, a card that was pressed, an act that was refused."""

    state: HandState | None = None
    scan: str | None = None
    order_id: str | None = None
    problem: Problem | None = None


def add_hand(pages: Blueprint, desk: Desk) -> None:
    """The route the board's module asks at every step."""

    def hand() -> Response:
        question = asked(HandAsked)
        if question.problem is not None:
            return _refuse(desk, question.state, question.problem.reason, question.problem.found or {})
        if question.order_id is not None:
            return _show(desk, HandState(order_id=question.order_id))
        if question.scan is None:
            return Response(status=400)
        return _scanned(desk, question.state, question.scan)

    pages.add_url_rule("/hand", view_func=hand, endpoint="hand", methods=["POST"])


def _scanned(desk: Desk, state: HandState | None, scan: str) -> Response:
    seen = read_scan(desk.hub, ScanAsked(scan=scan), staff().actor)
    if seen.kind is ScanKind.pass_:
        return _pass(desk, state, seen, scan)
    if seen.kind is ScanKind.parcel and seen.refusal is None:
        return _parcel(desk, state, seen, scan)
    if seen.kind is ScanKind.code and seen.order is not None and state is None:
        return _show(desk, HandState(order_id=seen.order.card.order_id))
    reason = seen.refusal.reason if seen.refusal else ScanReason.unknown_code
    if state is not None:
        return _refuse(desk, state, reason, {})
    return answer(state=None, said=WORDS.text(f"no.{reason}"), wrong=True)


def _pass(desk: Desk, state: HandState | None, seen: ScanRead, scan: str) -> Response:
    """A pass opens its order, whatever was open before; labels scanned for another order do not follow it."""
    expired = seen.refusal is not None and seen.refusal.reason == PickupReason.pass_expired
    if seen.refusal is not None and not expired:
        return _refuse(desk, state, seen.refusal.reason, seen.refusal.found)
    order_id = order_of_pass(desk, seen, scan)
    assert order_id is not None, "a pass that was not refused names an order"
    kept = state if state is not None and state.order_id == order_id else HandState(order_id=order_id)
    return _show(desk, msgspec.structs.replace(kept, pass_text=scan, expired=expired))


def _parcel(desk: Desk, state: HandState | None, seen: ScanRead, scan: str) -> Response:
    """A label counts for the order that is open; without one it opens its own order and waits for the pass."""
    assert seen.parcel is not None
    if state is not None and state.order_id != seen.parcel.order_id:
        return _wrong_parcel(desk, state, seen.order)
    number = seen.parcel.number
    if not is_recovering(desk):
        if seen.order is None:
            return _refuse(desk, state, UNKNOWN_PARCEL, {})
        refusal = _why_not(next((each for each in seen.order.parcels if each.number == number), None))
        if refusal is not None:
            return _refuse(desk, state, refusal.reason, refusal.found)
    state = state or HandState(order_id=seen.parcel.order_id)
    if number in state.checked:
        return _show(desk, state)
    labels, checked = [*state.labels, scan], [*state.checked, number]
    return _show(desk, msgspec.structs.replace(state, labels=labels, checked=checked))


def _why_not(parcel: ParcelDetail | None) -> Refusal | None:
    if parcel is not None and parcel.left_at_ms is not None:
        return Refusal(PickupReason.parcel_left, {"when_ms": parcel.left_at_ms, "by": parcel.left_by or ""})
    return None if parcel is not None and parcel.state in _HERE else Refusal(PickupReason.not_staged)


def _show(desk: Desk, state: HandState) -> Response:
    if is_recovering(desk):
        by_hand = html_by_hand(
            desk,
            state.order_id,
            seen=state.pass_text is not None,
            expired=state.expired,
            checked=state.checked,
        )
        return answer(state=state, html=by_hand)
    detail = read_order(desk.hub, state.order_id)
    if detail is None:
        abort(404)
    seen = state.pass_text is not None
    html = render_template("staff/hand.html", detail=detail, seen=seen, expired=state.expired, checked=state.checked)
    return answer(state=state, html=html)


def _refuse(desk: Desk, state: HandState | None, reason: str, found: dict[str, str | int]) -> Response:
    return answer(state=state, refusal=refused(refusal_view(reason, found, desk.zone)))


def _wrong_parcel(desk: Desk, state: HandState, held: OrderDetail | None) -> Response:
    """Full-screen: the code in the hand against the code that is wanted, each with its shelf."""
    wanted = read_order(desk.hub, state.order_id)
    got = _side(WORDS.text("refuse.got_parcel"), held)
    want = _side(WORDS.text("refuse.want_parcel"), wanted)
    return answer(state=state, refusal=refused(refusal_view("wrong_parcel", {}, desk.zone, got=got, want=want)))


def _side(title: str, detail: OrderDetail | None) -> Side:
    if detail is None:
        return Side(title=title, big="–", note=WORDS.text("refuse.unknown_order"))
    shelves = ", ".join(detail.card.shelves)
    note = WORDS.text("refuse.shelf", shelf=shelves) if shelves else ""
    return Side(title=title, big=detail.card.display_code, note=note)
