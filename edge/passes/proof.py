"""For proving at a kiosk who somebody is: 126 characters from the retailer's app, good for about a minute and once.

Body, 13 bytes: version 1 · identity 8 · step 4 (UTC / 30 s). Signed by the app's own key behind
`storefloor/identify/v1` and a zero byte. Whoever verifies remembers (identity, step), because a proof counts once.
"""

import struct
from enum import StrEnum

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge.domain.errors import Refusal
from edge.domain.ids import id_bytes, id_text
from edge.passes.code import Read, read_code, write_code

SIGNED_PREFIX = b"storefloor/identify/v1\0"
STEP_MS = 30_000
STEPS_AROUND = 1  # a phone's clock may be off by half a minute either way

_VERSION = 1
_BODY = struct.Struct(">B8sI")
_SIGNATURE_BYTES = 64


class ProofReason(StrEnum):
    """Why a proof is not taken."""

    forged = "forged"
    expired_code = "expired_code"


class U1Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof claims, not yet verified: look up this identity's app key, then `verify_u1`."""

    identity_id: str
    step: int
    body: bytes
    signature: bytes


def step_of(now_ms: int) -> int:
    """The half minute this moment lies in."""
    return now_ms // STEP_MS


def write_u1(signing_key: bytes, identity_id: str, step: int) -> str:
    """The text of a proof for one half minute. `signing_key` is the app's raw Ed25519 private key."""
    body = _BODY.pack(_VERSION, id_bytes(identity_id), step)
    signature = Ed25519PrivateKey.from_private_bytes(signing_key).sign(SIGNED_PREFIX + body)
    return write_code(Read.proof, body + signature)


def read_u1_claim(text: str) -> U1Claim | None:
    """What the scan claims; None when it is no proof at all."""
    code = read_code(Read.proof, text, _BODY.size + _SIGNATURE_BYTES)
    if code is None or code[0] != _VERSION:
        return None
    body, signature = code[: _BODY.size], code[_BODY.size :]
    _, identity, step = _BODY.unpack(body)
    return U1Claim(identity_id=id_text(identity), step=step, body=body, signature=signature)


def verify_u1(claim: U1Claim, public_key: bytes, now_ms: int) -> Refusal | None:
    """Why the claim is not proven by this app key now, or None when it is.

    Only ask with confirmed time; while it is unconfirmed everybody is unproven. "Once" is the caller's to remember.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(claim.signature, SIGNED_PREFIX + claim.body)
    except InvalidSignature:
        return Refusal(ProofReason.forged)
    if abs(step_of(now_ms) - claim.step) > STEPS_AROUND:
        return Refusal(ProofReason.expired_code)
    return None
