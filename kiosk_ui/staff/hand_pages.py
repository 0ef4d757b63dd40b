"""The hand-over on the board: every scan is judged here, the page only carries what was scanned until the one confirm."""

import msgspec
from flask import Blueprint, Response

from edge.app.find_order import FindAsked, find_orders
from edge.app.order_detail import OrderDetail, ParcelDetail, read_order
from edge.app.read_scan import ScanAsked, ScanKind, ScanRead, read_scan
from edge.app.show_pass import ScanReason
from edge.app.typed_at_desk import is_code
from edge.domain.errors import Refusal
from edge.domain.pickup import PickupReason
from kiosk_ui.staff.answers import Problem, answer, asked, refused_act
from kiosk_ui.staff.frame import Desk, staff
from kiosk_ui.staff.hand_acts import BY_NAME, GO_ON, acts_for, left
from kiosk_ui.staff.hand_by_hand import is_recovering, order_of_pass
from kiosk_ui.staff.hand_view import HandState, ask_digits, choose, refuse, show, wrong_parcel
from kiosk_ui.staff.words import WORDS

_HERE = ("packed", "shelved")
_WANTS_MANAGER = ("typing_not_allowed", "manager_needed")
UNKNOWN_PARCEL = "unknown_parcel"
"""A well-formed label of an order this hub does not hold."""


class HandAsked(msgspec.Struct, kw_only=True):
    """One of: a scan (`typed` by hand, perhaps with the phone's digits), a card that was pressed, a turn, a refused act."""

    state: HandState | None = None
    scan: str | None = None
    typed: bool = False
    digits: str | None = None
    order_id: str | None = None
    turn: str | None = None
    problem: Problem | None = None


def add_hand(pages: Blueprint, desk: Desk) -> None:
    """The routes the board's module asks at every step, and the words of a no for whatever else was pressed."""

    def hand() -> Response:
        question = asked(HandAsked)
        if question.problem is not None:
            return _refused(desk, question.state, question.problem)
        if question.order_id is not None:
            return show(desk, HandState(order_id=question.order_id))
        if question.turn is not None and question.state is not None:
            return _turn(desk, question.state, question.turn)
        if question.scan is None:
            return Response(status=400)
        return _scanned(desk, question, question.scan)

    def refusal() -> Response:
        return refused_act(desk, asked(Problem))

    pages.add_url_rule("/hand", view_func=hand, endpoint="hand", methods=["POST"])
    pages.add_url_rule("/refusal", view_func=refusal, endpoint="refusal", methods=["POST"])


def _turn(desk: Desk, state: HandState, turn: str) -> Response:
    if turn == BY_NAME:
        return show(desk, msgspec.structs.replace(state, by_name=True, pass_text=None, digits=None, expired=False))
    return show(desk, state) if turn == GO_ON else Response(status=400)


def _refused(desk: Desk, state: HandState | None, problem: Problem) -> Response:
    """What the hub said no to: where a PIN is all that is missing the fields for it come up, else the full-screen no."""
    wants_manager = problem.reason in _WANTS_MANAGER and not is_recovering(desk)
    if state is not None and wants_manager and not state.manager:
        return show(desk, msgspec.structs.replace(state, manager=True))
    order = read_order(desk.hub, state.order_id) if state else None
    return refuse(desk, state, problem.reason, problem.found or {}, acts_for(problem.reason, state, order))


def _scanned(desk: Desk, question: HandAsked, scan: str) -> Response:
    if question.typed and question.digits is None and is_code(scan):
        return ask_digits(scan.strip().upper())
    if (
        question.typed
        and question.state is None
        and (found := find_orders(desk.hub, FindAsked(known=scan[:32])).orders)
    ):
        return show(desk, HandState(order_id=found[0].order_id)) if len(found) == 1 else choose(found)
    seen = read_scan(desk.hub, ScanAsked(scan=scan, digits=question.digits), staff().actor)
    state = _still_held(question.state, seen)
    if seen.kind in (ScanKind.pass_, ScanKind.typed):
        return _pass(desk, state, seen, question)
    if seen.kind is ScanKind.parcel and seen.refusal is None:
        return _parcel(desk, state, seen, question)
    if seen.kind is ScanKind.code and seen.order is not None and state is None:
        return show(desk, HandState(order_id=seen.order.card.order_id))
    reason = seen.refusal.reason if seen.refusal else ScanReason.unknown_code
    if state is not None or question.digits is not None:
        return refuse(desk, state, reason, {})
    return answer(state=None, said=WORDS.text(f"no.{reason}"), wrong=True)


def _still_held(state: HandState | None, seen: ScanRead) -> HandState | None:
    """What was kept behind a no is let go by the scan of anything that does not belong to it."""
    if state is None or not state.behind:
        return state
    order_id = seen.parcel.order_id if seen.parcel else seen.order.card.order_id if seen.order else None
    return state if order_id == state.order_id else None


def _pass(desk: Desk, state: HandState | None, seen: ScanRead, question: HandAsked) -> Response:
    """A pass opens its order, whatever was open before; labels scanned for another order do not follow it."""
    scan = question.scan or ""
    expired = seen.refusal is not None and seen.refusal.reason == PickupReason.pass_expired
    order_id = order_of_pass(desk, seen, scan)
    if order_id is None:
        refusal = seen.refusal or Refusal(ScanReason.unknown_code)
        return refuse(desk, state, refusal.reason, refusal.found)
    kept = state if state is not None and state.order_id == order_id else HandState(order_id=order_id)
    kept = msgspec.structs.replace(
        kept,
        pass_text=scan,
        digits=question.digits,
        typed=kept.typed or question.typed,
        expired=expired,
        by_name=False,
    )
    if seen.refusal is None or expired:
        return show(desk, kept)
    acts = acts_for(seen.refusal.reason, kept, seen.order)
    held = state if seen.order is None else msgspec.structs.replace(kept, behind=True)
    return refuse(desk, held, seen.refusal.reason, seen.refusal.found, acts)


def _parcel(desk: Desk, state: HandState | None, seen: ScanRead, question: HandAsked) -> Response:
    """A label counts for the order that is open; without one it opens its own order and waits for the pass."""
    assert seen.parcel is not None
    if state is not None and state.order_id != seen.parcel.order_id:
        return wrong_parcel(desk, state, seen.order)
    number, scan = seen.parcel.number, question.scan or ""
    state = state or HandState(order_id=seen.parcel.order_id)
    if not is_recovering(desk):
        if seen.order is None:
            return refuse(desk, question.state, UNKNOWN_PARCEL, {})
        parcel = next((each for each in seen.order.parcels if each.number == number), None)
        if parcel is None or parcel.state not in _HERE:
            return _gone(desk, state, seen.order, parcel, scan)
    if number in state.checked and not state.behind:
        return show(desk, state)
    labels, checked = [*state.labels, scan], [*state.checked, number]
    typed = state.typed or question.typed
    return show(desk, msgspec.structs.replace(state, labels=labels, checked=checked, typed=typed))


def _gone(desk: Desk, state: HandState, order: OrderDetail, parcel: ParcelDetail | None, scan: str) -> Response:
    """The book says that it left, or was never here: said with when and by whom, and what can be done about it."""
    if parcel is None or parcel.left_at_ms is None:
        return refuse(desk, state if state.pass_text else None, PickupReason.not_staged, {})
    lone = msgspec.structs.replace(state, labels=[scan], checked=[parcel.number], behind=True)
    acts = acts_for(PickupReason.parcel_left, lone, order)
    open_still = state.pass_text is not None and not state.behind and bool(order.card.parcels_here)
    return refuse(desk, state if open_still else lone, PickupReason.parcel_left, left(parcel), acts)
