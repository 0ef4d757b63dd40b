"""50,000 products and 20,000 carts, invented by dice of a fixed seed, the same in every run.

Every field that such a table usually has is carried: what our types have no name for (a stock number, a brand, a picture,
measures, tax) stands as text in those of theirs that hold text, so nothing gets smaller by being left out.
"""

import json
import random
import uuid
from dataclasses import dataclass

from edge.domain.cart import Cart, CartLine, CartState
from edge.domain.product import Product

PRODUCTS, CARTS = 50_000, 20_000
SEED = 3

_HOW = [
    "fresh",
    "organic",
    "roasted",
    "classic",
    "light",
    "premium",
    "value",
    "family",
    "original",
    "crispy",
    "smooth",
    "dark",
    "mild",
    "spicy",
    "natural",
    "frozen",
    "mini",
    "large",
    "whole",
    "soft",
    "ultra",
    "daily",
    "garden",
    "farm",
    "valley",
    "river",
    "coast",
    "royal",
    "alpine",
]
_WHAT = [
    "coffee",
    "milk",
    "bread",
    "pasta",
    "yoghurt",
    "cheese",
    "apples",
    "juice",
    "shampoo",
    "detergent",
    "tissue",
    "cereal",
    "chocolate",
    "biscuits",
    "rice",
    "tuna",
    "beans",
    "soup",
    "tea",
    "water",
    "ham",
    "butter",
    "eggs",
    "tomatoes",
    "batteries",
    "lamp",
    "cable",
    "towel",
    "candle",
]
_ALLERGENS = ["gluten", "milk", "nuts", "soy", "egg"]
_SINCE_S, _FOR_S = 1_763_000_000, 700_000


@dataclass(frozen=True)
class Assortment:
    """What is told to a store."""

    products: list[Product]
    carts: list[Cart]


def invent(store: str) -> Assortment:
    """The same goods and carts for every caller."""
    dice = random.Random(SEED)
    brands = [f"{dice.choice(_HOW).title()}{dice.choice(_WHAT).title()}" for _ in range(400)]
    categories = [f"{what}/{how}" for what in _WHAT[:12] for how in _HOW[:12]]
    told = [_product(dice, brands, categories) for _ in range(PRODUCTS)]
    stock_numbers = [number for number, _ in told]
    products = [product for _, product in told]
    gtins = {number: product.gtin for number, product in told}
    return Assortment(products, [_cart(dice, stock_numbers, gtins, store) for _ in range(CARTS)])


def _product(dice: random.Random, brands: list[str], categories: list[str]) -> tuple[str, Product]:
    number, gtin = f"{dice.randrange(10**13):013d}", f"{dice.randrange(10**14):014d}"
    name = " ".join([*dice.sample(_HOW, 3), dice.choice(_WHAT)])
    brand, category, price_minor = dice.choice(brands), dice.choice(categories), dice.randrange(49, 29_999)
    tax, unit, picture = (
        dice.choice([5, 10, 19]),
        dice.choice(["ea", "kg", "l"]),
        f"/i/{dice.randrange(16**10):010x}.webp",
    )
    measures = {
        "w": dice.randrange(10, 5_000),
        "h": dice.randrange(1, 400),
        "aller": dice.sample(_ALLERGENS, dice.randrange(3)),
    }
    version, changed_at_s = dice.randrange(1, 90), _SINCE_S + dice.randrange(_FOR_S)
    return number, Product(
        gtin=gtin,
        name={"en": name, "brand": brand},
        short_name={"number": number},
        option={
            "attrs": json.dumps(measures, separators=(",", ":")),
            "tax": str(tax),
            "unit": unit,
            "version": str(version),
            "updated_at": str(changed_at_s),
        },
        category=category,
        mark=picture,
        price_minor=price_minor,
        currency="EUR",
    )


def _cart(dice: random.Random, stock_numbers: list[str], gtins: dict[str, str], store: str) -> Cart:
    asked = [
        (dice.choice(stock_numbers), dice.randrange(1, 5), dice.randrange(49, 9_999))
        for _ in range(dice.randrange(1, 9))
    ]
    cart, customer = str(uuid.UUID(int=dice.getrandbits(128), version=4)), f"{dice.getrandbits(128):032x}"
    state = CartState.open if dice.choice(["open", "held", "pickup"]) == "open" else CartState.closed
    version, changed_at_s = dice.randrange(1, 40), _SINCE_S + dice.randrange(_FOR_S)
    lines = tuple(
        CartLine(line=str(place), gtin=gtins[number], qty=qty, version=version, agreed_price_minor=price_minor)
        for place, (number, qty, price_minor) in enumerate(asked)
    )
    return Cart(
        cart_id=cart,
        identity=customer,
        store=store,
        version=version,
        state=state,
        currency="EUR",
        lines=lines,
        changed_at_ms=changed_at_s * 1000,
    )
