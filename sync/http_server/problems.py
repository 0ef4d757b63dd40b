"""Says over HTTP why not, in the one form of RFC 9457 that every API of the house uses."""

from flask import Response
from msgspec import Struct

from sync import wire


class ProblemBody(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why not, as RFC 9457 says it: `reason` is for programs, `found` is what led to the no.

    The members after `detail` belong to single reasons: a gap, a feed, a clock, a role, a place (docs/protocol.md).
    """

    type: str
    title: str
    status: int
    reason: str
    found: dict[str, str | int] = {}
    detail: str = ""
    expected: int = 0
    mark_event_id: str | None = None
    feed: str = ""
    now_ms: int = 0
    role: str = ""
    why: str = ""
    since_ms: int = 0


def problem(status: int, reason: str, title: str, **members: object) -> Response:
    """An application/problem+json answer; `type` is urn:storefloor:problem:<reason, with dashes>.

    `members` are further fields a program may read; nothing a person typed and no secret belongs there.
    """
    body = {
        "type": f"urn:storefloor:problem:{reason.replace('_', '-')}",
        "title": title,
        "status": status,
        "reason": reason,
        **members,
    }
    headers = {"Cache-Control": "no-store"}
    return Response(wire.write(body), status, content_type="application/problem+json", headers=headers)
