"""Products and this store's stock and places, as they came down."""

from collections.abc import Iterable

import msgspec

from edge.domain.product import Product
from edge.domain.stock import Place, StockHere
from sync.db import Connection

_product = msgspec.json.Decoder(Product)
_ENCODER = msgspec.json.Encoder()


def put_products(conn: Connection, given: Iterable[Product]) -> None:
    """Keep products as they are sold now."""
    encode = _ENCODER.encode
    conn.executemany(
        "INSERT INTO products (gtin, body) VALUES (?, ?) ON CONFLICT (gtin) DO UPDATE SET body = excluded.body",
        [(each.gtin, encode(each)) for each in given],
    )


def drop_product(conn: Connection, gtin: str) -> None:
    """The product left the catalogue."""
    conn.execute("DELETE FROM products WHERE gtin = ?", (gtin,))


def products(conn: Connection, gtins: Iterable[str]) -> dict[str, Product]:
    """Those of these products that are known here."""
    wanted = sorted(set(gtins))
    rows = conn.execute(f"SELECT gtin, body FROM products WHERE gtin IN ({', '.join('?' * len(wanted))})", wanted)  # noqa: S608 - marks only
    return {gtin: _product.decode(body) for gtin, body in rows}


def put_stock(conn: Connection, given: Iterable[StockHere]) -> None:
    """Keep what upstream says lies here, with its time."""
    conn.executemany(
        "INSERT INTO stock (gtin, on_hand, as_of_ms, safety, price_minor, price_as_of_ms, aisle, bay, category) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (gtin) DO UPDATE SET on_hand = excluded.on_hand, as_of_ms = excluded.as_of_ms, "
        "safety = excluded.safety, price_minor = excluded.price_minor, price_as_of_ms = excluded.price_as_of_ms, "
        "aisle = excluded.aisle, bay = excluded.bay, category = excluded.category",
        [_stock_row(each) for each in given],
    )


def _stock_row(here: StockHere) -> tuple[str | int | None, ...]:
    place = here.place
    return (
        here.gtin,
        here.on_hand,
        here.as_of_ms,
        here.safety,
        here.price_minor,
        here.price_as_of_ms,
        place.aisle if place else None,
        place.bay if place else None,
        _ENCODER.encode(place.category).decode() if place else None,
    )


def drop_stock(conn: Connection, gtin: str) -> None:
    """The store no longer carries the product."""
    conn.execute("DELETE FROM stock WHERE gtin = ?", (gtin,))


def stock(conn: Connection, gtins: Iterable[str]) -> dict[str, StockHere]:
    """What upstream said about those of these products that this store carries."""
    wanted = sorted(set(gtins))
    rows = conn.execute(
        "SELECT gtin, on_hand, as_of_ms, safety, price_minor, price_as_of_ms, aisle, bay, category FROM stock "  # noqa: S608 - marks only
        f"WHERE gtin IN ({', '.join('?' * len(wanted))})",
        wanted,
    )
    return {row[0]: _stock(row) for row in rows}


def aisles(conn: Connection) -> tuple[int, ...]:
    """The numbers of this store's aisles, as far as products stand in them."""
    rows = conn.execute("SELECT DISTINCT aisle FROM stock WHERE aisle IS NOT NULL ORDER BY aisle")
    return tuple(row[0] for row in rows)


def _stock(row: tuple[str, int, int, int, int, int, int | None, str | None, str | None]) -> StockHere:
    gtin, on_hand, as_of_ms, safety, price_minor, price_as_of_ms, aisle, bay, category = row
    place = None
    if aisle is not None and bay is not None:
        place = Place(aisle, bay, msgspec.json.decode(category or "{}", type=dict[str, str]))
    return StockHere(
        gtin=gtin,
        on_hand=on_hand,
        as_of_ms=as_of_ms,
        safety=safety,
        place=place,
        price_minor=price_minor,
        price_as_of_ms=price_as_of_ms,
    )
