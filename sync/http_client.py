"""Speaks to one peer over HTTP: signed requests out, signed answers in, and no retry of its own.

The outbox is the only thing that sends twice. Whatever cannot be told apart from a portal, a proxy or a cut line is
reported as no answer at all.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

import requests
from msgspec import Struct
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from sync import wire
from sync.errors import BadWire, ForeignAnswer, PeerBusy, PeerFailed, PeerRefusedUs, PeerUnreachable, SyncError
from sync.http_stream import Stream
from sync.signing import SignatureRefusal, Signer, is_signed_answer, request_nonce

# A room that only speaks over HTTP takes its errors from here too.
__all__ = [
    "BadWire",
    "Peer",
    "PeerBusy",
    "PeerRefusedUs",
    "PeerUnreachable",
    "Problem",
    "Reply",
    "Stream",
    "SyncError",
    "Timeouts",
]

T = TypeVar("T")

#: What an answer may weigh on the line; a page is cut at a sixteenth of it.
ANSWER_BYTES_MAX = 8 * 1024 * 1024


#: Refusals that tell of the way and not of us: a proxy sent the request twice, or held it longer than its time.
_ON_THE_WAY = (SignatureRefusal.REPLAYED, SignatureRefusal.STALE)


class Timeouts(Struct, frozen=True):
    """Seconds to wait for a connection and between two bytes of an answer. A long poll adds its own wait to `read_s`."""

    connect_s: float = 3.0
    read_s: float = 10.0


class Problem(Struct, frozen=True, kw_only=True):
    """An RFC 9457 answer. `reason` is what programs look at; members of one kind of problem stay in the body."""

    type: str = "about:blank"
    title: str = ""
    status: int = 0
    reason: str = ""
    detail: str = ""


class Reply(Struct, frozen=True, kw_only=True):
    """An answer as it came, unpacked. `signed`: it was proven to come from the peer whose key we hold."""

    status: int
    body: bytes
    media_type: str
    signed: bool

    def read(self, kind: type[T]) -> T:
        """The body as a value of that type; BadWire when it is none."""
        return wire.read(self.body, kind)

    def problem(self) -> Problem:
        """The body as a problem; an empty one when the peer said it otherwise."""
        try:
            return self.read(Problem)
        except BadWire:
            return Problem(status=self.status)


class Stale(Struct, frozen=True, kw_only=True):
    """The answer to a request whose clock was off: the peer's own time."""

    reason: str
    now_ms: int


class Peer:
    """One upstream. Safe to share between threads; each has its own connection.

    `base_url` is the peer's configured name and is what is signed; `via` is the address really connected to (a line
    switch, a port forward). `peer_public` is the peer's key: without it answers are taken unproven, which only suits
    the loopback of one machine.
    """

    def __init__(
        self,
        base_url: str,
        *,
        now_ms: Callable[[], int],
        signer: Signer | None = None,
        peer_public: bytes | None = None,
        via: str | None = None,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
    ) -> None:
        self._name = base_url.rstrip("/")
        self._address = (via or base_url).rstrip("/")
        self._host = urlsplit(self._name).netloc
        self._now_ms = now_ms
        self.signer = signer
        self._peer_public = peer_public
        self._timeouts = timeouts
        self._local = threading.local()
        self._offset_ms = 0

    @property
    def offset_ms(self) -> int:
        """How far the peer's clock was ahead of ours when it last refused our label time; 0 when it never did."""
        return self._offset_ms

    def believe(self, peer_public: bytes) -> None:
        """Take answers signed by this key from now on, and by no other."""
        self._peer_public = peer_public

    def request(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        wait_s: float = 0.0,
        media_type: str = "application/json",
        bearer: str | None = None,
    ) -> Reply:
        """Ask for `target` (path and query, already quoted); gives any answer a caller can act on, 2xx or 4xx.

        Raises PeerUnreachable (no or half an answer, redirects), PeerFailed (5xx), PeerBusy (429, 503 with Retry-After), BadWire
        (an answer that is not the peer's) and PeerRefusedUs (401 or 403 by the peer itself). `bearer` is the token of one who
        has no key, such as a guest's order token.
        """
        packed = len(body) >= wire.PACK_FROM_BYTES
        content = wire.pack(body) if packed else body
        headers = {"Host": self._host, "Accept-Encoding": "zstd", "Accept": "application/json"}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        if content:
            headers["Content-Type"] = media_type
        if packed:
            headers["Content-Encoding"] = "zstd"
        reply = self._once(method, target, content, headers, wait_s)
        if reply.status == 401 and self._corrected_clock(reply):
            reply = self._once(method, target, content, headers, wait_s)
        if reply.status in (401, 403):
            self._raise_refused(reply)
        return reply

    def get(self, target: str, kind: type[T]) -> T:
        """GET a 200 of that type; every other answer raises PeerUnreachable or its kin."""
        reply = self.request("GET", target)
        if reply.status != 200:
            raise PeerUnreachable(f"{target.split('?', maxsplit=1)[0]} answered {reply.status}")
        return reply.read(kind)

    @contextmanager
    def streaming(self, target: str) -> Iterator[Stream | Reply]:
        """GET `target` and read a 200 piece by piece while it comes. Any other answer is a Reply, as `request` gives it."""
        headers = {"Host": self._host, "Accept-Encoding": "identity"}
        for may_correct in (True, False):
            answer, nonce = self._send("GET", target, b"", headers, 0.0)
            with answer:
                if answer.status_code == 200:
                    yield Stream(partial(_read, answer), nonce, self._peer_public)
                    return
                reply = self._judged(answer.status_code, answer.headers, self._content(answer), nonce)
            if reply.status in (401, 403) and not (may_correct and self._corrected_clock(reply)):
                self._raise_refused(reply)
            if reply.status != 401:
                yield reply
                return

    def close(self) -> None:
        """Close this thread's connection."""
        session = getattr(self._local, "session", None)
        if session is not None:
            session.close()
            del self._local.session

    def _once(self, method: str, target: str, content: bytes, headers: dict[str, str], wait_s: float) -> Reply:
        answer, nonce = self._send(method, target, content, headers, wait_s)
        with answer:
            raw = self._content(answer)
        return self._judged(answer.status_code, answer.headers, raw, nonce)

    def _send(
        self, method: str, target: str, content: bytes, headers: dict[str, str], wait_s: float
    ) -> tuple[requests.Response, str | None]:
        session = self._session()
        try:
            asked = session.prepare_request(
                requests.Request(method, self._address + target, headers=headers, data=content or None)
            )
            # What is signed is what goes on the line: the library may spell a path or a query in its own way.
            signed = self._sign(method, asked.path_url, content)
            asked.headers.update(signed)
            timeout = (self._timeouts.connect_s, self._timeouts.read_s + wait_s)
            return session.send(asked, timeout=timeout, allow_redirects=False, stream=True), request_nonce(signed)
        except (requests.RequestException, OSError, ValueError) as e:
            raise PeerUnreachable(f"{type(e).__name__} while asking {self._host}") from e

    def _content(self, answer: requests.Response) -> bytes:
        raw = _read(answer, ANSWER_BYTES_MAX + 1)
        if len(raw) > ANSWER_BYTES_MAX:
            raise BadWire(f"an answer of more than {ANSWER_BYTES_MAX} bytes")
        return raw

    def _judged(self, status: int, headers: CaseInsensitiveDict[str], raw: bytes, nonce: str | None) -> Reply:
        signed = (
            self._peer_public is not None
            and nonce is not None
            and is_signed_answer(headers, status, raw, public=self._peer_public, request_nonce=nonce)
        )
        if status in (429, 503):
            raise PeerBusy(f"{self._host} answered {status}", retry_after_s=_retry_after_s(headers))
        if status >= 500:
            proven = signed or self._peer_public is None
            raise PeerFailed(f"{self._host} answered {status}", status=status, proven=proven)
        if 300 <= status < 400 or status < 200:
            raise PeerUnreachable(f"{self._host} answered {status}")
        # A proxy before the peer may say "too large" in its own name; believing it only makes a batch smaller.
        if self._peer_public is not None and not signed and status != 413:
            raise ForeignAnswer(f"an answer with {status} that {self._host} did not sign")
        encoding = headers.get("Content-Encoding", "identity")
        if encoding not in ("identity", "zstd"):
            raise BadWire(f"an answer packed with {encoding[:20]}")
        body = wire.unpack(raw) if encoding == "zstd" else raw
        media_type = headers.get("Content-Type", "").split(";")[0].strip().lower()
        return Reply(status=status, body=body, media_type=media_type, signed=signed)

    def _sign(self, method: str, target: str, content: bytes) -> dict[str, str]:
        if self.signer is None:
            return {}
        created_s = (self._now_ms() + self._offset_ms) // 1000
        return self.signer.request_headers(method, self._name + target, content, created_s)

    def _corrected_clock(self, reply: Reply) -> bool:
        """Take the peer's time from a stale refusal that it signed; only then is a second try worth anything."""
        if not reply.signed or reply.problem().reason != SignatureRefusal.STALE:
            return False
        self._offset_ms = reply.read(Stale).now_ms - self._now_ms()
        return True

    def _raise_refused(self, reply: Reply) -> NoReturn:
        reason = reply.problem().reason or "unnamed"
        if reason in _ON_THE_WAY:
            raise PeerUnreachable(f"a request to {self._host} came {reason}")
        raise PeerRefusedUs(reply.status, reason)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # no proxy and no .netrc of whoever started the process
            session.headers.clear()
            session.headers["User-Agent"] = "storefloor"
            self._local.session = session
        return session


def _read(answer: requests.Response, count: int) -> bytes:
    try:
        return answer.raw.read(count, decode_content=False)
    except (HTTPError, HTTPException, OSError, ValueError) as e:
        raise PeerUnreachable(f"the answer was cut: {type(e).__name__}") from e


def _retry_after_s(headers: CaseInsensitiveDict[str]) -> float:
    """Seconds of Retry-After; 1 when it is missing or a date. Never more than ten minutes: a portal may say anything."""
    text = headers.get("Retry-After", "")
    return min(float(text), 600.0) if text.isdecimal() else 1.0
