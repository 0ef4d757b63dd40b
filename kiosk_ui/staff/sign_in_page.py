"""Sign in: staff number, PIN, and which desk this screen stands on (the screen remembers it)."""

from flask import Blueprint, Response, make_response, request, url_for

from edge.app.sign_in import SignInReason
from edge.app.store_config import store_config
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.words import WORDS

DESK = "sf_desk"
_YEAR_S = 365 * 86_400
_LEADS_TO = ("/ops/",)


def add_sign_in(pages: Blueprint, desk: Desk) -> None:
    """The route of the sign-in page."""

    def sign_in() -> Response:
        store = store_config(desk.hub)
        reasons = [(reason, WORDS.text(key)) for reason, key in _reasons().items()]
        stands_on = (request.args.get("desk") or request.cookies.get(DESK) or "1")[:12]
        name = store.name if store else {}
        html = page("sign_in.html", "sign-in.mjs", store_name=name, reasons=reasons, desk=stands_on, next=_next())
        reply = make_response(html)
        if request.args.get("desk"):
            reply.set_cookie(DESK, stands_on, max_age=_YEAR_S, httponly=True, samesite="Strict")
        return reply

    pages.add_url_rule("/sign-in", view_func=sign_in, endpoint="sign_in")


def keys_by_reason() -> set[str]:
    """Every key this module builds out of a reason."""
    return set(_reasons().values())


def _reasons() -> dict[str, str]:
    return {reason: f"sign_in.no_{reason}" for reason in (*SignInReason, "other")}


def _next() -> str:
    """Where to go afterwards: only to pages of ours, whatever the address says."""
    wanted = request.args.get("next", "")
    return wanted if wanted in _LEADS_TO else url_for("staff.board")
