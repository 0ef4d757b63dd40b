"""How the hub says yes and no over HTTP: JSON for an answer, RFC 9457 for everything else, nothing without words."""

from typing import Any

import msgspec
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from edge.domain.errors import Refusal
from sync.db import OperationalError
from sync.errors import BadWire
from sync.http_server import problem

NOT_FOUND = frozenset({"unknown_visit", "unknown_wish", "unknown_call", "no_statement", "unknown_incident"})
"""A no about the address itself: the thing it names is not (or no longer) here."""


def answer(result: Any, status: int = 200) -> Response:
    """The result as JSON; a Refusal as the problem it is."""
    if isinstance(result, Refusal):
        return refused(result)
    return Response(
        msgspec.json.encode(result), status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def refused(refusal: Refusal, status: int | None = None) -> Response:
    """An expected no: 409 with its reason and what was found, or 404 where the address names nothing."""
    code = status or (404 if refusal.reason in NOT_FOUND else 409)
    return problem(code, refusal.reason, refusal.reason.replace("_", " "), found=refusal.found)


def install(app: Flask) -> None:
    """Turn whatever goes wrong in a view into a problem with words."""

    def not_readable(error: BadWire) -> Response:
        return problem(400, "bad_request", "this cannot be read", detail=str(error)[:300])

    def by_http(error: HTTPException) -> Response:
        reason = (error.name or "error").lower().replace(" ", "_")
        return problem(error.code or 500, reason, error.name or "error")

    def disk(_error: OperationalError) -> Response:
        reply = problem(503, "cannot_write", "nothing was changed: the hub cannot write now; ask again")
        reply.headers["Retry-After"] = "2"
        return reply

    app.register_error_handler(BadWire, not_readable)
    app.register_error_handler(HTTPException, by_http)
    app.register_error_handler(OperationalError, disk)
