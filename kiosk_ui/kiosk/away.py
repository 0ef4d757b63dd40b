"""The screens of a kiosk whose hub is no help now: it does not answer, or it is no longer the hub of this shop."""

from http import HTTPStatus

from flask import Response, g

from kiosk_ui.kiosk.frame import calendar_day, floor_plan, screen
from kiosk_ui.kiosk.machine import PROMPT, Kiosk
from kiosk_ui.kiosk.visits import Visit

AWAY_POLL_MS = 2_000


def away(kiosk: Kiosk, *, trying: bool = False, unanswered: bool = False) -> Response:
    """The hub does not answer: says so and shows the way to desk 1."""
    visit: Visit | None = g.visit
    named = visit is not None and visit.known is not None
    return screen(
        kiosk,
        "hub_away.html",
        times=(kiosk.cart_times if named else PROMPT) if visit else None,
        poll_ms=AWAY_POLL_MS,
        unanswered=unanswered,
        code=HTTPStatus.SERVICE_UNAVAILABLE,
        trying=trying,
        plan=floor_plan(kiosk),
    )


def put_aside(kiosk: Kiosk, since_ms: int) -> Response:
    """The hub this kiosk speaks to is no longer the shop's: nothing begins here; the staff read whom to call."""
    return screen(
        kiosk,
        "put_aside.html",
        times=None,
        poll_ms=AWAY_POLL_MS,
        code=HTTPStatus.SERVICE_UNAVAILABLE,
        since=calendar_day(since_ms, kiosk.store.timezone),
        plan=floor_plan(kiosk),
    )
