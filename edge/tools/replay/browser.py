"""A browser without a window: keeps cookies, speaks JSON, and asks again with the same body until it is answered.

The replay uses the very routes that the kiosk's and the clerk's pages use. Nothing here knows what a body means.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests

CONNECT_S = 3.0
READ_S = 30.0
ASK_AGAIN_S = 0.1
GIVE_UP_S = 120.0
"""A killed process is back within seconds; two minutes without an answer is a fault of the play, not patience."""


class Answer(msgspec.Struct, frozen=True):
    """What came back: the status, and the decoded JSON body."""

    status: int
    body: Any

    @property
    def ok(self) -> bool:
        """True for a success."""
        return 200 <= self.status < 300


class NoAnswer(Exception):
    """Nobody answered for GIVE_UP_S; the play cannot go on and says where it stood."""


class Browser:
    """One browser profile at one origin."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        self._base_url = base_url
        parts = urlsplit(base_url)
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the machine has no place on loopback
        self._session.headers.update({"Accept": "application/json", "Origin": f"{parts.scheme}://{parts.netloc}"})
        self._session.headers.update(headers or {})

    def header(self, name: str, value: str) -> None:
        """Send this header from now on."""
        self._session.headers[name] = value

    def ask(self, method: str, path: str, body: object = None, *, while_waiting: Callable[[], None] | None = None) -> Answer:
        """Send once and again (same body, same event_id) until an answer below 500 comes. Raises NoAnswer."""
        deadline_s = time.monotonic() + GIVE_UP_S
        data = None if body is None else msgspec.json.encode(body)
        last = "no attempt"
        while time.monotonic() < deadline_s:
            try:
                reply = self._session.request(
                    method,
                    self._base_url + path,
                    data=data,
                    headers={"Content-Type": "application/json"} if data is not None else {},
                    timeout=(CONNECT_S, READ_S),
                    allow_redirects=False,
                )
                if reply.status_code < 500:
                    return Answer(reply.status_code, msgspec.json.decode(reply.content) if reply.content else None)
                last = f"{reply.status_code} {reply.text[:200]}"
            except (requests.RequestException, msgspec.DecodeError) as error:
                last = repr(error)
            if while_waiting is not None:
                while_waiting()
            time.sleep(ASK_AGAIN_S)
        raise NoAnswer(f"{method} {self._base_url}{path}: {last}")
