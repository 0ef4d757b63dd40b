"""For the pass of an order: 135 characters that a store verifies with a published key and no line.

Body, 19 bytes: version 1 · key id 1 · store 2 · order 8 · revision 1 · expiry in hours since 1970 3 · pass id 3. What is
signed starts with `storefloor/pickup/v1` and a zero byte, so a signature over anything else never fits a pass.
"""

import struct
from collections.abc import Mapping
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge.domain.errors import Refusal
from edge.domain.ids import id_bytes, id_text
from edge.domain.pickup import PassSeen
from edge.passes.code import Read, read_code, write_code

SIGNED_PREFIX = b"storefloor/pickup/v1\0"
PASS_ID_BYTES = 3

_VERSION = 1
_BODY = struct.Struct(">BBH8sB3s3s")
_SIGNATURE_BYTES = 64
_HOUR_MS = 3_600_000
_BYTE_MAX = 255


class PassReason(StrEnum):
    """Why a scan is no pass of ours."""

    not_a_pass = "not_a_pass"  # noqa: S105 - the name of a reason
    unknown_key = "unknown_key"
    forged = "forged"


class PassRefusal(Refusal, frozen=True):
    """The scan proves nothing; `reason` is a PassReason."""


def write_pass(
    signing_key: bytes,
    *,
    key_id: int,
    store_number: int,
    order_id: str,
    revision: int,
    expires_at_ms: int,
    pass_id: bytes,
) -> str:
    """The text of a pass. `signing_key` is the raw Ed25519 private key, `pass_id` 3 bytes of chance.

    The expiry is rounded up to the next full hour: a pass never runs out before it said.
    """
    expiry_hours = -(-expires_at_ms // _HOUR_MS)
    body = _BODY.pack(
        _VERSION,
        key_id,
        store_number,
        id_bytes(order_id),
        min(revision, _BYTE_MAX),
        expiry_hours.to_bytes(3, "big"),
        pass_id.rjust(PASS_ID_BYTES, b"\0"),
    )
    signature = Ed25519PrivateKey.from_private_bytes(signing_key).sign(SIGNED_PREFIX + body)
    return write_code(Read.pickup_pass, body + signature)


def read_pass(text: str, keys: Mapping[int, bytes]) -> PassSeen | PassRefusal:
    """The verified values of a scanned pass, or why it proves nothing. `keys` are raw public keys by key id.

    Which store, which order and whether it has expired is asked of the rule book, which knows the time and the order.
    """
    code = read_code(Read.pickup_pass, text, _BODY.size + _SIGNATURE_BYTES)
    if code is None or code[0] != _VERSION:
        return PassRefusal(PassReason.not_a_pass)
    body, signature = code[: _BODY.size], code[_BODY.size :]
    _, key_id, store_number, order, revision, expiry, pass_id = _BODY.unpack(body)
    if key_id not in keys:
        return PassRefusal(PassReason.unknown_key, {"key_id": key_id})
    try:
        Ed25519PublicKey.from_public_bytes(keys[key_id]).verify(signature, SIGNED_PREFIX + body)
    except InvalidSignature:
        return PassRefusal(PassReason.forged)
    return PassSeen(
        order_id=id_text(order),
        revision=revision,
        pass_id=pass_id.hex(),
        expires_at_ms=int.from_bytes(expiry, "big") * _HOUR_MS,
        key_id=key_id,
        store_number=store_number,
    )
