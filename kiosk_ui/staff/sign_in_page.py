"""Sign in: staff number and PIN; the desk this screen stands on is remembered by the screen."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from edge.app.sign_in import SignInReason
from edge.app.store_config import store_config
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.words import WORDS

DESK = "sf_desk"
_YEAR_S = 365 * 86_400


def add_sign_in(pages: Blueprint, desk: Desk) -> None:
    """The route of the sign-in page."""

    def sign_in() -> str | Response:
        store = store_config(desk.hub)
        reasons = [(reason, WORDS.text(f"sign_in.no.{reason}")) for reason in (*SignInReason, "other")]
        stands_on = request.args.get("desk") or request.cookies.get(DESK) or "1"
        return page(
            "sign_in.html",
            "sign-in.mjs",
            store_name=store.name if store else {},
            reasons=reasons,
            desk=stands_on[:12],
            next=_next(),
        )

    pages.add_url_rule("/sign-in", view_func=sign_in, endpoint="sign_in")
