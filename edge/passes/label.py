"""For the label on a parcel: `PK1` and 21 characters, printed as a QR code with the same text under it.

Body, 13 bytes: order 8 · parcel number 1 · revision 1 · check 3. The check finds a mistyped or misread character; it
is no signature, because whoever holds the parcel can read the label anyway: the pass is what opens it.
"""

import hashlib
import struct

from edge.domain.ids import id_bytes, id_text
from edge.domain.pickup import ParcelSeen
from edge.passes.code import Read, read_code, write_code

_BODY = struct.Struct(">8sBB")
_CHECK_BYTES = 3
_CHECK_PREFIX = b"storefloor/parcel/v1\0"
_BYTE_MAX = 255


def write_label(order_id: str, parcel: int, revision: int) -> str:
    """The text of the label for parcel 1–255 of an order."""
    body = _BODY.pack(id_bytes(order_id), parcel, min(revision, _BYTE_MAX))
    return write_code(Read.parcel_label, body + _check(body))


def read_label(text: str) -> ParcelSeen | None:
    """What the label says; None when it is no label or a character of it is wrong."""
    code = read_code(Read.parcel_label, text, _BODY.size + _CHECK_BYTES)
    if code is None or _check(code[: _BODY.size]) != code[_BODY.size :]:
        return None
    order, number, revision = _BODY.unpack(code[: _BODY.size])
    return ParcelSeen(order_id=id_text(order), number=number, revision=revision) if number else None


def _check(body: bytes) -> bytes:
    return hashlib.sha256(_CHECK_PREFIX + body).digest()[:_CHECK_BYTES]
