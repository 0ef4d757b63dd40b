"""What is sold everywhere, and what each store has of it: rows in, domain objects out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema import EVERYWHERE, products, stock
from edge.domain.product import Product
from edge.domain.stock import Place, StockHere

_SOME_PRODUCTS = sql("SELECT * FROM products WHERE store_id = '*' AND gtin IN :gtins").bindparams(
    bindparam("gtins", expanding=True)
)
# Not a full-text index: two syllables of Korean are a whole word, and a trigram index finds nothing below three.
_FOUND = sql(
    "SELECT * FROM products WHERE store_id = '*' AND active = 1 AND gtin > :after AND search LIKE :words ESCAPE '!'"
    " ORDER BY gtin LIMIT :limit"
)
_LISTED = sql("SELECT * FROM products WHERE store_id = '*' AND active = 1 AND gtin > :after ORDER BY gtin LIMIT :limit")
_SOME_STOCK = sql("SELECT * FROM stock WHERE store_id = :store AND gtin IN :gtins").bindparams(
    bindparam("gtins", expanding=True)
)
_HEARD = sql(
    "UPDATE stock SET heard_available = :available, heard_at_ms = :at_ms WHERE store_id = :store AND gtin = :gtin"
)
# Units of orders the shop has neither accepted nor declined: they are not yet in any `available` it told us.
_PROMISED = sql(
    "SELECT l.gtin AS gtin, SUM(l.qty) AS qty FROM orders o JOIN order_lines l ON l.store_id = o.store_id AND l.order_id = o.order_id"
    " WHERE o.store_id = :store AND o.state = 'placed' AND o.pickup = 1 AND l.gtin IN :gtins GROUP BY l.gtin"
).bindparams(bindparam("gtins", expanding=True))


def put_products(tx: Tx, some: Sequence[Product], now_ms: int) -> None:
    """Insert or replace products by GTIN."""
    put(tx, products, [_product_row(product, now_ms) for product in some])


def get_products(tx: Tx, gtins: Iterable[str]) -> dict[str, Product]:
    """Those of these GTINs that are known, active or not."""
    wanted = sorted(set(gtins))
    return {row.gtin: _product(row) for row in tx.execute(_SOME_PRODUCTS, {"gtins": wanted})} if wanted else {}


def find_products(tx: Tx, words: str, after: str, limit: int) -> list[Product]:
    """Active products in GTIN order behind `after`, whose names, option, category or GTIN contain `words` ("" for all)."""
    asked = {"words": _pattern(words), "after": after, "limit": limit}
    rows = tx.execute(_FOUND if words else _LISTED, asked)
    return [_product(row) for row in rows]


def put_stock(tx: Tx, store: str, some: Sequence[StockHere]) -> None:
    """What upstream says is on hand, where it stands and what its shelf price is; what the shop told us stays."""
    put(tx, stock, [_stock_row(store, here) for here in some])


def get_stock(tx: Tx, store: str, gtins: Iterable[str]) -> dict[str, StockHere]:
    """What upstream last said of these products at this store."""
    wanted = sorted(set(gtins))
    rows = tx.execute(_SOME_STOCK, {"store": store, "gtins": wanted}) if wanted else ()
    return {row.gtin: _stock(row) for row in rows}


def hear_available(tx: Tx, store: str, available: Mapping[str, int], at_ms: int) -> None:
    """Write down what the shop says it may still promise of each product."""
    if available:
        tx.execute(
            _HEARD,
            [{"store": store, "gtin": gtin, "available": qty, "at_ms": at_ms} for gtin, qty in available.items()],
        )


def heard_available(tx: Tx, store: str, gtins: Iterable[str]) -> dict[str, int]:
    """Units per product that the shop last said it may promise; upstream's number less safety where it never said."""
    wanted = sorted(set(gtins))
    rows = tx.execute(_SOME_STOCK, {"store": store, "gtins": wanted}) if wanted else ()
    return {row.gtin: row.on_hand - row.safety if _newer_upstream(row) else row.heard_available for row in rows}


def promised(tx: Tx, store: str, gtins: Iterable[str]) -> dict[str, int]:
    """Units of these products in orders of this store that wait for its yes or no."""
    wanted = sorted(set(gtins))
    rows = tx.execute(_PROMISED, {"store": store, "gtins": wanted}) if wanted else ()
    return {row.gtin: int(row.qty) for row in rows}


def _pattern(words: str) -> str:
    """What was typed, anywhere in the text; % and _ are letters like any other."""
    letters = words.casefold().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{letters}%"


def _newer_upstream(row: Any) -> bool:
    return row.heard_available is None or row.heard_at_ms < row.as_of_ms


def _product_row(product: Product, now_ms: int) -> dict[str, object]:
    texts = (product.name, product.short_name or {}, product.option or {})
    words = [product.gtin, product.category, *(text for each in texts for text in each.values())]
    return {
        "store_id": EVERYWHERE,
        "gtin": product.gtin,
        "name": _json(product.name),
        "short_name": _maybe_json(product.short_name),
        "option": _maybe_json(product.option),
        "category": product.category,
        "mark": product.mark,
        "price_minor": product.price_minor,
        "currency": product.currency,
        "active": int(product.active),
        "substitutes": _maybe_json(product.substitutes or None),
        "search": "\n".join(words).casefold(),
        "changed_at_ms": now_ms,
    }


def _product(row: Any) -> Product:
    return Product(
        gtin=row.gtin,
        name=_texts(row.name),
        short_name=_texts(row.short_name) if row.short_name else None,
        option=_texts(row.option) if row.option else None,
        category=row.category,
        mark=row.mark,
        price_minor=row.price_minor,
        currency=row.currency,
        active=bool(row.active),
        substitutes=msgspec.json.decode(row.substitutes, type=tuple[str, ...]) if row.substitutes else (),
    )


def _stock_row(store: str, here: StockHere) -> dict[str, object]:
    return {
        "store_id": store,
        "gtin": here.gtin,
        "on_hand": here.on_hand,
        "as_of_ms": here.as_of_ms,
        "safety": here.safety,
        "place": _json(here.place),
        "price_minor": here.price_minor,
        "price_as_of_ms": here.price_as_of_ms,
    }


def _stock(row: Any) -> StockHere:
    return StockHere(
        gtin=row.gtin,
        on_hand=row.on_hand,
        as_of_ms=row.as_of_ms,
        safety=row.safety,
        place=msgspec.json.decode(row.place, type=Place | None),
        price_minor=row.price_minor,
        price_as_of_ms=row.price_as_of_ms,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _maybe_json(value: object) -> str | None:
    return None if value is None else _json(value)


def _texts(raw: str) -> dict[str, str]:
    return msgspec.json.decode(raw, type=dict[str, str])
