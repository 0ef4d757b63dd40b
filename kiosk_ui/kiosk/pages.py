"""The screens a shopper reads: each is one question, painted by the server from what the hub says now."""

from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from edge.domain.errors import Refusal
from edge.gateway.hub import CartView, HubAway, HubVisit, LineState, Wish, WishState
from kiosk_ui.kiosk.answers import GONE, lose
from kiosk_ui.kiosk.away import away, put_aside
from kiosk_ui.kiosk.frame import WORDS, because, floor_plan, screen
from kiosk_ui.kiosk.machine import DONE, PROMPT, Kiosk
from kiosk_ui.kiosk.room import list_height_mm, place_height_mm
from kiosk_ui.kiosk.visits import Visit
from kiosk_ui.kiosk.walk import Walk, WishShown, asked_of, lay_out
from kiosk_ui.kiosk.web import refused, said_yes, wants_json
from kiosk_ui.wording import in_locale

ATTRACT_POLL_MS = 5_000
CART_POLL_MS = 5_000
"""Also how a change made on the phone reaches the screen."""
ASKED_POLL_MS = 1_000

STANDS_STILL_MS = 180_000
"""So long the idle clock waits for an unanswered press; then even a broken hub must free the screen."""


def routes(kiosk: Kiosk) -> Blueprint:
    """The readable screens of one kiosk."""
    pages = Blueprint("pages", __name__)
    add = pages.add_url_rule
    add("/", "attract", lambda: attract(kiosk))
    add("/cart", "cart", lambda: cart(kiosk))
    add("/order", "order", lambda: order(kiosk))
    add("/order/result", "order_result", lambda: order_result(kiosk))
    add("/check-in", "check_in", lambda: check_in(kiosk))
    add("/check-in/done", "checked_in", lambda: checked_in(kiosk))
    add("/called", "called", lambda: called(kiosk))
    add("/notice", "notice", lambda: notice(kiosk))
    add("/trying", "trying", lambda: trying(kiosk))
    add("/wishes/<wish_id>", "wish", lambda wish_id: wish_state(kiosk, wish_id))
    return pages


def to_start() -> AnyResponse:
    """Back to the start, which knows where a visit is."""
    return redirect("/", HTTPStatus.SEE_OTHER)


def attract(kiosk: Kiosk) -> AnyResponse:
    """Nobody is here: how to begin, or that the hub is away."""
    visit: Visit | None = g.visit
    if visit is not None and visit.known is not None:
        return redirect("/cart", HTTPStatus.SEE_OTHER)
    times = PROMPT if visit is not None else None
    status = kiosk.read_status()
    if status is None:
        return away(kiosk)
    if status.superseded_since_ms is not None:
        return put_aside(kiosk, status.superseded_since_ms)
    plan = floor_plan(kiosk, with_way=True)
    return screen(kiosk, "attract.html", times=times, poll_ms=ATTRACT_POLL_MS, status=status, plan=plan)


def read_visit(kiosk: Kiosk, visit: Visit) -> HubVisit | HubAway | None:
    """The visit as the hub knows it now; None when the hub forgot it."""
    assert visit.known is not None
    got = kiosk.hub.visit(visit.known.visit_id)
    if isinstance(got, Refusal):
        lose(kiosk, visit)
        return None
    if isinstance(got, HubVisit):
        visit.known = got
        _follow_changes(kiosk, visit, got.cart)
    return got


def _follow_changes(kiosk: Kiosk, visit: Visit, cart: CartView) -> None:
    """Let go of changes whose outcome stands on their line; one whose line is gone is asked for and told above the list."""
    shown = {line.wish.wish_id: line.wish.state for line in cart.lines if line.wish is not None}
    for line, waiting in list(visit.changes.items()):
        state = shown.get(waiting.wish_id)
        if state is WishState.ASKED:
            continue
        if state is None:
            wish = kiosk.hub.wish(waiting.wish_id)
            if isinstance(wish, HubAway) or (isinstance(wish, Wish) and wish.state is WishState.ASKED):
                continue
            if isinstance(wish, Wish) and wish.state is not WishState.GRANTED:
                visit.crossed.append((waiting.name, wish.reason or ""))
        del visit.changes[line]


def cart(kiosk: Kiosk) -> AnyResponse:
    """The online cart as a walking list; a program gets the visit as the hub gave it."""
    visit: Visit | None = g.visit
    if visit is None or visit.known is None:
        return refused(Refusal(GONE)) if wants_json() else to_start()
    got = read_visit(kiosk, visit)
    if wants_json():
        return refused(got or Refusal(GONE)) if not isinstance(got, HubVisit) else said_yes(got)
    if got is None:
        return redirect("/notice", HTTPStatus.SEE_OTHER)
    if isinstance(got, HubAway):
        return away(kiosk)
    return _cart_screen(kiosk, visit, got)


def _cart_screen(kiosk: Kiosk, visit: Visit, known: HubVisit) -> Response:
    walk = lay_out(known.cart, kiosk.clock.now_ms(), visit.orders)
    elsewhere_open = "elsewhere" in request.args and bool(walk.elsewhere)
    every = (*walk.stops, *walk.elsewhere)
    place = max(0, min(request.args.get("at", 0, type=int), len(every) - 1))
    waiting = walk.unanswered or bool(visit.changes)
    return screen(
        kiosk,
        "cart_large.html" if visit.prefs.large else "cart.html",
        times=kiosk.cart_times,
        poll_ms=ASKED_POLL_MS if waiting else CART_POLL_MS,
        shopper=known.shopper,
        cart=known.cart,
        walk=walk,
        elsewhere_open=elsewhere_open,
        long=_is_long(kiosk, visit, known.cart, walk, elsewhere_open=elsewhere_open),
        stop=every[place] if every else None,
        place=place,
        count=len(every),
        asked=asked_of(known.cart),
        crossed=visit.crossed,
        said=spoken(walk, visit),
    )


def _is_long(kiosk: Kiosk, visit: Visit, cart: CartView, walk: Walk, *, elsewhere_open: bool) -> bool:
    """Whether the list needs the two buttons that turn it."""
    stops = walk.elsewhere if elsewhere_open else walk.stops
    names = [in_locale(stop.line.name) for stop in stops]
    place_mm = place_height_mm(
        kiosk.settings,
        row=bool(walk.elsewhere),
        note=cart.line_state is LineState.CUT,
        asks=bool(asked_of(cart)),
        crossed=len(visit.crossed),
        low=visit.prefs.low or visit.prefs.easy,
    )
    return list_height_mm(stops, names, headings=0 if elsewhere_open else len(walk.aisles)) > place_mm


def spoken(walk: Walk, visit: Visit) -> str:
    """The outcomes on the screen in one sentence each, for who hears instead of sees."""
    outcomes = {WishShown.GRANTED: "wish.granted", WishShown.WAITING: "wish.change.waiting"}
    said = [
        f"{in_locale(stop.line.name)}: {WORDS.text(outcomes[stop.wish], n=stop.line.qty)}"
        for stop in (*walk.stops, *walk.elsewhere)
        if stop.wish in outcomes
    ]
    said += [
        f"{in_locale(stop.line.name)}: {because('wish', stop.line.wish.reason, n=stop.line.truth_qty)}"
        for stop in (*walk.stops, *walk.elsewhere)
        if stop.wish is WishShown.REFUSED and stop.line.wish is not None
    ]
    said += [f"{in_locale(name)}: {because('wish', reason, n=0)}" for name, reason in visit.crossed]
    return " ".join(said)


def order(kiosk: Kiosk) -> AnyResponse:
    """What would be reserved, what it costs, and what happens after the press."""
    visit: Visit | None = g.visit
    if visit is None or visit.known is None:
        return to_start()
    got = read_visit(kiosk, visit)
    if got is None:
        return redirect("/notice", HTTPStatus.SEE_OTHER)
    if isinstance(got, HubAway):
        return away(kiosk)
    walk = lay_out(got.cart, kiosk.clock.now_ms(), visit.orders)
    if not walk.to_take:
        return redirect("/cart", HTTPStatus.SEE_OTHER)
    # One event_id per confirmation shown: the press twice is the same wish twice.
    visit.order_event_id = visit.order_event_id or kiosk.new_event_id()
    return screen(kiosk, "order.html", times=kiosk.cart_times, poll_ms=CART_POLL_MS, walk=walk, cart=got.cart)


def order_result(kiosk: Kiosk) -> AnyResponse:
    """What became of the pickup that was asked for."""
    visit: Visit | None = g.visit
    if visit is None or visit.order is None:
        return refused(Refusal("unknown_wish")) if wants_json() else to_start()
    cut = visit.known is not None and visit.known.cart.line_state is LineState.CUT
    if not visit.order.settled:
        cut = _follow_order(kiosk, visit, cut=cut)
    if wants_json():
        return said_yes(visit.order.wish)
    asked = visit.order
    granted = asked.wish.state is WishState.GRANTED
    return screen(
        kiosk,
        "order_result.html",
        times=DONE if granted and asked.settled else kiosk.cart_times,
        poll_ms=0 if asked.settled else ASKED_POLL_MS,
        order=asked,
        cut=cut,
        stopped_by=in_locale(asked.names.get(asked.wish.line or "")),
        said="",
    )


def _follow_order(kiosk: Kiosk, visit: Visit, *, cut: bool) -> bool:
    """Ask what became of the wish; gives whether the line is cut now."""
    assert visit.order is not None
    wish = kiosk.hub.wish(visit.order.wish.wish_id)
    if not isinstance(wish, Refusal | HubAway):
        visit.order = visit.order.with_wish(wish)
    status = kiosk.read_status()
    return cut if status is None else status.line is LineState.CUT


def wish_state(kiosk: Kiosk, wish_id: str) -> AnyResponse:
    """What became of one wish, for a program that remembers it by its event_id; only while its visit lasts."""
    visit: Visit | None = g.visit
    if visit is None or wish_id not in visit.asked:
        return refused(Refusal("unknown_wish")) if wants_json() else to_start()
    got = kiosk.hub.wish(wish_id)
    return refused(got) if isinstance(got, Refusal | HubAway) else said_yes(got)


def check_in(kiosk: Kiosk) -> AnyResponse:
    """Show the pass, or choose one of your pickups."""
    visit: Visit | None = g.visit
    known = visit.known if visit else None
    orders = known.cart.orders if known else ()
    times = kiosk.cart_times if known else PROMPT
    return screen(kiosk, "check_in.html", times=times, orders=orders, plan=floor_plan(kiosk))


def checked_in(kiosk: Kiosk) -> AnyResponse:
    """The code that will be called out."""
    visit: Visit | None = g.visit
    if visit is None or visit.arrival is None:
        return to_start()
    return screen(kiosk, "checked_in.html", times=DONE, arrival=visit.arrival, plan=floor_plan(kiosk))


def called(kiosk: Kiosk) -> AnyResponse:
    """Somebody is coming."""
    visit: Visit | None = g.visit
    if visit is None or visit.called_ms is None:
        return to_start()
    times = kiosk.cart_times if visit.known else PROMPT
    return screen(kiosk, "called.html", times=times, back_to=visit.called_from, plan=floor_plan(kiosk))


def notice(kiosk: Kiosk) -> AnyResponse:
    """What the hub said no to, what still works, what to do."""
    visit: Visit | None = g.visit
    if visit is None or visit.notice is None:
        return to_start()
    status = kiosk.read_status()
    reason, subject = visit.notice.refusal.reason, visit.notice.subject
    cut = status is not None and status.line is LineState.CUT and subject == "scan"
    return screen(
        kiosk,
        "notice.html",
        times=kiosk.cart_times if visit.known else PROMPT,
        status=status,
        cut=cut,
        happened=because(subject, reason, **visit.notice.refusal.found),
        to_do=because(f"{subject}.do", reason, **visit.notice.refusal.found),
        plan=floor_plan(kiosk),
    )


def trying(kiosk: Kiosk) -> AnyResponse:
    """A press without an answer: asks again, with the same event_id, each time the page refreshes itself."""
    visit: Visit | None = g.visit
    if visit is None or visit.press is None:
        return to_start()
    still = kiosk.clock.monotonic_ms() - visit.press.since_ms < STANDS_STILL_MS
    page = visit.press.again() if "X-Idle" in request.headers else None
    if page is not None:
        return redirect(page, HTTPStatus.SEE_OTHER)
    return away(kiosk, trying=True, unanswered=still)
