"""The invented shop of the demo, read from its two data files: products by aisle, ten shoppers and what they did so far."""

import csv
import tomllib
from importlib.resources import files

import msgspec

from edge.domain.product import with_check_digit

STORE = "S001"
STORE_NUMBER = 1
CATALOGUE_PREFIX = "952"
"""GS1 keeps prefix 952 for demonstrations and examples, so no code here can belong to a real product."""

AISLES = {
    1: {"ko": "스킨케어", "en": "Skin care"},
    2: {"ko": "클렌징", "en": "Cleansing"},
    3: {"ko": "선케어", "en": "Sun care"},
    4: {"ko": "메이크업", "en": "Make-up"},
    5: {"ko": "헤어·바디", "en": "Hair and body"},
    6: {"ko": "리빙", "en": "Living"},
}


class DemoProduct(msgspec.Struct, frozen=True, kw_only=True):
    """One row of products.csv; `instead` names, in Korean, what may come in its place."""

    gtin: str
    aisle: int
    bay: str
    mark: str
    name: dict[str, str]
    option: dict[str, str]
    price: int
    shelf_price: int
    stock: int
    instead: tuple[str, ...] = ()


class DemoShopper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shopper of shoppers.toml; cart and order name products by their Korean name."""

    key: str
    name: str
    phone: str
    locale: str
    cart: dict[str, int]
    agrees: tuple[str, ...]
    order: dict[str, int] = {}
    order_state: str = ""


def demo_products() -> list[DemoProduct]:
    """The products in file order; a product's place in the file decides its GTIN."""
    text = (files(__package__) / "products.csv").read_text("utf-8")
    return [_product(number, row) for number, row in enumerate(csv.DictReader(text.splitlines()), start=1)]


def _product(number: int, row: dict[str, str]) -> DemoProduct:
    return DemoProduct(
        gtin=with_check_digit(f"0{CATALOGUE_PREFIX}{number:09d}"),
        aisle=int(row["aisle"]),
        bay=row["bay"],
        mark=row["mark"],
        name={"ko": row["name_ko"], "en": row["name_en"]},
        option={"ko": row["option_ko"], "en": row["option_en"]},
        price=int(row["price"]),
        shelf_price=int(row["shelf_price"]),
        stock=int(row["stock"]),
        instead=tuple(name for name in row["instead"].split("|") if name),
    )


def demo_shoppers() -> list[DemoShopper]:
    """The ten shoppers."""
    text = (files(__package__) / "shoppers.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["shopper"], list[DemoShopper])
