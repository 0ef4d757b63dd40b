"""The evening shelf count: every label on the shelves is scanned, shelf by shelf; what does not fit is said with what to do."""

from collections.abc import Sequence
from itertools import groupby

import msgspec
from flask import Blueprint, render_template, url_for

from edge.app.board import read_line
from edge.app.count_shelf import SCANS_MAX, CountedParcel, LastCount, ShelfCountDue, read_last_count
from edge.app.roll_labels import read_parcels
from edge.app.show_pass import ScanReason
from edge.app.store_config import store_config
from edge.domain.pickup import ParcelSeen
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.words import WORDS
from kiosk_ui.staff.work import Act, Step, WorkAsked, add_work, as_held, no

Key = tuple[str, int]


class CountHeld(msgspec.Struct, frozen=True, kw_only=True):
    """What the count carries: every label that was scanned, in the order it was."""

    scans: list[str] = []


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel the book expects on a shelf."""

    code: str
    number: int
    here: bool


class ShelfRow(msgspec.Struct, frozen=True, kw_only=True):
    """One shelf with all that should lie there."""

    shelf: str
    chips: tuple[Chip, ...]

    @property
    def whole(self) -> bool:
        """True once every one of them was scanned."""
        return all(chip.here for chip in self.chips)


class CountView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a count is: `others` are labels that no shelf expects."""

    rows: tuple[ShelfRow, ...]
    here: int
    expected: int
    others: int
    due: ShelfCountDue | None


def add_count(pages: Blueprint, desk: Desk) -> None:
    """The routes of the shelf count."""

    def count() -> str:
        return page("count.html", "work.mjs", view=_view(desk, []), held=as_held(CountHeld()), **_bar(desk))

    def counted() -> str:
        return page("counted.html", "work.mjs", held=as_held(CountHeld()), **_bar(desk), **_last(desk))

    def counted_parts() -> str:
        return render_template("staff/counted_parts.html", **_bar(desk), **_last(desk))

    pages.add_url_rule("/shelf-count", view_func=count, endpoint="count")
    pages.add_url_rule("/shelf-count/last", view_func=counted, endpoint="counted")
    pages.add_url_rule("/shelf-count/last/parts", view_func=counted_parts, endpoint="counted_parts")
    add_work(
        pages, desk, "/shelf-count/step", "count_step", CountHeld, lambda held, asked: count_step(desk, held, asked)
    )


def count_step(desk: Desk, held: CountHeld, question: WorkAsked) -> Step:
    """A scan is counted; a press ends the count, begins it anew, or puts the goods of a closed order back."""
    if question.scan is not None:
        return _scanned(desk, held, question.scan)
    press, _, subject = (question.press or "").partition(":")
    match press:
        case "finish":
            body: dict[str, object] = {"event_id": desk.hub.new_id(), "scans": held.scans}
            return Step(acts=(Act(path="/v1/shelf-counts", body=body),), go=url_for("staff.counted"))
        case "again":
            return Step(held=as_held(CountHeld()), html=_html(desk, []), said=WORDS.text("count.begun_again"))
        case "restock":
            order_id, _, number = subject.partition(":")
            return _restock(desk, order_id, int(number) if number.isdigit() else 0)
        case _:
            return Step()


def _scanned(desk: Desk, held: CountHeld, scan: str) -> Step:
    """Only labels are counted: a product that was held before the scanner by mistake says so at once."""
    seen = read_parcels(desk.hub, [scan])[0]
    if seen is None:
        return no(desk, ScanReason.unreadable_label)
    if (seen.order_id, seen.number) in _keys(read_parcels(desk.hub, held.scans)):
        return Step(said=WORDS.text("count.again"))
    scans = [*held.scans, scan][:SCANS_MAX]
    found = {_key(each): each for each in read_last_count(desk.hub).expected}.get((seen.order_id, seen.number))
    words = (
        WORDS.text("count.seen", code=found.display_code, number=found.parcel, shelf=found.shelf)
        if found
        else WORDS.text("count.other")
    )
    html = _html(desk, scans, words, known=found is not None)
    return Step(held=as_held(CountHeld(scans=scans)), html=html, said=words)


def _restock(desk: Desk, order_id: str, number: int) -> Step:
    body: dict[str, object] = {"event_id": desk.hub.new_id(), "parcels": [number], "restocked": True}
    path = f"/v1/pickups/{order_id}/unpack"
    return Step(acts=(Act(path=path, body=body),), said=WORDS.text("count.restocked"))


def _html(desk: Desk, scans: Sequence[str], words: str = "", *, known: bool = True) -> str:
    return render_template("staff/count_panel.html", view=_view(desk, scans), words=words, known=known)


def _view(desk: Desk, scans: Sequence[str]) -> CountView:
    last = read_last_count(desk.hub)
    here = _keys(read_parcels(desk.hub, scans))
    expected = {_key(each) for each in last.expected}
    rows = tuple(
        ShelfRow(
            shelf=shelf,
            chips=tuple(Chip(code=each.display_code, number=each.parcel, here=_key(each) in here) for each in parcels),
        )
        for shelf, parcels in groupby(last.expected, key=lambda each: each.shelf)
    )
    return CountView(
        rows=rows, here=len(here & expected), expected=len(expected), others=len(here - expected), due=last.due
    )


def _last(desk: Desk) -> dict[str, object]:
    """The newest count; of the parcels to unpack only those that still lie there."""
    last: LastCount = read_last_count(desk.hub)
    lying = {_key(each) for each in last.expected}
    to_unpack = [each for each in last.last.to_unpack if _key(each) in lying] if last.last else []
    return {"last": last.last, "to_unpack": to_unpack, "parts_url": url_for("staff.counted_parts")}


def _keys(seen: Sequence[ParcelSeen | None]) -> set[Key]:
    return {(each.order_id, each.number) for each in seen if each is not None}


def _key(parcel: CountedParcel) -> Key:
    return (parcel.order_id, parcel.parcel)


def _bar(desk: Desk) -> dict[str, object]:
    store = store_config(desk.hub)
    return {
        "line": read_line(desk.hub),
        "now_ms": desk.hub.clock.now_ms(),
        "store_name": store.name if store else {},
    }
