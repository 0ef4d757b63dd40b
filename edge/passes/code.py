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
    proof = "U1"
    product = "gtin"
    unknown = "unknown"


_LENGTHS = {Read.pickup_pass: 135, Read.parcel_label: 24, Read.proof: 126}
_LETTERS = re.compile(r"[A-Z2-7]+")


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
    letters = folded.removeprefix(kind.value)
    if not folded.startswith(kind.value) or _LETTERS.fullmatch(letters) is None:
        return None
    if len(letters) != -(-length * 8 // 5):
        return None
    body = base64.b32decode(letters + "=" * (-len(letters) % 8))
    return body if write_code(kind, body) == folded else None
