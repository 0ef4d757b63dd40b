"""Tells a form sent from one of our own pages from one that another site made the browser send."""

from flask import Request


def is_from_own_page(request: Request) -> bool:
    """True when the browser says so. Under `no-referrer` it sends `Origin: null` with a form, so Sec-Fetch-Site speaks too."""
    own = request.host_url.rstrip("/")
    return request.headers.get("Origin") == own or request.headers.get("Sec-Fetch-Site") == "same-origin"
