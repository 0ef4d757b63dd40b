"""For labels printed beforehand on a roll: `RL1` and 15 characters, a number that is tied to a parcel when it is staged.

Body, 9 bytes: store number 2 · serial 4 · check 3. Like a parcel's label it is no secret: the pass opens the order.
"""

import hashlib
import struct

import msgspec

from edge.passes.code import Read, read_code, write_code

SERIAL_MAX = 2**32 - 1

_BODY = struct.Struct(">HI")
_CHECK_BYTES = 3
_CHECK_PREFIX = b"storefloor/roll/v1\0"


class RollSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What a label from the roll says: whose roll, and its number on it."""

    store_number: int
    serial: int


def write_roll_label(store_number: int, serial: int) -> str:
    """The text of the label with this number, from 1 on."""
    body = _BODY.pack(store_number, serial)
    return write_code(Read.roll_label, body + _check(body))


def read_roll_label(text: str) -> RollSeen | None:
    """What the label says; None when it is none or a character of it is wrong."""
    code = read_code(Read.roll_label, text, _BODY.size + _CHECK_BYTES)
    if code is None or _check(code[: _BODY.size]) != code[_BODY.size :]:
        return None
    store_number, serial = _BODY.unpack(code[: _BODY.size])
    return RollSeen(store_number=store_number, serial=serial) if serial else None


def _check(body: bytes) -> bytes:
    return hashlib.sha256(_CHECK_PREFIX + body).digest()[:_CHECK_BYTES]
