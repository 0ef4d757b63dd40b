"""From picked to ready: the order's own page, its parcel onto a shelf, the parcel's label on glass and on paper."""

import msgspec
from flask import Blueprint, Response, abort
from markupsafe import Markup

from devices.ports import BadLabel, ParcelLabel
from edge.app.board import Board, read_board
from edge.app.order_detail import LineDetail, OrderDetail, ParcelDetail, read_order
from edge.domain.pickup import DeclineReason
from kiosk_ui.staff.answers import Problem, asked, refused_act
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.words import WORDS, choices
from kiosk_ui.wording import in_locale

SHELVES_OFFERED = 12
"""As many plates as fit beside the field without scrolling; any other shelf is typed or scanned."""


class ToPack(msgspec.Struct, frozen=True, kw_only=True):
    """Picked units of one line that lie in no parcel yet."""

    line: int
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    units: int


def add_pack(pages: Blueprint, desk: Desk) -> None:
    """The routes of one order: its page, packing, its labels."""

    def order(order_id: str) -> str:
        reasons = choices("decline", DeclineReason)
        detail = _order(desk, order_id)
        return page("order.html", "order.mjs", detail=detail, board=read_board(desk.hub), decline_reasons=reasons)

    def stage(order_id: str) -> str:
        detail, board = _order(desk, order_id), read_board(desk.hub)
        loose, shelves = to_pack(detail), shelves_in_use(board)
        return page("stage.html", "pack.mjs", detail=detail, board=board, to_pack=loose, shelves=shelves)

    def label(order_id: str, number: int) -> str:
        detail = _order(desk, order_id)
        parcel = _parcel(detail, number)
        qr = Markup(desk.qr(parcel.label, label=WORDS.text("label.qr", code=detail.card.display_code)))  # noqa: S704 - drawn by our own driver
        left = sum(line.units for line in to_pack(detail))
        board = read_board(desk.hub)
        return page("label.html", "pack.mjs", detail=detail, board=board, parcel=parcel, qr=qr, left_to_pack=left)

    def label_pdf(order_id: str, number: int) -> Response:
        return _label_pdf(desk, _order(desk, order_id), number)

    def refusal(order_id: str) -> Response:  # noqa: ARG001 - the address names the order, the words need only the reason
        return refused_act(desk, asked(Problem))

    pages.add_url_rule("/orders/<order_id>", view_func=order, endpoint="order")
    pages.add_url_rule("/orders/<order_id>/stage", view_func=stage, endpoint="stage")
    pages.add_url_rule("/orders/<order_id>/refusal", view_func=refusal, endpoint="order_refusal", methods=["POST"])
    pages.add_url_rule("/orders/<order_id>/parcels/<int:number>", view_func=label, endpoint="label")
    pages.add_url_rule("/orders/<order_id>/parcels/<int:number>/label.pdf", view_func=label_pdf, endpoint="label_pdf")


def to_pack(detail: OrderDetail) -> list[ToPack]:
    """Every line with picked units outside of parcels."""
    return [_loose(line) for line in detail.lines if line.picked_qty > line.in_parcels]


def _loose(line: LineDetail) -> ToPack:
    units = line.picked_qty - line.in_parcels
    return ToPack(line=line.line, name=line.name, option=line.option, mark=line.mark, units=units)


def _order(desk: Desk, order_id: str) -> OrderDetail:
    detail = read_order(desk.hub, order_id)
    if detail is None:
        abort(404)
    return detail


def _parcel(detail: OrderDetail, number: int) -> ParcelDetail:
    parcel = next((parcel for parcel in detail.parcels if parcel.number == number), None)
    if parcel is None:
        abort(404)
    return parcel


def shelves_in_use(board: Board) -> list[str]:
    """Shelves in use right now, so that a code need not be typed twice a day."""
    cards = (*board.arrived, *board.ready, *board.preparing)
    return sorted({shelf for card in cards for shelf in card.shelves})[:SHELVES_OFFERED]


def _label_pdf(desk: Desk, detail: OrderDetail, number: int) -> Response:
    parcel = _parcel(detail, number)
    all_packed = detail.card.state == "ready" or not to_pack(detail)
    label = ParcelLabel(
        text=parcel.label,
        display_code=detail.card.display_code,
        shelf=parcel.shelf,
        number=parcel.number,
        count=len(detail.parcels) if all_packed else None,
        store=in_locale(read_board(desk.hub).store_name),
    )
    try:
        pdf = desk.labels.pdf(label)
    except BadLabel:  # a shelf code with a character no label font has; the screen still shows the QR
        abort(422)
    reply = Response(pdf, content_type="application/pdf")
    reply.headers["Content-Disposition"] = f'inline; filename="{label.display_code}-{label.number}.pdf"'
    return reply
