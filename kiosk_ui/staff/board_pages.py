"""The board: one page, its parts sent again whenever the hub says that something changed."""

import re

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from edge.app.board import read_board, read_line
from edge.app.order_detail import OrderDetail, read_order
from edge.app.void_handover import UNDO_MS
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.words import WORDS

LANE_SHOWN = 40
"""Cards of a lane that are drawn at first: eight times what is in sight; a press brings the next forty."""
LANE_MOST = 5_000

_EVENT = re.compile(r"[0-9a-f-]{36}")
_FIGURES = {
    "handed": "circle-check",
    "undone": "undo-2",
    "resent": "send",
    "cancelled": "circle-x",
}


class LastAct(msgspec.Struct, frozen=True, kw_only=True):
    """What this desk did last, said at the foot of the board; `until_ms`: as long as one press takes it back."""

    order_id: str
    code: str
    words: str
    figure: str
    event: str = ""
    until_ms: int | None = None


def add_board(pages: Blueprint, desk: Desk) -> None:
    """The routes of the board."""

    def board() -> str:
        return page("board.html", "board.mjs", board=read_board(desk.hub, LANE_SHOWN))

    def board_parts() -> str:
        order_id = request.args.get("last")
        done = read_order(desk.hub, order_id) if order_id else None
        most = min(request.args.get("most", LANE_SHOWN, int), LANE_MOST)
        return render_template("staff/board_parts.html", board=read_board(desk.hub, most), last=done and _last(done))

    def bar_parts() -> str:
        key = "line.works_back" if request.args.get("on") == "back" else "line.works_pick"
        line = read_line(desk.hub)
        return render_template("staff/bar_parts.html", line=line, works=WORDS.text(key), now_ms=desk.hub.clock.now_ms())

    def home() -> Response:
        return redirect(url_for("staff.board"), 303)

    pages.add_url_rule("/", view_func=home, endpoint="home")
    pages.add_url_rule("/board", view_func=board, endpoint="board")
    pages.add_url_rule("/bar/parts", view_func=bar_parts, endpoint="bar_parts")
    pages.add_url_rule("/board/parts", view_func=board_parts, endpoint="board_parts")


def _last(done: OrderDetail) -> LastAct:
    did, event = request.args.get("did", "handed"), request.args.get("event", "")
    did = did if did in _FIGURES else "handed"
    left_at_ms = max((parcel.left_at_ms or 0 for parcel in done.parcels), default=0)
    can_undo = did == "handed" and left_at_ms and _EVENT.fullmatch(event)
    return LastAct(
        order_id=done.card.order_id,
        code=done.card.display_code,
        words=_said(done, did),
        figure=_FIGURES[did],
        event=event,
        until_ms=left_at_ms + UNDO_MS if can_undo else None,
    )


def _said(done: OrderDetail, did: str) -> str:
    if did == "resent":
        return WORDS.text("last.resent")
    if did == "cancelled":
        return WORDS.text("last.cancelled")
    if did == "undone":
        return WORDS.text("last.undone", shelf=", ".join(done.card.shelves) or "–")
    return _handed(done)


def _handed(done: OrderDetail) -> str:
    """Who took how much; and whether more of the same person waits here."""
    who = done.card.masked_name
    units = WORDS.count("card.units", sum(parcel.units for parcel in done.parcels if parcel.left_at_ms))
    name = WORDS.text("card.person", name=who) if who else WORDS.text("card.guest")
    said = WORDS.text("hand.done", who=name, units=units)
    if not done.also_ready:
        return said
    others = ", ".join(f"{each.display_code} ({', '.join(each.shelves)})" for each in done.also_ready)
    return f"{said} · {WORDS.count('last.also', len(done.also_ready), orders=others)}"
