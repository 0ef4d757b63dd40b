"""One JSON line per thing that happened, on standard error, with nothing in it that names a person or opens an order."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

FORBIDDEN_FIELDS = frozenset(
    {
        "scan",
        "pass",
        "pass_text",
        "u1",
        "token",
        "order_token",
        "pin",
        "name",
        "masked_name",
        "phone",
        "last4",
        "email",
        "cart",
        "lines",
        "tag",
    }
)
"""Fields that are dropped whatever they hold; a test feeds the processor all of them."""

_SECRET_TEXT = re.compile(r"\b(?:P1|U1|PK1)[A-Z2-7]{16,}|\b01[016789]-?\d{3,4}-?\d{4}\b|\+82\d{8,11}")
"""A pass, a parcel label, an app code or a Korean phone number inside any other text."""


def without_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop forbidden fields, and blank what looks like a pass or a phone number in the rest."""
    for field in FORBIDDEN_FIELDS & event.keys():
        del event[field]
    for field, value in event.items():
        if isinstance(value, str):
            event[field] = _SECRET_TEXT.sub("…", value)
    return event


def log_json(process: str) -> None:
    """Let structlog and the standard library's loggers of this process write JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
