"""What holds for every answer of the kiosk: who may post, what a browser may keep, and how a program is told no."""

import hmac
from http import HTTPStatus
from typing import TypeVar

import msgspec
from flask import Response, g, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from edge.domain.errors import Refusal
from edge.domain.ids import is_event_id
from edge.gateway.hub import HubAway
from kiosk_ui.kiosk.machine import Kiosk
from kiosk_ui.kiosk.visits import Visit

COOKIE = "sf_visit"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LARGEST_BODY_BYTES = 512 * 1024
"""A pickup of two thousand lines named one by one; nothing a screen sends is near it."""

B = TypeVar("B", bound=msgspec.Struct)


class BadRequest(Exception):
    """A body that is not what the route takes; the caller corrects it. `detail` names the field."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


def wants_json() -> bool:
    """Whether a program asks, not the screen."""
    accept = request.accept_mimetypes
    return request.mimetype == "application/json" or accept["application/json"] > accept["text/html"]


def is_file() -> bool:
    """Whether a file of the screens is asked for, which is the same for everybody."""
    return request.path.startswith(("/design/", "/kiosk/", "/signage/static/"))


def find_visit(kiosk: Kiosk) -> Visit | None:
    """The visit this browser is in. Being asked by a person keeps it; a page that refreshes itself says how long nobody touched it."""
    kiosk.end_overdue()
    visit = kiosk.visits.find(request.cookies.get(COOKIE, ""))
    if visit is not None:
        idle_s = min(request.headers.get("X-Idle", 0, type=int), 86_400)
        visit.seen_ms = max(visit.seen_ms, kiosk.clock.monotonic_ms() - 1000 * max(0, idle_s))
    return visit


def refuse_strangers(visit: Visit | None) -> AnyResponse | None:
    """Answer a write that did not come from this screen (or from a program of this machine); None lets it pass.

    A page elsewhere cannot post JSON without asking first, and a form carries its Origin or its fetch metadata.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    origin = request.headers.get("Origin", "null")
    own = request.host_url.rstrip("/")
    if origin not in ("null", own):
        return problem("cross_origin", HTTPStatus.FORBIDDEN)
    if request.mimetype == "application/json":
        return None
    if origin != own and request.headers.get("Sec-Fetch-Site") != "same-origin":
        return problem("cross_origin", HTTPStatus.FORBIDDEN)
    expected = visit.form_token if visit is not None else ""
    # A code held before the scanner begins something new, whatever became of the page that heard it.
    if request.path == "/scan" or hmac.compare_digest(request.form.get("form_token", ""), expected):
        return None
    # The form of a visit that has ended, or of the screen before it: the way back is the start, which knows where to go.
    return redirect("/", HTTPStatus.SEE_OTHER)


def harden(reply: Response) -> Response:
    """The headers of every answer; a page that did not change since the browser's copy is not sent again."""
    reply.headers.setdefault("Content-Security-Policy", POLICY)
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers["Referrer-Policy"] = "no-referrer"
    reply.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if not is_file():
        reply.headers["Cache-Control"] = "no-store"
        if request.method == "GET" and reply.status_code in (200, 503) and reply.mimetype == "text/html":
            reply.add_etag()
            if request.if_none_match.contains_weak(reply.get_etag()[0] or ""):
                reply.status_code, reply.data = HTTPStatus.NOT_MODIFIED, b""
    if "visit" not in g:
        return reply
    visit: Visit | None = g.visit
    if visit is None and COOKIE in request.cookies:
        reply.delete_cookie(COOKIE, httponly=True, samesite="Strict")
    elif visit is not None and request.cookies.get(COOKIE) != visit.token:
        reply.set_cookie(COOKIE, visit.token, httponly=True, samesite="Strict")
    return reply


def body_of(kind: type[B]) -> B:
    """The request's body, JSON or form, as a typed value. Raises BadRequest."""
    try:
        if request.mimetype == "application/json":
            body = msgspec.json.decode(request.get_data(), type=kind)
        else:
            given = {name: value for name, value in request.form.items() if value != "" or name == "scan"}
            body = msgspec.convert(given, kind, strict=False)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(str(error)) from error
    event_id = getattr(body, "event_id", None)
    if event_id is not None and not is_event_id(event_id):
        raise BadRequest("event_id is no UUIDv7")
    return body


def problem(reason: str, status: int, **more: object) -> Response:
    """RFC 9457: the same words for a reason that the hub uses."""
    document = {
        "type": f"urn:storefloor:problem:{reason.replace('_', '-')}",
        "title": reason.replace("_", " "),
        "status": int(status),
        "reason": reason,
    }
    body = msgspec.json.encode(document | more)
    return Response(body, status=int(status), content_type="application/problem+json")


def refused(answer: Refusal | HubAway | BadRequest, event_id: str | None = None) -> Response:
    """An expected no for a program; after `hub_away` the same event_id may be asked again."""
    named = {"event_id": event_id} if event_id else {}
    if isinstance(answer, BadRequest):
        return problem("bad_request", HTTPStatus.BAD_REQUEST, detail=answer.detail)
    if isinstance(answer, HubAway):
        return problem("hub_away", HTTPStatus.SERVICE_UNAVAILABLE, **named)
    return problem(answer.reason, HTTPStatus.CONFLICT, found=answer.found, **named)


def said_yes(answer: object, status: int = 200) -> Response:
    """A typed answer as JSON."""
    return Response(msgspec.json.encode(answer), status=status, content_type="application/json")


def of_http(error: HTTPException) -> Response:
    """What Flask itself refuses (no such page, wrong method, too large), in the same shape."""
    reason = (error.name or "error").lower().replace(" ", "_")
    return problem(reason, error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
