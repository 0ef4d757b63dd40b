"""Says what an answer of the hub means for this visit: what to remember of it and which screen follows."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from flask import g, redirect
from werkzeug.wrappers import Response

from edge.domain.errors import Refusal
from edge.gateway.hub import HubAway
from kiosk_ui.kiosk.machine import Kiosk
from kiosk_ui.kiosk.visits import Ending, Notice, Press, Visit
from kiosk_ui.kiosk.web import refused, said_yes, wants_json

T = TypeVar("T")

GONE = "unknown_visit"
"""The hub's word for a visit it no longer keeps (it was restarted, or the visit was wiped)."""


def press(
    kiosk: Kiosk,
    visit: Visit,
    *,
    event_id: str,
    subject: str,
    ask: Callable[[], T | Refusal | HubAway],
    done: Callable[[T], str],
    answer: Callable[[T], tuple[object, int]],
) -> Response:
    """Ask the hub once and answer for it.

    A program gets the hub's answer; the screen goes to the page that `done` names, to the notice of a no, or to the page
    that goes on asking with the same event_id while the visit lasts.
    """

    def settle(got: T | Refusal | HubAway) -> str | None:
        if isinstance(got, HubAway):
            return None
        visit.press = None
        if isinstance(got, Refusal):
            return _refused(kiosk, visit, got, subject)
        return done(got)

    got = ask()
    page = settle(got)
    if wants_json():
        if isinstance(got, Refusal | HubAway):
            return refused(got, event_id)
        body, status = answer(got)
        return said_yes(body, status)
    if page is None:
        visit.press = Press(event_id=event_id, again=lambda: settle(ask()), since_ms=kiosk.clock.monotonic_ms())
        page = "/trying"
    return redirect(page, HTTPStatus.SEE_OTHER)


def _refused(kiosk: Kiosk, visit: Visit, refusal: Refusal, subject: str) -> str:
    visit.notice = Notice(refusal=refusal, subject=subject)
    if refusal.reason == GONE:
        lose(kiosk, visit)
    return "/notice"


def lose(kiosk: Kiosk, visit: Visit) -> None:
    """The hub does not know the visit any more: nothing of the shopper may stay, and the screen says to scan again."""
    kiosk.end_visit(visit.token, Ending.LOST)
    fresh = kiosk.begin_visit()
    fresh.prefs = visit.prefs
    fresh.notice = Notice(refusal=Refusal(GONE), subject="scan")
    g.visit = fresh
