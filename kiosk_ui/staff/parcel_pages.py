"""One parcel: its label on the glass and on paper, moving it to another shelf, unpacking it."""

import msgspec
from flask import Blueprint, Response, abort, render_template, url_for
from markupsafe import Markup

from devices.ports import BadLabel, ParcelLabel, Printed
from edge.app.asked import EventId
from edge.app.board import read_line
from edge.app.order_detail import OrderDetail, ParcelDetail, read_order
from edge.app.roll_labels import read_parcels
from edge.app.store_config import store_config
from kiosk_ui.staff.answers import answer, asked
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.order_pages import order_of
from kiosk_ui.staff.pack_pages import as_shelf, to_pack
from kiosk_ui.staff.print_jobs import PrintJobs
from kiosk_ui.staff.words import WORDS
from kiosk_ui.staff.work import Act, Step, WorkAsked, add_work, as_held, no
from kiosk_ui.wording import in_locale


class ParcelHeld(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a parcel carries: which one it is."""

    order_id: str
    number: int


class PrintAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Print this parcel's label: one press, however often it is asked about."""

    event_id: EventId
    order_id: str
    number: int


def add_parcel(pages: Blueprint, desk: Desk) -> None:
    """The routes of one parcel."""
    jobs = PrintJobs(desk.labels)

    def parcel(order_id: str, number: int) -> str:
        return page("parcel.html", "work.mjs", **_shown(desk, order_id, number))

    def parcel_parts(order_id: str, number: int) -> str:
        return render_template("staff/parcel_parts.html", **_shown(desk, order_id, number))

    def label_pdf(order_id: str, number: int) -> Response:
        return _label_pdf(desk, order_id, number)

    def label_print() -> Response:
        return _print(desk, jobs, asked(PrintAsked))

    at = "/orders/<order_id>/parcels/<int:number>"
    pages.add_url_rule(at, view_func=parcel, endpoint="label")
    pages.add_url_rule(f"{at}/parts", view_func=parcel_parts, endpoint="parcel_parts")
    pages.add_url_rule(f"{at}/label.pdf", view_func=label_pdf, endpoint="label_pdf")
    pages.add_url_rule("/print", view_func=label_print, endpoint="print", methods=["POST"])
    add_work(pages, desk, "/parcel/step", "parcel_step", ParcelHeld, lambda held, asked: parcel_step(desk, held, asked))


def parcel_step(desk: Desk, held: ParcelHeld, question: WorkAsked) -> Step:
    """A parcel's label opens that parcel, any other scan is the shelf it is put on."""
    if question.scan is not None:
        seen = read_parcels(desk.hub, [question.scan])[0]
        if seen is None:
            return _move(desk, held, question.scan)
        if read_order(desk.hub, seen.order_id) is None:
            return no(desk, "unknown_parcel")
        return Step(go=url_for("staff.label", order_id=seen.order_id, number=seen.number))
    body: dict[str, object] = {"event_id": desk.hub.new_id()}
    match question.press:
        case "print":
            press = {**body, "order_id": held.order_id, "number": held.number}
            return Step(acts=(Act(path=url_for("staff.print"), body=press),), said=WORDS.text("label.printed"))
        case "move":
            return _move(desk, held, question.fields.get("shelf", ""))
        case "unpack":
            return Step(html=render_template("staff/unpack_panel.html", number=held.number))
        case "unpacked":
            path = f"/v1/pickups/{held.order_id}/unpack"
            acts = (Act(path=path, body={**body, "parcels": [held.number]}),)
            return Step(acts=acts, html="", said=WORDS.text("parcel.done_unpack"))
        case _:
            return Step(html="")


def _move(desk: Desk, held: ParcelHeld, shelf: str) -> Step:
    path = f"/v1/pickups/{held.order_id}/parcels/{held.number}/shelf"
    body: dict[str, object] = {"event_id": desk.hub.new_id(), "shelf": as_shelf(shelf)}
    said = WORDS.text("parcel.done_move", shelf=as_shelf(shelf))
    return Step(acts=(Act(path=path, body=body),), said=said, fields={"shelf": ""})


def _shown(desk: Desk, order_id: str, number: int) -> dict[str, object]:
    detail, store = order_of(desk, order_id), store_config(desk.hub)
    parcel = _parcel(detail, number)
    label = _label(desk, detail, parcel)
    try:
        drawn, printable = desk.labels.svg(label), True
    except BadLabel:  # a shelf code with a sign no label font has: the code alone, drawn for the glass
        drawn, printable = desk.qr(parcel.label, label=WORDS.text("label.qr", code=detail.card.display_code)), False
    return {
        "detail": detail,
        "parcel": parcel,
        "drawn": Markup(drawn),  # noqa: S704 - drawn by our own drivers, every text escaped
        "printable": printable,
        "left_to_pack": sum(line.units for line in to_pack(detail)),
        "line": read_line(desk.hub),
        "now_ms": desk.hub.clock.now_ms(),
        "store_name": store.name if store else {},
        "held": as_held(ParcelHeld(order_id=order_id, number=number)),
        "parts_url": url_for("staff.parcel_parts", order_id=order_id, number=number),
    }


def _parcel(detail: OrderDetail, number: int) -> ParcelDetail:
    parcel = next((parcel for parcel in detail.parcels if parcel.number == number), None)
    if parcel is None:
        abort(404)
    return parcel


def _label(desk: Desk, detail: OrderDetail, parcel: ParcelDetail) -> ParcelLabel:
    """While more may follow it does not say of how many it is one."""
    store = store_config(desk.hub)
    all_packed = detail.card.state == "ready" or not to_pack(detail)
    return ParcelLabel(
        text=parcel.label,
        display_code=detail.card.display_code,
        shelf=parcel.shelf,
        number=parcel.number,
        count=len(detail.parcels) if all_packed else None,
        store=in_locale(store.name if store else {}),
    )


def _label_pdf(desk: Desk, order_id: str, number: int) -> Response:
    detail = order_of(desk, order_id)
    label = _label(desk, detail, _parcel(detail, number))
    try:
        pdf = desk.labels.pdf(label)
    except BadLabel:  # a shelf code with a character no label font has; the screen still shows the QR
        abort(422)
    reply = Response(pdf, content_type="application/pdf")
    reply.headers["Content-Disposition"] = f'inline; filename="{label.display_code}-{label.number}.pdf"'
    return reply


def _print(desk: Desk, jobs: PrintJobs, press: PrintAsked) -> Response:
    """503 while the printer is still at it: the screen asks again with the same id, and nothing is printed twice."""
    detail = order_of(desk, press.order_id)
    label = _label(desk, detail, _parcel(detail, press.number))
    try:
        done = jobs.print(press.event_id, label)
    except BadLabel:
        abort(422)
    if done is None:
        return Response(status=503)
    if isinstance(done, Printed):
        return answer(confirmed=done.confirmed)
    reply = answer(reason=f"printer_{done.value}")
    reply.status_code = 409
    return reply
