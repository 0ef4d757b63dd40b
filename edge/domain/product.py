"""For what is sold: GTINs and GLNs with their check digits (GS1 General Specifications 7.9), and the product itself."""

import msgspec

from edge.domain.errors import BadGtin

_GTIN_LENGTHS = (8, 12, 13, 14)
_GLN_LENGTH = 13


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product as the catalogue knows it. Texts are by locale ("ko", "en"); `mark` is the sign a screen draws for it.

    `substitutes` are the GTINs that may be offered in its place, the first one first.
    """

    gtin: str
    name: dict[str, str]
    short_name: dict[str, str] | None = None
    option: dict[str, str] | None = None
    category: str
    mark: str
    price_minor: int
    currency: str
    active: bool = True
    substitutes: tuple[str, ...] = ()


def gtin14(text: str) -> str:
    """The 14 digits of a GTIN-8, -12, -13 or -14 as scanned; raises BadGtin."""
    if len(text) not in _GTIN_LENGTHS or not _only_digits(text):
        raise BadGtin("a GTIN has 8, 12, 13 or 14 digits")
    _check(text)
    return text.zfill(14)


def gln(text: str) -> str:
    """The 13 digits of a Global Location Number; raises BadGtin."""
    if len(text) != _GLN_LENGTH or not _only_digits(text):
        raise BadGtin("a GLN has 13 digits")
    _check(text)
    return text


def with_check_digit(body: str) -> str:
    """The digits with their GS1 check digit behind them; raises BadGtin."""
    if not body or not _only_digits(body):
        raise BadGtin("only digits have a check digit")
    return body + _check_digit(body)


def _check(text: str) -> None:
    if _check_digit(text[:-1]) != text[-1]:
        raise BadGtin("the check digit does not fit")


def _check_digit(body: str) -> str:
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-weighed % 10)


def _only_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
