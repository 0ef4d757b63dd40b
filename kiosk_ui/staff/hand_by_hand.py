"""The hand-over while the hub is recovering: the book may be old, so pass and labels count, and a manager stands beside."""

from flask import render_template

from edge.app import recovering
from edge.app.order_detail import read_order
from edge.app.read_scan import ScanRead
from edge.app.show_pass import genuine_pass
from edge.domain.errors import Refusal
from kiosk_ui.staff.frame import Desk


def is_recovering(desk: Desk) -> bool:
    """True while handing over goes by pass, label and manager."""
    with desk.hub.state.reading() as conn:
        return recovering.is_recovering(conn)


def order_of_pass(desk: Desk, seen: ScanRead, scan: str) -> str | None:
    """The order a pass names, known here or not; None when it proves nothing."""
    if seen.order is not None:
        return seen.order.card.order_id
    verified = genuine_pass(desk.hub, scan)
    return None if isinstance(verified, Refusal) else verified.order_id


def html_by_hand(desk: Desk, order_id: str, *, seen: bool, expired: bool, checked: list[int], press: str) -> str:
    """What was scanned so far, and the fields for the manager once both were."""
    return render_template(
        "staff/hand_by_hand.html",
        detail=read_order(desk.hub, order_id),
        seen=seen,
        expired=expired,
        checked=checked,
        press=press,
    )
