"""The staff screen: board, pick list, packing, hand-over, returns. Served by the hub at /staff."""

from pathlib import Path

from flask import Blueprint

from devices.ports import LabelPrinter, QrImage
from edge.app.hub import Hub
from kiosk_ui.own_files import serve_own_files
from kiosk_ui.staff.back_pages import add_take_back
from kiosk_ui.staff.board_pages import add_board
from kiosk_ui.staff.count_pages import add_count
from kiosk_ui.staff.frame import Desk, install
from kiosk_ui.staff.hand_pages import add_hand
from kiosk_ui.staff.order_pages import add_order
from kiosk_ui.staff.pack_pages import add_pack
from kiosk_ui.staff.parcel_pages import add_parcel
from kiosk_ui.staff.pick_pages import add_pick
from kiosk_ui.staff.shift_pages import add_shift
from kiosk_ui.staff.sign_in_page import add_sign_in


def blueprint(hub: Hub, qr: QrImage, label_printer: LabelPrinter) -> Blueprint:
    """Every page below /staff. What is *done* goes to the hub's /v1 API; these pages only show and judge scans."""
    pages = Blueprint("staff", __name__, url_prefix="/staff", template_folder="templates")
    desk = Desk(hub=hub, qr=qr, labels=label_printer)
    install(pages, desk)
    serve_own_files(pages, Path(__file__).parent / "static")
    for add in (
        add_sign_in,
        add_board,
        add_hand,
        add_pick,
        add_order,
        add_pack,
        add_parcel,
        add_count,
        add_take_back,
        add_shift,
    ):
        add(pages, desk)
    return pages
