"""What the hand-over shows after each step: with a pass, without one, or by hand while the hub is recovering."""

from collections.abc import Sequence

import msgspec
from flask import Response, abort, render_template

from edge.app.board import OrderCard
from edge.app.looks_needed import LooksNeeded, looks_needed
from edge.app.order_detail import OrderDetail, read_order
from kiosk_ui.staff.answers import answer, refused
from kiosk_ui.staff.frame import Desk
from kiosk_ui.staff.hand_by_hand import html_by_hand, is_recovering
from kiosk_ui.staff.refusals import RefusalAct, Side, refusal_view
from kiosk_ui.staff.words import WORDS


class HandState(msgspec.Struct, kw_only=True, rename={"pass_text": "pass"}):
    """What was scanned so far for one order; lives in the page, trusted in nothing but the order of events."""

    order_id: str
    pass_text: str | None = None
    digits: str | None = None  # typed with the eight characters that stand for a pass
    typed: bool = False  # something was typed that is usually scanned
    expired: bool = False
    labels: list[str] = []
    checked: list[int] = []
    by_name: bool = False  # no pass can be shown: name, last four digits and a manager instead
    manager: bool = False  # the hub wants a manager's PIN for this press
    behind: bool = False  # kept behind a no: only a scan of the same order goes on with it

    @property
    def step(self) -> str:
        """What is to be done next: pass, parcel or confirm."""
        if self.pass_text is None and not self.by_name:
            return "pass"
        return "confirm" if self.checked else "parcel"

    @property
    def press(self) -> str:
        """What every press of this hand-over says besides what its fields say: JSON, as the API takes it."""
        if self.by_name:
            said: dict[str, object] = {"order_id": self.order_id, "labels": self.labels}
        else:
            said = {"pass": self.pass_text, "digits": self.digits, "labels": self.labels, "typed": self.typed}
        if self.expired:
            said["name_checked"] = True
        return msgspec.json.encode(said).decode()


def show(desk: Desk, state: HandState) -> Response:
    """The hand-over as far as it is."""
    state = msgspec.structs.replace(state, behind=False)
    if is_recovering(desk):
        seen = state.pass_text is not None
        by_hand = html_by_hand(
            desk, state.order_id, seen=seen, expired=state.expired, checked=state.checked, press=state.press
        )
        return answer(state=state, html=by_hand)
    detail = read_order(desk.hub, state.order_id)
    if detail is None:
        abort(404)
    looks = looks_needed(desk.hub, state.order_id, state.labels) if state.labels else LooksNeeded()
    name = "staff/hand_by_name.html" if state.by_name else "staff/hand.html"
    return answer(state=state, html=render_template(name, detail=detail, state=state, looks=looks))


def ask_digits(code: str) -> Response:
    """Eight characters were typed for a pass: the last four digits of the phone go with them."""
    return answer(state=None, html=render_template("staff/hand_digits.html", code=code))


def choose(found: Sequence[OrderCard]) -> Response:
    """Several open orders fit what was typed: the shopper says which one, by its name and its code."""
    return answer(state=None, html=render_template("staff/hand_choose.html", found=found))


def refuse(
    desk: Desk,
    state: HandState | None,
    reason: str,
    found: dict[str, str | int],
    acts: tuple[RefusalAct, ...] = (),
) -> Response:
    """The full-screen no over the hand-over; `acts` are what may be done about it besides scanning again."""
    return answer(state=state, refusal=refused(refusal_view(reason, found, desk.zone, acts=acts)))


def wrong_parcel(desk: Desk, state: HandState, held: OrderDetail | None) -> Response:
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
