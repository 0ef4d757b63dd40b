"""The pick list of one order or of a wave, on a tablet at the trolley and on the picker's handheld."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from edge.app.board import read_line
from edge.app.pick_list import read_pick_list
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.pick_work import PickHeld, pick_step
from kiosk_ui.staff.work import add_work, as_held


def add_pick(pages: Blueprint, desk: Desk) -> None:
    """The routes of the pick list."""

    def pick() -> str:
        return page("pick.html", "work.mjs", **_shown(desk))

    def pick_parts() -> str:
        return render_template("staff/pick_parts.html", **_shown(desk))

    pages.add_url_rule("/pick", view_func=pick, endpoint="pick")
    pages.add_url_rule("/pick/parts", view_func=pick_parts, endpoint="pick_parts")
    add_work(pages, desk, "/pick/step", "pick_step", PickHeld, lambda held, asked: pick_step(desk, held, asked))


def _shown(desk: Desk) -> dict[str, object]:
    """A list that is finished keeps its orders, so that the page can lead on to the shelves."""
    wanted = request.args.getlist("order")
    todo = read_pick_list(desk.hub, wanted or None)
    held = [("order", order_id) for order_id in todo.order_ids]
    return {
        "list": todo,
        "board_line": read_line(desk.hub),
        "held": as_held(PickHeld(orders=list(todo.order_ids))),
        "parts_url": f"{url_for('staff.pick_parts')}?{urlencode(held)}",
    }
