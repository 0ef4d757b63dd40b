"""Lets in who is signed in at a desk: the cookie says who, the header proves the page was ours, the origin that it still is."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from edge.app.hub import Hub
from edge.app.sign_in import Session, session_of
from sync.http_server import problem

P = ParamSpec("P")

COOKIE = "sf_staff"
CSRF_HEADER = "X-CSRF-Token"
CLERK, MANAGER = "clerk", "manager"


class StaffDoor:
    """The guard of every staff route. One is made per application and handed to each blueprint."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def require(
        self, *roles: str
    ) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue | Response]]:
        """A view that only these roles may call; inside it `staff()` says who does."""

        def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue | Response]:
            @wraps(view)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue | Response:
                session = session_of(self._hub, request.cookies.get(COOKIE, ""))
                no = _why_not(session, roles)
                if no is not None:
                    return no
                g.staff = session
                return view(*args, **kwargs)

            return guarded

        return decorate


def staff() -> Session:
    """Who is signed in; only inside a view guarded by `require`."""
    return cast("Session", g.staff)


def is_from_elsewhere() -> bool:
    """True when a browser says that another site made this request."""
    origin = request.headers.get("Origin")
    return origin is not None and origin != request.host_url.rstrip("/")


def _why_not(session: Session | None, roles: tuple[str, ...]) -> Response | None:
    if session is None:
        return problem(401, "not_signed_in", "sign in first")
    if session.role not in roles:
        return problem(403, "wrong_role", "this is not for your role", role=session.role)
    if request.method in ("GET", "HEAD"):
        return None
    if is_from_elsewhere():
        return problem(403, "other_origin", "another site asked for this")
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), session.csrf.encode()):
        return problem(403, "no_csrf", "the request does not carry this sign-in's token")
    return None
