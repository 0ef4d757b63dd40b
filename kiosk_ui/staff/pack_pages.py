"""From picked to ready: which units go into a parcel, onto which shelf, under a printed label or one from the roll."""

import msgspec
from flask import Blueprint

from edge.app.board import Board, read_board
from edge.app.order_detail import LineDetail, OrderDetail
from edge.app.roll_labels import serial_of
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.order_pages import order_of
from kiosk_ui.staff.words import WORDS
from kiosk_ui.staff.work import Act, Step, WorkAsked, add_work, as_held

SHELVES_OFFERED = 12
"""As many plates as fit beside the field without scrolling; any other shelf is typed or scanned."""
SHELF_LONGEST = 12


class ToPack(msgspec.Struct, frozen=True, kw_only=True):
    """Picked units of one line that lie in no parcel yet."""

    line: int
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    units: int


class StageHeld(msgspec.Struct, frozen=True, kw_only=True):
    """What the packing page carries: which order, and the roll label that was scanned for it."""

    order_id: str
    roll: str | None = None


def add_pack(pages: Blueprint, desk: Desk) -> None:
    """The routes of packing."""

    def stage(order_id: str) -> str:
        detail, board = order_of(desk, order_id), read_board(desk.hub)
        loose, shelves = to_pack(detail), shelves_in_use(board)
        held = as_held(StageHeld(order_id=order_id))
        return page("stage.html", "work.mjs", detail=detail, board=board, to_pack=loose, shelves=shelves, held=held)

    pages.add_url_rule("/orders/<order_id>/stage", view_func=stage, endpoint="stage")
    add_work(pages, desk, "/stage/step", "stage_step", StageHeld, lambda held, asked: stage_step(desk, held, asked))


def to_pack(detail: OrderDetail) -> list[ToPack]:
    """Every line with picked units outside of parcels."""
    return [_loose(line) for line in detail.lines if line.picked_qty > line.in_parcels]


def shelves_in_use(board: Board) -> list[str]:
    """Shelves in use right now, so that a code need not be typed twice a day."""
    cards = (*board.arrived, *board.ready, *board.preparing)
    return sorted({shelf for card in cards for shelf in card.shelves})[:SHELVES_OFFERED]


def as_shelf(text: str) -> str:
    """A shelf as it is written down, whoever typed or scanned it."""
    return text.strip().upper()[:SHELF_LONGEST]


def stage_step(desk: Desk, held: StageHeld, question: WorkAsked) -> Step:
    """A scan is a label from the roll or a shelf, the form packs."""
    press, _, subject = (question.press or "").partition(":")
    if question.scan is not None:
        serial = serial_of(question.scan)
        if serial is None:
            return Step(fields={"shelf": as_shelf(question.scan)})
        roll = StageHeld(order_id=held.order_id, roll=question.scan)
        return Step(held=as_held(roll), fields={"roll": str(serial)}, said=WORDS.text("stage.rolled"))
    match press:
        case "shelf":
            return Step(fields={"shelf": subject})
        case "stage":
            return _stage(desk, held, question)
        case _:
            return Step()


def _stage(desk: Desk, held: StageHeld, question: WorkAsked) -> Step:
    units = None
    if "split" in question.fields:
        loose = to_pack(order_of(desk, held.order_id))
        chosen = ((each.line, question.units(f"n-{each.line}", each.units)) for each in loose)
        units = [{"line": line, "qty": qty} for line, qty in chosen if qty]
    body: dict[str, object] = {
        "event_id": desk.hub.new_id(),
        "shelf": as_shelf(question.fields.get("shelf", "")),
        "units": units,
        "roll_label": held.roll,
    }
    path = f"/v1/pickups/{held.order_id}/parcels"
    return Step(acts=(Act(path=path, body=body),), go=f"/staff/orders/{held.order_id}/parcels/{{parcel}}")


def _loose(line: LineDetail) -> ToPack:
    units = line.picked_qty - line.in_parcels
    return ToPack(line=line.line, name=line.name, option=line.option, mark=line.mark, units=units)
