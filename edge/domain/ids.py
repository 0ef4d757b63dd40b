"""For naming things so that two counters that cannot talk never choose the same name.

Randomness is handed in (`Rng`), so a simulated world names the same things the same way every time.
"""

import base64
import re
from collections.abc import Callable

from edge.domain.errors import BadId

Rng = Callable[[int], bytes]
"""Gives that many unpredictable bytes."""

# Thirty characters that no font and no tired eye confuses: without 0 and O, 1, I and L, and without U, which is read as V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
DISPLAY_CODE_LENGTH = 4
ID_BYTES = 8

_EVENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def event_id(now_ms: int, rng: Rng) -> str:
    """A UUIDv7 (RFC 9562): 48 bits of label time, 74 of chance; minted once where the intent arose, kept on every hop."""
    chance = int.from_bytes(rng(10), "big")
    value = (now_ms & (1 << 48) - 1) << 80
    value |= 7 << 76 | (chance >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | chance & (1 << 62) - 1
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_event_id(text: str) -> bool:
    """True for the lower-case text of a UUIDv7."""
    return _EVENT_ID.fullmatch(text) is not None


def order_id(rng: Rng) -> str:
    """64 random bits as 13 characters of base32 (RFC 4648, no padding)."""
    return id_text(rng(ID_BYTES))


def identity_id(rng: Rng) -> str:
    """64 random bits as 13 characters, like an order's."""
    return id_text(rng(ID_BYTES))


def id_text(value: bytes) -> str:
    """The 13 characters that stand for these 8 bytes."""
    if len(value) != ID_BYTES:
        raise BadId("an id is 8 bytes")
    return base64.b32encode(value).decode("ascii").rstrip("=")


def id_bytes(text: str) -> bytes:
    """The 8 bytes of a 13-character id; raises BadId unless this is the one way to write them."""
    try:
        value = base64.b32decode(text + "===")
    except (ValueError, UnicodeEncodeError) as error:
        raise BadId("an id is 13 characters of A–Z and 2–7") from error
    if len(value) != ID_BYTES or id_text(value) != text:
        raise BadId("an id is 13 characters of A–Z and 2–7")
    return value


def is_id(text: str) -> bool:
    """True for a 13-character id in its one way of writing."""
    try:
        id_bytes(text)
    except BadId:
        return False
    return True


def display_code(rng: Rng) -> str:
    """Four characters a clerk can call across the shop; unique per store and day by whoever draws it."""
    return typed_code(rng, DISPLAY_CODE_LENGTH)


def typed_code(rng: Rng, length: int) -> str:
    """`length` characters of ALPHABET, each equally likely."""
    code = ""
    even = 256 // len(ALPHABET) * len(ALPHABET)  # bytes above would make the first letters likelier
    while len(code) < length:
        code += "".join(ALPHABET[byte % len(ALPHABET)] for byte in rng(length) if byte < even)
    return code[:length]
