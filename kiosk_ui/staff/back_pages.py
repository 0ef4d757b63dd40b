"""Take back: what a scan at the desk brings into the return, and what the clerk is told about it."""

import msgspec
from flask import Blueprint, Response, render_template

from edge.app.board import read_board
from edge.app.pick_list import read_products
from edge.app.read_scan import ScanAsked, ScanKind, ScanRead, read_scan
from edge.app.returnable import ReturnableLine, read_returnable, returnable_by_code
from edge.app.show_pass import ScanReason
from edge.domain.errors import Refusal
from edge.domain.facts_pickup import Condition
from edge.domain.money import DIGITS
from edge.domain.product import Product
from kiosk_ui.staff.answers import Problem, answer, asked, refused, refused_act
from kiosk_ui.staff.frame import Desk, money, page, staff
from kiosk_ui.staff.refusals import refusal_view
from kiosk_ui.staff.words import WORDS, choices

ONE_VISIT_MOST = 999
"""Units of one product without an order: more than a person carries, few enough that a slip of the finger is seen."""


class Done(msgspec.Struct, kw_only=True):
    """How many units the hub said it recorded."""

    units: int


class BackLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the form; `order_id` and `line` are None for a return without order."""

    key: str
    order_id: str | None = None
    line: int | None = None
    code: str | None = None
    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    left: int
    qty: int
    price_minor: int
    amount: str

    @property
    def asked(self) -> str:
        """What the return says of this row besides how much: JSON, as the API takes it."""
        return msgspec.json.encode({"order_id": self.order_id, "line": self.line, "gtin": self.gtin}).decode()


def add_take_back(pages: Blueprint, desk: Desk) -> None:
    """The routes of the return."""

    def take_back() -> str:
        digits = DIGITS[desk.currency]
        pattern = money(0, desk.currency).replace("0.00", "0")
        conditions = choices("condition", Condition)
        board = read_board(desk.hub)
        return page(
            "take_back.html", "take-back.mjs", board=board, conditions=conditions, digits=digits, money_pattern=pattern
        )

    def scan() -> Response:
        return _scanned(desk, asked(ScanAsked))

    def done() -> Response:
        return answer(said=WORDS.count("back.done", asked(Done).units))

    def refusal() -> Response:
        return refused_act(desk, asked(Problem))

    pages.add_url_rule("/take-back", view_func=take_back, endpoint="take_back")
    pages.add_url_rule("/take-back/scan", view_func=scan, endpoint="take_back_scan", methods=["POST"])
    pages.add_url_rule("/take-back/done", view_func=done, endpoint="take_back_done", methods=["POST"])
    pages.add_url_rule("/take-back/refusal", view_func=refusal, endpoint="take_back_refusal", methods=["POST"])


def _scanned(desk: Desk, question: ScanAsked) -> Response:
    """A pass, a parcel or a code brings its order's lines; a product comes without an order; anything else is refused."""
    seen = read_scan(desk.hub, question, staff().actor)
    found = _found(desk, seen, question.scan)
    if found:
        said = WORDS.count("back.found", len(found))
        return answer(html=_html([_of_order(line, desk.currency) for line in found]), said=said)
    if seen.order is not None:
        return answer(html="", said=WORDS.text("back.nothing_left"))
    product = read_products(desk.hub, [seen.gtin]).get(seen.gtin) if seen.gtin else None
    if product is not None:
        return answer(html=_html([_without_order(product)]), said=WORDS.text("back.added"))
    no = seen.refusal or Refusal(ScanReason.unknown_code)
    return answer(refusal=refused(refusal_view(no.reason, no.found, desk.zone)))


def _found(desk: Desk, seen: ScanRead, scan: str) -> tuple[ReturnableLine, ...]:
    if seen.kind in (ScanKind.code, ScanKind.unknown):
        return returnable_by_code(desk.hub, scan)
    return read_returnable(desk.hub, seen.order.card.order_id) if seen.order else ()


def _html(lines: list[BackLine]) -> str:
    return render_template("staff/back_lines.html", lines=lines)


def _of_order(line: ReturnableLine, currency: str) -> BackLine:
    """Nothing of it comes back until the clerk scans the product or sets the quantity."""
    return BackLine(
        key=f"{line.order_id}-{line.line}",
        order_id=line.order_id,
        line=line.line,
        code=line.display_code,
        gtin=line.gtin,
        name=line.name,
        option=line.option,
        mark=line.mark,
        left=line.left,
        qty=0,
        price_minor=line.price_minor,
        amount=_figure(0, currency),
    )


def _without_order(product: Product) -> BackLine:
    """The product is in the clerk's hand: one unit, at today's price."""
    return BackLine(
        key=product.gtin,
        gtin=product.gtin,
        name=product.name,
        option=product.option,
        mark=product.mark,
        left=ONE_VISIT_MOST,
        qty=1,
        price_minor=product.price_minor,
        amount=_figure(product.price_minor, product.currency),
    )


def _figure(amount_minor: int, currency: str) -> str:
    """The amount as a clerk types it: digits and a point."""
    digits = DIGITS[currency]
    return f"{amount_minor / 10**digits:.{digits}f}"
