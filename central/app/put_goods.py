"""Takes what other systems know of goods: the catalogue, and what upstream says is on hand in a store."""

from collections.abc import Sequence

from central.app.central import Central
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.goods import get_products, get_stock, put_products, put_stock
from central.store.stores import get_store
from edge.domain.errors import Refusal
from edge.domain.product import Product
from edge.domain.stock import StockHere


def put_catalogue(central: Central, products: Sequence[Product]) -> int:
    """Insert or replace products by GTIN; gives how many were new or different. What is the same goes to no store again."""
    latest = {product.gtin: product for product in products}
    with central.books.writing() as tx:
        known = get_products(tx, latest)
        changed = [product for gtin, product in latest.items() if known.get(gtin) != product]
        now_ms, down = central.now_ms(), Down()
        put_products(tx, changed, now_ms)
        for product in changed:
            down.product(product)
        down.flush(tx, now_ms)
    return len(changed)


def put_stock_of(central: Central, store: str, stock: Sequence[StockHere]) -> int | Refusal:
    """What upstream says is on hand in this store; gives how many entries were new or different."""
    latest = {here.gtin: here for here in stock}
    with central.books.writing() as tx:
        if get_store(tx, store) is None:
            return Refusal(CentralReason.unknown_store, {"store": store})
        known = get_stock(tx, store, latest)
        changed = [here for gtin, here in latest.items() if known.get(gtin) != here]
        down = Down()
        put_stock(tx, store, changed)
        for here in changed:
            down.stock(store, here)
        down.flush(tx, central.now_ms())
    return len(changed)
