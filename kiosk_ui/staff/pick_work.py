"""At the shelf: what a scan, a press or a missing product means for the orders of a pick list."""

import msgspec
from flask import render_template

from edge.app.pick_list import PickFor, PickList, PickStop, Waiting, read_pick_list, read_products
from edge.domain.errors import BadGtin
from edge.domain.pickup import Choice, IfShort, ShortReason
from edge.domain.product import gtin14
from kiosk_ui.staff.frame import Desk
from kiosk_ui.staff.refusals import Side, refusal_view
from kiosk_ui.staff.words import WORDS, choices
from kiosk_ui.staff.work import Act, Step, WorkAsked, as_held, no, no_seen
from kiosk_ui.wording import in_locale


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """An act that may still be taken back."""

    order_id: str
    event_id: str


class PickHeld(msgspec.Struct, frozen=True, kw_only=True):
    """What the pick list carries: its orders, the product a substitute is looked for, what can be taken back."""

    orders: list[str]
    instead_of: str | None = None
    done: list[Done] = []


class ForLine(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one line of one order."""

    order_id: str
    line: int
    qty: int


def pick_step(desk: Desk, held: PickHeld, question: WorkAsked) -> Step:
    """What the page does next."""
    todo = read_pick_list(desk.hub, held.orders)
    if question.scan is not None:
        return _scanned(desk, held, todo, question.scan)
    press, _, subject = (question.press or "").partition(":")
    stop = todo.stops[0] if todo.stops else None
    waiting = next((each for each in todo.waiting if each.question_id == subject), None)
    match press:
        case "undo":
            return _back(desk, held)
        case "answer" if waiting is not None:
            return Step(html=_panel("answer_panel.html", waiting=waiting), undo=bool(held.done))
        case "answered" if waiting is not None:
            return _answered(desk, held, waiting, question)
        case "pick" if stop is not None:
            return _pick(desk, held, stop, None)
        case "short" if stop is not None:
            html = _panel("short_panel.html", stop=stop, reasons=choices("short", ShortReason))
            return Step(html=html, undo=bool(held.done))
        case "instead" if stop is not None:
            looking = PickHeld(orders=held.orders, instead_of=stop.gtin, done=held.done)
            return Step(held=as_held(looking), html=_instead(desk, stop), undo=bool(held.done))
        case "missing" if stop is not None:
            return _missing(desk, held, stop, question)
        case _:
            kept = PickHeld(orders=held.orders, done=held.done)
            return Step(held=as_held(kept), html="", undo=bool(held.done))


def from_the_back(wanted_by: tuple[PickFor, ...], missing: int) -> list[ForLine]:
    """Who goes without when `missing` units are not there: the latest promise first, so that the next shopper is served."""
    found = []
    for want in reversed(wanted_by):
        qty = min(want.qty, missing)
        if qty > 0:
            found.append(ForLine(order_id=want.order_id, line=want.line, qty=qty))
            missing -= qty
    return found


def _instead(desk: Desk, stop: PickStop) -> str:
    return _panel("instead_panel.html", stop=stop, agreed=_agreed(stop), currency=desk.currency)


def _agreed(stop: PickStop) -> tuple[PickFor, ...]:
    """Those who said when they ordered that another product may come without asking."""
    return tuple(want for want in stop.wanted_by if want.if_short is IfShort.substitute)


def _scanned(desk: Desk, held: PickHeld, todo: PickList, scan: str) -> Step:
    try:
        gtin = gtin14(scan.strip())
    except BadGtin:
        return no(desk, "unknown_code")
    lacking = next((each for each in todo.stops if each.gtin == held.instead_of), None)
    if lacking is not None and any(each.product.gtin == gtin for each in lacking.substitutes):
        return _swap(desk, held, from_the_back(_agreed(lacking) or lacking.wanted_by, lacking.qty), gtin)
    stop = next((each for each in todo.stops if each.gtin == gtin), None)
    if stop is not None:
        return _pick(desk, held, stop, gtin)
    return _not_wanted(desk, todo, gtin)


def _pick(desk: Desk, held: PickHeld, stop: PickStop, gtin: str | None) -> Step:
    """Every unit the orders of the list still want of it; `gtin` None: pressed, because there is nothing to scan.

    What a shopper chose instead goes into her order as a substitute.
    """
    if stop.instead_of is not None:
        lines = [ForLine(order_id=each.order_id, line=each.line, qty=each.qty) for each in stop.wanted_by]
        return _swap(desk, held, lines, stop.gtin)
    done, acts = [], []
    for order_id in dict.fromkeys(want.order_id for want in stop.wanted_by):
        picks = [
            {"event_id": desk.hub.new_id(), "line": want.line, "qty": want.qty, "gtin": gtin}
            for want in stop.wanted_by
            if want.order_id == order_id
        ]
        acts.append(Act(path=f"/v1/pickups/{order_id}/picks", body={"picks": picks}))
        done += [Done(order_id=order_id, event_id=str(pick["event_id"])) for pick in picks]
    return _acted(held, acts, done, WORDS.text("pick.picked", product=_named(desk, stop.gtin)))


def _swap(desk: Desk, held: PickHeld, lines: list[ForLine], gtin: str) -> Step:
    return _each(
        desk,
        held,
        lines,
        "substitutions",
        {"gtin_scanned": gtin},
        WORDS.text("pick.swapped", product=_named(desk, gtin)),
    )


def _missing(desk: Desk, held: PickHeld, stop: PickStop, question: WorkAsked) -> Step:
    """What the picker said about units that are not there: ask her, or write them down."""
    ask = question.fields.get("then") == "ask"
    lines = from_the_back(stop.wanted_by, question.units("qty", stop.qty))
    reason = {"reason": question.fields.get("reason", ShortReason.not_found)}
    words = WORDS.text("pick.asked" if ask else "pick.recorded", product=_named(desk, stop.gtin))
    return _each(desk, held, lines, "questions" if ask else "shorts", reason, words)


def _answered(desk: Desk, held: PickHeld, waiting: Waiting, question: WorkAsked) -> Step:
    """The picker heard it from her: the one answer to the question."""
    choice, _, gtin = question.fields.get("choice", Choice.refund).partition(":")
    path = f"/v1/pickups/{waiting.order_id}/questions/{waiting.question_id}/answer"
    body = {"event_id": desk.hub.new_id(), "choice": choice, "gtin": gtin or None}
    return _acted(held, [Act(path=path, body=body)], [], WORDS.text("pick.answered", code=waiting.display_code))


def _each(desk: Desk, held: PickHeld, lines: list[ForLine], path: str, body: dict[str, str], words: str) -> Step:
    """One request per line."""
    acts, done = [], []
    for each in lines:
        event_id = desk.hub.new_id()
        asked = {"event_id": event_id, "line": each.line, "qty": each.qty, **body}
        acts.append(Act(path=f"/v1/pickups/{each.order_id}/{path}", body=asked))
        done.append(Done(order_id=each.order_id, event_id=event_id))
    return _acted(held, acts, done, words)


def _acted(held: PickHeld, acts: list[Act], done: list[Done], words: str) -> Step:
    kept = PickHeld(orders=held.orders, done=done)
    return Step(acts=tuple(acts), held=as_held(kept), html="", said=words, undo=bool(done))


def _back(desk: Desk, held: PickHeld) -> Step:
    """The last press, step by step, the newest first."""
    acts = tuple(
        Act(path=f"/v1/pickups/{each.order_id}/undo", body={"event_id": desk.hub.new_id(), "undone": each.event_id})
        for each in reversed(held.done)
    )
    return Step(acts=acts, held=as_held(PickHeld(orders=held.orders)), html="", said=WORDS.text("pick.undone"))


def _named(desk: Desk, gtin: str) -> str:
    known = read_products(desk.hub, [gtin]).get(gtin)
    return in_locale(known.name) if known else gtin


def _panel(name: str, **values: object) -> str:
    return render_template(f"staff/{name}", **values)


def _not_wanted(desk: Desk, todo: PickList, gtin: str) -> Step:
    """The wrong product against the one at this stop; an unknown code is shown by its digits."""
    now = todo.stops[0] if todo.stops else None
    known = read_products(desk.hub, [gtin]).get(gtin)
    got = Side(
        title=WORDS.text("refuse.got_product"),
        big=in_locale(known.name) if known else WORDS.text("refuse.unknown_product"),
        note=gtin,
    )
    want = None
    if now is not None:
        place = "" if now.aisle is None else f"{now.aisle}{now.bay or ''} · "
        want = Side(title=WORDS.text("refuse.want_product"), big=in_locale(now.name), note=f"{place}{now.gtin}")
    reason = "wrong_product" if now else "not_on_list"
    return no_seen(refusal_view(reason, {}, desk.zone, got=got if want else None, want=want, is_code=False))
