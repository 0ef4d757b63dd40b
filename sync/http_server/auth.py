"""Finds out who calls, from the signature alone, and signs what is answered."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, Request, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from sync import wire
from sync.errors import BadWire, SupersededHub
from sync.http_server.problems import problem
from sync.signing import Caller, KeyLookup, Nonces, SignatureRefusal, Signer, request_nonce, verify_request

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)


class Authenticator:
    """Shared by all APIs of a process. `public_url` is the name under which the callers know us: it is what they sign.

    `install(app)` makes every answer to a request of our profile a signed one, refusals and problems included, so that
    a caller can tell our 403 from a portal's.
    """

    def __init__(
        self, *, keys: KeyLookup, public_url: str, nonces: Nonces, signer: Signer, now_ms: Callable[[], int]
    ) -> None:
        self._keys = keys
        self._name = public_url.rstrip("/")
        self._nonces = nonces
        self._signer = signer
        self._now_ms = now_ms

    def install(self, app: Flask) -> None:
        """Sign the answers of `app`. Streams and files are left alone; a stream may bring its own proof."""
        app.after_request(self._sign)

    def require(
        self, *roles: str, even_superseded: bool = False
    ) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
        """A view that only these roles may call; inside it `caller()` says who does.

        A machine whose place another has may call only what is there `even_superseded`: bring what it owes, and hear why.
        """

        def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
            @wraps(view)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
                try:
                    found = self.identify(request)
                except RequestEntityTooLarge:
                    return problem(413, "too_large", f"a body is at most {wire.BODY_BYTES_MAX} bytes")
                if isinstance(found, SignatureRefusal):
                    return self.refuse(found)
                if found.role not in roles:
                    return problem(403, "wrong_role", "this is not for your role", role=found.role)
                if found.is_superseded and not even_superseded:
                    return problem(409, SupersededHub.reason, "another machine has this one's place")
                g.caller = found
                return view(*args, **kwargs)

            return guarded

        return decorate

    def identify(self, asked: Request, keys: KeyLookup | None = None) -> Caller | SignatureRefusal:
        """Who signed the request in hand, once; a second call with the same request would be a replay.

        `keys` instead of our own where the request itself says whose key it is.

        Raises RequestEntityTooLarge before more than BODY_BYTES_MAX is read: nobody is known until the body was hashed.
        """
        asked.max_content_length = wire.BODY_BYTES_MAX
        return verify_request(
            asked.headers,
            asked.method,
            self._name + _raw_target(asked),
            asked.get_data(cache=True),
            keys=keys or self._keys,
            now_s=self._now_ms() // 1000,
            nonces=self._nonces,
        )

    def prove(self, digest: str, nonce: str) -> dict[str, str]:
        """What stands at the end of a stream and proves, as a signed answer's headers do, a 200 with this Content-Digest."""
        return self._signer.answer_proof(200, digest, nonce, self._now_ms() // 1000)

    def refuse(self, why: SignatureRefusal) -> Response:
        """The answer to a signature that was not taken."""
        # now_ms lets a box with a wrong clock correct itself; the answer is signed, so nobody else can set its clock.
        return problem(401, why.value, "the signature was not taken", now_ms=self._now_ms())

    def _sign(self, response: Response) -> Response:
        nonce = request_nonce(request.headers)
        # An error page of the framework comes as a stream too, but has a length; a stream of ours has none.
        is_stream = response.is_streamed and response.content_length is None
        if nonce is None or is_stream or response.direct_passthrough:
            return response
        body = response.get_data()
        if len(body) >= wire.PACK_FROM_BYTES and "zstd" in request.headers.get("Accept-Encoding", ""):
            body = wire.pack(body)
            response.set_data(body)
            response.headers["Content-Encoding"] = "zstd"
            response.vary.add("Accept-Encoding")
        created_s = self._now_ms() // 1000
        response.headers.update(self._signer.answer_headers(response.status_code, body, nonce, created_s))
        return response


def caller() -> Caller:
    """Who signed the request in hand; only inside a view guarded by `require`."""
    return cast("Caller", g.caller)


def content(asked: Request) -> bytes:
    """The request's body, unpacked within limits; BadWire when it is packed otherwise or too large."""
    encoding = asked.headers.get("Content-Encoding", "identity")
    if encoding == "identity":
        return asked.get_data(cache=True)
    if encoding == "zstd":
        return wire.unpack(asked.get_data(cache=True))
    raise BadWire(f"a body packed with {encoding[:20]}")


def _raw_target(asked: Request) -> str:
    """Path and query exactly as they stood in the request line; the framework's own would be decoded and re-encoded."""
    raw = asked.environ.get("RAW_URI") or asked.environ.get("REQUEST_URI") or asked.full_path.rstrip("?")
    if raw.startswith(("http://", "https://")):  # absolute form, sent through a forward proxy
        raw = "/" + raw.split("/", 3)[3] if raw.count("/") >= 3 else "/"
    return str(raw)
