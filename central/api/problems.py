"""Every no of central's API in the one form of RFC 9457: refusals, bad input, and what is busy."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from central.app.grant_order import OutOfCodes
from central.app.reasons import CentralReason
from central.errors import BooksBusy, BooksClosed
from edge.domain.errors import DomainError, Refusal
from sync.errors import BadWire
from sync.http_server import problem

_NOT_THERE = frozenset(
    {
        CentralReason.unknown_store,
        CentralReason.unknown_identity,
        CentralReason.unknown_order,
        CentralReason.unknown_cart,
        CentralReason.not_held_here,
        CentralReason.unknown_hub,
        CentralReason.unknown_incident,
    }
)
_NOT_YOURS = frozenset({CentralReason.price_not_yours, CentralReason.not_your_store})
_DETAIL_MAX = 300


def refused(refusal: Refusal) -> Response:
    """An expected no: 404 for what is not there, 403 for what is not the caller's to decide, else 409."""
    status = 404 if refusal.reason in _NOT_THERE else 403 if refusal.reason in _NOT_YOURS else 409
    reason = str(refusal.reason)
    return problem(status, reason, reason.replace("_", " "), found=refusal.found)


def malformed(detail: str) -> Response:
    """A body or query that is not what the route takes; `detail` says where."""
    return problem(400, "malformed", "this is not what the route takes", detail=detail[:_DETAIL_MAX])


def no_token() -> Response:
    """A guest's route without the token."""
    reply = problem(401, "no_token", "this order is opened by its token")
    reply.headers["WWW-Authenticate"] = "Bearer"
    return reply


def install_problems(app: Flask) -> None:
    """Answer every error in the same form; nothing that a caller sends ends in a 500."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DomainError, _meaningless)
    app.register_error_handler(BadWire, lambda error: malformed(str(error)))
    app.register_error_handler(BooksBusy, _busy)
    app.register_error_handler(BooksClosed, _busy)
    app.register_error_handler(OutOfCodes, _busy)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    reply = problem(status, error.name.lower().replace(" ", "_"), error.name)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            reply.headers[name] = value
    return reply


def _meaningless(error: DomainError) -> Response:
    return problem(422, "meaningless", "a value cannot mean anything here", detail=str(error)[:_DETAIL_MAX])


def _busy(error: Exception) -> Response:
    reply = problem(503, "busy", "come back with the same event_id", detail=str(error)[:_DETAIL_MAX])
    reply.headers["Retry-After"] = "2"
    return reply
