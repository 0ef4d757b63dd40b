"""Makes a catalogue out of stock codes: a GTIN, a name, a price, a place on an invented shelf, for each product of the week.

Aisle, bay and mark are invented and follow from the code alone, so the same product stands at the same place in every
week. GTINs lie in the range 20–29 that GS1 leaves to a store's own use (General Specifications 2.1.11).
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from edge.domain.product import Product, gtin14, with_check_digit
from edge.domain.stock import Place, StockHere
from edge.tools.uci_rows import CURRENCY, Row

CHARGE_CODES = frozenset({"POST", "DOT", "C2", "M", "D", "S", "CRUK", "BANK CHARGES", "AMAZONFEE"})

AISLES = {
    1: {"ko": "거실", "en": "Living room"},
    2: {"ko": "주방", "en": "Kitchen"},
    3: {"ko": "식탁", "en": "Table"},
    4: {"ko": "조명·향초", "en": "Lights and candles"},
    5: {"ko": "가방", "en": "Bags"},
    6: {"ko": "문구", "en": "Stationery"},
    7: {"ko": "정원", "en": "Garden"},
    8: {"ko": "파티", "en": "Party"},
    9: {"ko": "선물", "en": "Gifts"},
    10: {"ko": "욕실", "en": "Bathroom"},
    11: {"ko": "장난감", "en": "Toys"},
    12: {"ko": "계절", "en": "Seasonal"},
}
_BAYS = "ABCDEFGH"
_MARKS = (
    ("bag", ("BAG", "SHOPPER", "PURSE")),
    ("candle", ("CANDLE", "T-LIGHT", "LANTERN")),
    ("cup", ("CUP", "MUG", "TEACUP")),
    ("towel", ("TOWEL", "CLOTH")),
)
_SHAPE = re.compile(r"([0-9]{5})([A-Z]{0,3})")
_LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class GtinsCollide(ValueError):
    """Two stock codes were given one GTIN: nothing was loaded, one of the codes must be renamed in the files."""


def is_charge(code: str) -> bool:
    """True for the nine codes that are money and no product."""
    return code in CHARGE_CODES


def gtin_of(code: str) -> str:
    """The GTIN-14 of a stock code, always the same.

    Five digits and up to three letters are written out (prefix 20: no two can meet); any other code is the first ten
    digits of its SHA-256 (prefix 29).
    """
    shape = _SHAPE.fullmatch(code)
    if shape is None:
        digest = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8], "big")
        return gtin14(with_check_digit(f"29{digest % 10**10:010d}"))
    suffix = 0
    for letter in shape[2]:
        suffix = suffix * len(_LETTERS) + _LETTERS.index(letter)
    return gtin14(with_check_digit(f"20{shape[1]}{suffix:05d}"))


def gtins_of(codes: Iterable[str]) -> dict[str, str]:
    """GTIN by stock code. Raises GtinsCollide when two codes share one."""
    by_gtin: dict[str, str] = {}
    for code in codes:
        other = by_gtin.setdefault(gtin_of(code), code)
        if other != code:
            raise GtinsCollide(f"{code} and {other} share the GTIN {gtin_of(code)}")
    return {code: gtin for gtin, code in by_gtin.items()}


def place_of(code: str) -> Place:
    """Where the product stands in the invented shop."""
    digest = hashlib.sha256(b"shelf " + code.encode()).digest()
    aisle = 1 + digest[0] % len(AISLES)
    return Place(aisle, f"{_BAYS[digest[1] % len(_BAYS)]}{1 + digest[2] % 9}", AISLES[aisle])


def products_of(rows: Sequence[Row], gtins: dict[str, str]) -> list[Product]:
    """The catalogue: the name and the price each product has most often (the first of equals), in the order of codes."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    prices: dict[str, Counter[int]] = defaultdict(Counter)
    for row in sorted(rows, key=lambda row: row.is_cancellation):  # a sale's price before a refund's among equals
        if row.code in gtins:
            names[row.code][row.text or row.code] += 1
            prices[row.code][row.price_minor] += 0 if row.is_cancellation else 1
    return [_product(code, gtins[code], names[code], prices[code]) for code in sorted(gtins)]


def _product(code: str, gtin: str, names: Counter[str], prices: Counter[int]) -> Product:
    name = names.most_common(1)[0][0]
    return Product(
        gtin=gtin,
        name={"en": name},
        category=place_of(code).category["en"],
        mark=next((mark for mark, words in _MARKS if any(word in name.upper() for word in words)), "generic"),
        price_minor=prices.most_common(1)[0][0],
        currency=CURRENCY,
    )


def stock_of(rows: Sequence[Row], products: Sequence[Product], gtins: dict[str, str], as_of_ms: int) -> list[StockHere]:
    """On hand at the start: exactly what the files sell, safety 0; a product only ever given back starts at 0."""
    sold: Counter[str] = Counter()
    for row in rows:
        if row.code in gtins and not row.is_cancellation:
            sold[row.code] += row.qty
    price = {product.gtin: product.price_minor for product in products}
    return [
        StockHere(
            gtin=gtin,
            on_hand=sold[code],
            as_of_ms=as_of_ms,
            safety=0,
            place=place_of(code),
            price_minor=price[gtin],
            price_as_of_ms=as_of_ms,
        )
        for code, gtin in sorted(gtins.items())
    ]
