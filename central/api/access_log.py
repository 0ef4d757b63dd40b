"""Writes one log line per request: which route, who by role, how it ended, how long it took; nothing that was sent."""

import structlog
from flask import Flask, Response, g, request

from edge.domain.clock import Clock

QUIET = frozenset({"design.file", "design.pinned_file", "design.device_css", "healthz"})
"""Files of the page and the question whether we live would fill the log and say nothing; so would the beats of
ten thousand hubs and their pulls that find nothing, which `nothing_new` marks."""


def install_access_log(app: Flask, clock: Clock) -> None:
    """Log every request of `app` but the quiet ones."""
    log = structlog.get_logger("central.api")

    @app.before_request
    def begin() -> None:
        g.began_ms = clock.monotonic_ms()

    @app.after_request
    def say(response: Response) -> Response:
        if request.endpoint not in QUIET and not ("nothing_new" in g and g.nothing_new):
            rule = request.url_rule.rule if request.url_rule else "none"
            role = g.caller.role if "caller" in g else "anyone"
            took_ms = clock.monotonic_ms() - g.began_ms
            log.info(
                "request", method=request.method, route=rule, role=role, status=response.status_code, took_ms=took_ms
            )
        return response
