"""Reads what was asked, by type and within limits; what does not fit is a clear 400 before anybody looks at it."""

from typing import TypeVar

import msgspec
from flask import request

from sync import wire
from sync.http_server.auth import content

T = TypeVar("T", bound=msgspec.Struct)

BODY_BYTES_MAX = 1024 * 1024
"""Above a return of a thousand lines and a wave of five hundred scans; far below what would hurt."""


def asked(kind: type[T], **from_address: str) -> T:
    """The body as `kind`, with what the address names put in. Raises BadWire: the factory answers with 400."""
    question = wire.read(content(request) or b"{}", kind)
    return msgspec.structs.replace(question, **from_address) if from_address else question
