"""The board: one page, its parts sent again whenever the hub says that something changed."""

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from edge.app.board import read_board, read_line
from edge.app.order_detail import OrderDetail, read_order
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.words import WORDS


class LastAct(msgspec.Struct, frozen=True, kw_only=True):
    """What this desk did last, said at the foot of the board."""

    code: str
    words: str


def add_board(pages: Blueprint, desk: Desk) -> None:
    """The routes of the board."""

    def board() -> str:
        return page("board.html", "board.mjs", board=read_board(desk.hub))

    def board_parts() -> str:
        last = request.args.get("last")
        done = read_order(desk.hub, last) if last else None
        return render_template("staff/board_parts.html", board=read_board(desk.hub), last=done and _last(done))

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
    who = done.card.masked_name
    units = WORDS.count("card.units", sum(parcel.units for parcel in done.parcels if parcel.left_at_ms))
    name = WORDS.text("card.person", name=who) if who else WORDS.text("card.guest")
    return LastAct(code=done.card.display_code, words=WORDS.text("hand.done", who=name, units=units))
