"""Says over HTTP why not, in the one form of RFC 9457 that every API of the house uses."""

from flask import Response

from sync import wire


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
    return Response(wire.write(body), status, content_type="application/problem+json")
