"""For who somebody is, as far as they said: phone, e-mail, loyalty number, app key, each in one way of writing.

A kiosk, a device and a pass are never identities.
"""

import base64
import binascii
import re
from enum import StrEnum

import msgspec
import phonenumbers

from edge.domain.errors import BadIdentity


class IdentityKind(StrEnum):
    """How somebody may be known."""

    phone = "phone"
    email = "email"
    loyalty = "loyalty"
    app_key = "app_key"
    tag = "tag"


class Identity(msgspec.Struct, frozen=True):
    """One way somebody is known, in its one way of writing."""

    kind: IdentityKind
    value: str


KEY_PREFIX = "ed25519:"
_KEY_BYTES = 32
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_EMAIL_MAX = 254
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,63}")
_LOYALTY = re.compile(r"[A-Z0-9]{4,32}")


def identity(kind: IdentityKind, text: str, region: str = "KR") -> Identity:
    """The identity this text stands for; raises BadIdentity."""
    if kind is IdentityKind.phone:
        return Identity(kind, phone_e164(text, region))
    return Identity(kind, {"email": email, "loyalty": loyalty, "app_key": app_key, "tag": tag}[kind](text))


def phone_e164(text: str, region: str = "KR") -> str:
    """The number as E.164, "010-1234-5678" in KR → "+821012345678"; raises BadIdentity."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise BadIdentity("not a telephone number") from error
    if not phonenumbers.is_valid_number(number):
        raise BadIdentity("no such telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """The address in lower case (RFC 5321 lets the local part differ by case; no shop's customers do). Raises BadIdentity."""
    address = text.strip()
    if len(address) > _EMAIL_MAX or _EMAIL.fullmatch(address) is None or ".." in address:
        raise BadIdentity("not an e-mail address")
    return address.lower()


def loyalty(text: str) -> str:
    """The loyalty number without the gaps people type; raises BadIdentity."""
    number = re.sub(r"[\s-]", "", text).upper()
    if _LOYALTY.fullmatch(number) is None:
        raise BadIdentity("a loyalty number has 4 to 32 letters and digits")
    return number


def app_key(text: str) -> str:
    """The text form of an app's Ed25519 public key, `ed25519:<base64url>`; raises BadIdentity."""
    if not text.startswith(KEY_PREFIX):
        raise BadIdentity("an app key starts with ed25519:")
    encoded = text.removeprefix(KEY_PREFIX)
    try:
        key = base64.b64decode(encoded + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadIdentity("an app key is 43 characters of base64url") from error
    if len(key) != _KEY_BYTES or base64.urlsafe_b64encode(key).decode("ascii").rstrip("=") != encoded:
        raise BadIdentity("an app key is 43 characters of base64url")
    return text


def tag(text: str) -> str:
    """The name of a radio tag as a recorded walk writes it; raises BadIdentity."""
    if _TAG.fullmatch(text) is None:
        raise BadIdentity("a tag has up to 64 letters, digits and : . _ -")
    return text


def mask_name(name: str) -> str:
    """A name a clerk may see: "김민수" → "김*수", "이서" → "이*", "Ada Lovelace" → "A*a L******e"."""
    return " ".join(_mask_word(word) for word in name.split())


def last4(phone: str) -> str:
    """The last four digits, which staff ask for; "" when there are fewer."""
    digits = re.sub(r"\D", "", phone, flags=re.ASCII)
    return digits[-4:] if len(digits) >= 4 else ""


def _mask_word(word: str) -> str:
    if len(word) <= 1:
        return "*"
    if len(word) == 2:
        return word[0] + "*"
    return word[0] + "*" * (len(word) - 2) + word[-1]
