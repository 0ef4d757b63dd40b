"""Clients with patience, for tools that play people: a browser with cookies, and a caller that signs.

Both ask again with the same body, so with the same event_id, until somebody answers: that is what a kiosk, a phone and
a clerk's page do, and it is why a killed server changes nothing. Nothing here knows what a body means.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests

from edge.domain.clock import SystemClock
from edge.domain.ids import Rng
from sync.errors import PeerRefusedUs, SyncError
from sync.http_client import Peer, Timeouts
from sync.signing import PrivateKey, Signer

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
    """Nobody answered for GIVE_UP_S; the tool cannot go on and says where it stood."""


class Refused(Exception):
    """The answer was a no where the tool knows only a yes; the message holds the problem as it came."""


class Browser:
    """One browser profile at one origin, with its cookies."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        parts = urlsplit(base_url)
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the machine has no place on loopback
        self._session.headers.update({"Accept": "application/json", "Origin": f"{parts.scheme}://{parts.netloc}"})

    def header(self, name: str, value: str) -> None:
        """Send this header from now on."""
        self._session.headers[name] = value

    def cookie(self, name: str) -> str:
        """What the origin keeps under this name; empty when it keeps nothing."""
        return str(self._session.cookies.get(name, ""))

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Ask until an answer below 500 comes. Raises NoAnswer."""
        data = None if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"} if data is not None else {}

        def once() -> Answer | str:
            try:
                reply = self._session.request(
                    method,
                    self._base_url + path,
                    data=data,
                    headers=headers,
                    timeout=(CONNECT_S, READ_S),
                    allow_redirects=False,
                )
                if reply.status_code >= 500:
                    return f"{reply.status_code} {reply.text[:300]}"
                return Answer(reply.status_code, msgspec.json.decode(reply.content) if reply.content else None)
            except (requests.RequestException, msgspec.DecodeError) as error:
                return repr(error)

        return _until_answered(once, f"{method} {self._base_url}{path}")

    def must(self, method: str, path: str, body: object = None) -> Any:
        """The body of a success. Raises Refused for anything else."""
        return _success(self.ask(method, path, body), f"{method} {path}")


class SignedCaller:
    """Somebody who signs what she asks: an operator at central, or a shopper's phone."""

    def __init__(self, base_url: str, key: PrivateKey, keyid: str, rng: Rng) -> None:
        self._name = f"{keyid} at {base_url}"
        self._peer = Peer(
            base_url,
            now_ms=SystemClock().now_ms,
            signer=Signer(key, keyid, rng),
            timeouts=Timeouts(connect_s=CONNECT_S, read_s=READ_S),
        )

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Ask until an answer below 500 comes. Raises NoAnswer."""
        data = b"" if body is None else msgspec.json.encode(body)

        def once() -> Answer | str:
            try:
                reply = self._peer.request(method, path, body=data)
                return Answer(reply.status, msgspec.json.decode(reply.body) if reply.body else None)
            except PeerRefusedUs as no:
                return Answer(no.status, {"reason": no.reason})
            except (SyncError, msgspec.DecodeError) as error:
                return repr(error)

        return _until_answered(once, f"{method} {path} as {self._name}")

    def must(self, method: str, path: str, body: object = None) -> Any:
        """The body of a success. Raises Refused for anything else."""
        return _success(self.ask(method, path, body), f"{method} {path} as {self._name}")

    def close(self) -> None:
        """Close the connection."""
        self._peer.close()


def _until_answered(once: Callable[[], Answer | str], what: str) -> Answer:
    deadline_s = time.monotonic() + GIVE_UP_S
    while True:
        answer = once()
        if isinstance(answer, Answer):
            return answer
        if time.monotonic() > deadline_s:
            raise NoAnswer(f"{what}: {answer}")
        time.sleep(ASK_AGAIN_S)


def _success(answer: Answer, what: str) -> Any:
    if not answer.ok:
        raise Refused(f"{what} was answered {answer.status}: {answer.body}")
    return answer.body
