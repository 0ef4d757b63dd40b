"""For amounts of money: whole minor units with their currency, exact from file to till.

KRW has no minor unit, so 24,000 won are 24000; GBP has pence, so £1.65 is 165.
"""

import re
from decimal import Decimal

from edge.domain.errors import BadMoney

# ISO 4217: digits after the point. Only currencies a store was set up with so far; a new one is a line here.
DIGITS = {"EUR": 2, "GBP": 2, "JPY": 0, "KRW": 0, "USD": 2}
_SIGNS = {"EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩", "USD": "$"}

# No exponents: a till never writes them, and "1e9999999" would cost a minute to multiply out.
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?")


def format_money(amount_minor: int, currency: str, locale: str) -> str:
    """The amount as a shopper reads it: "24,000원" (KRW, ko), "₩24,000" (KRW, en), "£1.65" (GBP). Raises BadMoney."""
    digits = digits_of(currency)
    sign = "-" if amount_minor < 0 else ""
    whole, rest = divmod(abs(amount_minor), 10**digits)
    figure = f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
    if currency == "KRW" and locale.startswith("ko"):
        return f"{sign}{figure}원"
    return f"{sign}{_SIGNS[currency]}{figure}"


def to_minor(text: str, currency: str) -> int:
    """The minor units of a decimal text such as "1.65"; raises BadMoney when they are not whole."""
    if _DECIMAL.fullmatch(text.strip()) is None:
        raise BadMoney("not a decimal number")
    scaled = Decimal(text.strip()).scaleb(digits_of(currency))
    if scaled != scaled.to_integral_value():
        raise BadMoney("a fraction of the smallest coin")
    return int(scaled)


def digits_of(currency: str) -> int:
    """How many digits of the currency stand after the point; raises BadMoney for one no store was set up with."""
    try:
        return DIGITS[currency]
    except KeyError as error:
        raise BadMoney(f"no store was set up with the currency {currency!r}") from error
