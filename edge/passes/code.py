"""For the letters of a code: a marker, then canonical base32 that any scanner and keyboard layout types.

Base32 (RFC 4648, no padding) leaves spare bits in its last character; a code whose spare bits are not zero would be a
second way of writing the same bytes, so it is refused.
"""

import base64
import re
from enum import StrEnum

MAX_SCAN = 512  # longer than any code in a shop; more is a stuck key or an attack


class Read(StrEnum):
    """What kind of code a scan is, judged by its marker alone."""

    pickup_pass = "P1"  # noqa: S105 - the marker everybody may know
    parcel_label = "PK1"
    roll_label = "RL1"
    proof = "U1"
    product = "gtin"
    unknown = "unknown"


_LENGTHS = {Read.pickup_pass: 135, Read.parcel_label: 24, Read.roll_label: 18, Read.proof: 126}
_LETTERS = re.compile(r"[A-Z2-7]+")
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_LETTER_BITS = 5


def as_scanned(text: str) -> Read:
    """What this scan claims to be, so that the right reader is asked; nothing is verified."""
    folded = fold_case(text)
    for kind, length in _LENGTHS.items():
        if len(folded) == length and folded.startswith(kind.value):
            return kind
    if len(folded) in (8, 12, 13, 14) and folded.isascii() and folded.isdigit():
        return Read.product
    return Read.unknown


def fold_case(text: str) -> str:
    """The scan in capitals, without the line end a scanner adds; "" when it is too long to be a code."""
    if len(text) > MAX_SCAN or not text.isascii():
        return ""
    return text.strip().upper()


def write_code(kind: Read, body: bytes) -> str:
    """The marker and the body's letters."""
    return kind.value + base64.b32encode(body).decode("ascii").rstrip("=")


def read_code(kind: Read, text: str, length: int) -> bytes | None:
    """The body's bytes if this is the one way to write them behind that marker, else None."""
    folded = fold_case(text)
    marker = kind.value
    letters = folded[len(marker) :]
    if not folded.startswith(marker) or _LETTERS.fullmatch(letters) is None:
        return None
    spare = len(letters) * _LETTER_BITS - length * 8
    if not 0 <= spare < _LETTER_BITS:
        return None
    # Base32 is a number written in base 32: one conversion in C instead of the standard library's loop per letter.
    bits = int(letters.translate(_DIGITS), 1 << _LETTER_BITS)
    return None if bits & (1 << spare) - 1 else (bits >> spare).to_bytes(length, "big")
