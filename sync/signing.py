"""Signs requests and answers and checks them: one strict profile of RFC 9421, Ed25519 only, nothing weaker accepted.

A request covers exactly ("@method" "@target-uri" "content-digest"), an answer exactly ("@status" "content-digest") with
the nonce of the request it answers. The target is the peer's configured name, so a cutting proxy changes nothing.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from sync.node_key import PrivateKey, Rng, b64url, load_or_make_key, parse_public, public_bytes, public_text

# Whoever signs takes the keys from here too.
__all__ = [
    "SKEW_S",
    "Caller",
    "Headers",
    "KeyLookup",
    "KeyState",
    "KnownKey",
    "Nonces",
    "PrivateKey",
    "Rng",
    "SignatureRefusal",
    "Signer",
    "content_digest",
    "content_digest_of",
    "is_answer_proof",
    "is_signature_of",
    "is_signed_answer",
    "load_or_make_key",
    "parse_public",
    "public_bytes",
    "public_text",
    "request_nonce",
    "verify_request",
]

#: How far `created` may lie from our clock. Two minutes forgive a slow line and a drifting box; the nonce store has to
#: remember twice as long.
SKEW_S = 120

_REQUEST = '("@method" "@target-uri" "content-digest")'
_ANSWER = '("@status" "content-digest")'
_PARAMS = (
    r";created=([1-9][0-9]{8,10})"
    r';keyid="([a-z]{2,10}:[A-Za-z0-9._/-]{1,80})"'
    r';nonce="([A-Za-z0-9_-]{16,44})";alg="ed25519";tag="storefloor"'
)
_REQUEST_INPUT = re.compile(r"sf=(" + re.escape(_REQUEST) + _PARAMS + r")\Z")
_ANSWER_INPUT = re.compile(r"sf=(" + re.escape(_ANSWER) + _PARAMS + r")\Z")
_SIGNATURE = re.compile(r"sf=:([A-Za-z0-9+/]{86}==):\Z")


class KeyState(StrEnum):
    """Whether a known key may still speak."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"  # another machine has its place: it may bring what it owes and hear so, nothing else
    REVOKED = "revoked"


class KnownKey(Struct, frozen=True, kw_only=True):
    """A key somebody enrolled: 32 raw public bytes and who speaks with it."""

    public: bytes
    role: str
    store: str | None = None
    node: str | None = None
    identity: str | None = None
    state: KeyState = KeyState.ACTIVE
    term: int = 0
    before: "tuple[KnownKey, ...]" = ()
    """Keys that spoke under this name before, the newest first."""


class Caller(Struct, frozen=True, kw_only=True):
    """Who signed a request that was found good. `nonce` is the request's; the answer is signed over it.

    `term` is the one the key was given under; a key that is superseded speaks for a machine that was replaced.
    `created_s` is when the request was made, by the caller's clock: 0 where nobody said.
    """

    keyid: str
    nonce: str
    role: str
    store: str | None = None
    node: str | None = None
    identity: str | None = None
    term: int = 0
    is_superseded: bool = False
    created_s: int = 0


class SignatureRefusal(StrEnum):
    """Why a signature was not taken. Only `stale` is worth a second try, after the clock was corrected."""

    MALFORMED = "malformed"  # no signature, or anything but exactly the profile
    UNKNOWN_KEY = "unknown_key"
    REVOKED = "revoked"
    DIGEST = "digest"  # the body is not the one that was signed
    FORGED = "forged"  # another key, method or target
    STALE = "stale"  # created more than SKEW_S away, or before this receiver started
    REPLAYED = "replayed"


KeyLookup = Callable[[str], KnownKey | None]


class Headers(Protocol):
    """Header fields by name; a real request's do not care about case."""

    def get(self, key: str, default: str, /) -> str:
        """The field's value, or the default."""
        ...


class Nonces(Protocol):
    """Remembers signatures; see `sync.nonces`."""

    def is_new(self, keyid: str, nonce: str, created_s: int, now_s: int) -> bool:
        """True the first time this nonce is seen, and durable enough for its lifetime."""
        ...

    @property
    def started_s(self) -> int:
        """When this receiver started; what was created before is refused."""
        ...


class Signer:
    """Signs with one private key under one keyid ("hub:S001/H1"); `rng` makes the nonces."""

    def __init__(self, key: PrivateKey, keyid: str, rng: Rng) -> None:
        self.keyid = keyid
        self.key = key
        self._rng = rng

    def request_headers(self, method: str, target_uri: str, body: bytes, created_s: int) -> dict[str, str]:
        """The three headers of a request with this body as it goes on the line (after packing)."""
        nonce = b64url(self._rng(16))
        params = self._params(_REQUEST, created_s, nonce)
        digest = content_digest(body)
        return self._headers(_request_base(method, target_uri, digest, params), params, digest)

    def answer_headers(self, status: int, body: bytes, request_nonce: str, created_s: int) -> dict[str, str]:
        """The three headers of the answer to the request that carried `request_nonce`."""
        return self.answer_proof(status, content_digest(body), request_nonce, created_s)

    def answer_proof(self, status: int, digest: str, request_nonce: str, created_s: int) -> dict[str, str]:
        """The same over a Content-Digest, for an answer that left before all of it was known."""
        params = self._params(_ANSWER, created_s, request_nonce)
        return self._headers(_answer_base(status, digest, params), params, digest)

    def _params(self, covered: str, created_s: int, nonce: str) -> str:
        return f'{covered};created={created_s};keyid="{self.keyid}";nonce="{nonce}";alg="ed25519";tag="storefloor"'

    def _headers(self, base: bytes, params: str, digest: str) -> dict[str, str]:
        signature = base64.b64encode(self.key.sign(base)).decode()
        return {"Content-Digest": digest, "Signature-Input": f"sf={params}", "Signature": f"sf=:{signature}:"}


def verify_request(
    headers: Headers,
    method: str,
    target_uri: str,
    body: bytes,
    *,
    keys: KeyLookup,
    now_s: int,
    nonces: Nonces,
) -> Caller | SignatureRefusal:
    """Who signed this request, or why it is not taken. `target_uri` is our own name plus the raw path and query."""
    found = _REQUEST_INPUT.fullmatch(headers.get("Signature-Input", ""))
    signature = _signature(headers)
    if found is None or signature is None:
        return SignatureRefusal.MALFORMED
    params, created_s, keyid, nonce = found[1], int(found[2]), found[3], found[4]
    known = keys(keyid)
    if known is None:
        return SignatureRefusal.UNKNOWN_KEY
    candidates = [each for each in (known, *known.before) if each.state is not KeyState.REVOKED]
    if not candidates:
        return SignatureRefusal.REVOKED
    digest = content_digest(body)
    if not hmac.compare_digest(headers.get("Content-Digest", "").encode(), digest.encode()):
        return SignatureRefusal.DIGEST
    base = _request_base(method, target_uri, digest, params)
    speaker = next((each for each in candidates if _is_genuine(each.public, signature, base)), None)
    if speaker is None:
        gone = any(_is_genuine(each.public, signature, base) for each in known.before if each not in candidates)
        return SignatureRefusal.REVOKED if gone else SignatureRefusal.FORGED
    if abs(now_s - created_s) > SKEW_S or created_s < nonces.started_s:
        return SignatureRefusal.STALE
    if not nonces.is_new(keyid, nonce, created_s, now_s):
        return SignatureRefusal.REPLAYED
    return Caller(
        keyid=keyid,
        nonce=nonce,
        role=speaker.role,
        store=speaker.store,
        node=speaker.node,
        identity=speaker.identity,
        term=speaker.term,
        is_superseded=speaker.state is KeyState.SUPERSEDED,
        created_s=created_s,
    )


def is_signed_answer(headers: Headers, status: int, body: bytes, *, public: bytes, request_nonce: str) -> bool:
    """Whether this very answer to our very request was signed by the peer whose public key we hold."""
    return is_answer_proof(headers, status, content_digest(body), public=public, request_nonce=request_nonce)


def is_answer_proof(headers: Headers, status: int, digest: str, *, public: bytes, request_nonce: str) -> bool:
    """The same for an answer of which only the Content-Digest is still there."""
    found = _ANSWER_INPUT.fullmatch(headers.get("Signature-Input", ""))
    signature = _signature(headers)
    if found is None or signature is None or found[4] != request_nonce:
        return False
    if not hmac.compare_digest(headers.get("Content-Digest", "").encode(), digest.encode()):
        return False
    return _is_genuine(public, signature, _answer_base(status, digest, found[1]))


def request_nonce(headers: Headers) -> str | None:
    """The nonce of a request that claims our profile; None when it does not, then no answer of ours is signed."""
    found = _REQUEST_INPUT.fullmatch(headers.get("Signature-Input", ""))
    return found[4] if found else None


def content_digest(body: bytes) -> str:
    """RFC 9530, sha-256, over the bytes as they go on the line."""
    return content_digest_of(hashlib.sha256(body).digest())


def content_digest_of(sha256: bytes) -> str:
    """The same, when the hash has been taken already."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


def is_signature_of(public: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether the key with these 32 raw public bytes signed exactly `signed`; for texts signed apart from a request."""
    return _is_genuine(public, signature, signed)


def _signature(headers: Headers) -> bytes | None:
    found = _SIGNATURE.fullmatch(headers.get("Signature", ""))
    return base64.b64decode(found[1]) if found else None


def _is_genuine(public: bytes, signature: bytes, base: bytes) -> bool:
    try:
        _public_key(public).verify(signature, base)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def _public_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def _request_base(method: str, target_uri: str, digest: str, params: str) -> bytes:
    return (
        f'"@method": {method}\n"@target-uri": {target_uri}\n"content-digest": {digest}\n"@signature-params": {params}'
    ).encode()


def _answer_base(status: int, digest: str, params: str) -> bytes:
    return f'"@status": {status}\n"content-digest": {digest}\n"@signature-params": {params}'.encode()
