"""For the code that is typed when nothing can be scanned: eight characters that stand for an order, known here only by a slow hash.

With the last four digits of the phone it opens what the pass opens. Central derives it and shows it beside the pass; a store
holds its check, so that a copied disk has to try 6.6 × 10^11 codes, at about two milliseconds and one mebibyte each.
"""

import base64
import hashlib

from edge.domain.ids import ALPHABET

TYPED_LENGTH = 8

_ROUND = b"storefloor/typed/v1\0"
_COST, _BLOCK, _LANES = 1024, 8, 1
_CHECK_BYTES = 16


def typed_code(secret: bytes) -> str:
    """The eight characters that follow from these 32 secret bytes, at least one of them a letter: a GTIN-8 has none."""
    while True:
        number = int.from_bytes(secret, "big")
        code = ""
        for _ in range(TYPED_LENGTH):
            number, place = divmod(number, len(ALPHABET))
            code += ALPHABET[place]
        if not code.isdigit():
            return code
        secret = hashlib.sha256(_ROUND + secret).digest()


def read_typed(text: str) -> str | None:
    """The code in what was typed: any case, blanks and dashes between; None when it can be none."""
    if len(text) > 2 * TYPED_LENGTH:
        return None
    code = text.replace(" ", "").replace("-", "").upper()
    fits = len(code) == TYPED_LENGTH and all(letter in ALPHABET for letter in code) and not code.isdigit()
    return code if fits else None


def typed_check(code: str, store: str) -> str:
    """What a store keeps of a code and finds it by: scrypt with the store as its salt, 26 characters."""
    check = hashlib.scrypt(code.encode(), salt=_ROUND + store.encode(), n=_COST, r=_BLOCK, p=_LANES, dklen=_CHECK_BYTES)
    return base64.b32encode(check).decode("ascii").rstrip("=")
