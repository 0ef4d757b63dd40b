"""For the PIN of a member of staff: kept only as an argon2id hash that comes down with the signed staff list."""

import re

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB and two passes are OWASP's floor for argon2id, and about a tenth of a second on a Raspberry Pi 4: a clerk does
# not notice, while a stolen list of six-digit PINs costs a day per member of staff instead of a second.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
_PIN = re.compile(r"[0-9]{6}")


def is_pin(pin: str) -> bool:
    """True for six digits."""
    return _PIN.fullmatch(pin) is not None


def hash_pin(pin: str) -> str:
    """The argon2id hash of a PIN, with its salt and cost in it."""
    return _HASHER.hash(pin)


def pin_fits(pin_hash: str, pin: str) -> bool:
    """True when this PIN made that hash; a hash that cannot be read fits nothing."""
    try:
        return _HASHER.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
