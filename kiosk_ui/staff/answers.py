"""How a page's own module is answered: JSON with pieces of the page in it, made from a strictly read question."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from flask import Response, abort, render_template, request

from kiosk_ui.staff.frame import Desk
from kiosk_ui.staff.refusals import RefusalView, refusal_view

T = TypeVar("T", bound=msgspec.Struct)


class Problem(msgspec.Struct, kw_only=True):
    """What an act was refused with, as the page got it from /v1; the rest of the problem is of no interest here."""

    reason: str = "other"
    found: dict[str, str | int] | None = None


def asked(kind: type[T]) -> T:
    """The question in the body; anything that does not fit its type is a 400."""
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        abort(400)


def answer(**values: object) -> Response:
    """The answer as JSON."""
    return Response(msgspec.json.encode(values), content_type="application/json")


def refused(view: RefusalView) -> str:
    """The full-screen no as a piece of the page."""
    return render_template("staff/refuse.html", refusal=view)


def refused_act(desk: Desk, problem: Problem) -> Response:
    """The full-screen no for an act that the hub refused."""
    found: Mapping[str, str | int] = problem.found or {}
    return answer(refusal=refused(refusal_view(problem.reason, found, desk.zone)))
