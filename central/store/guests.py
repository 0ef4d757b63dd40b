"""Guests: a name and a phone for one order, and the token that opens it, kept only as a hash."""

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx, add
from central.store.schema_orders import guests

_ONE = sql("SELECT * FROM guests WHERE store_id = :store AND order_id = :order")


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Who ordered without a profile; name and phone may be empty."""

    name: str
    phone: str
    locale: str
    token_hash: str


def add_guest(tx: Tx, store: str, order: str, guest: Guest) -> None:
    """Write down who ordered."""
    row = {
        "store_id": store,
        "order_id": order,
        "name": guest.name,
        "phone": guest.phone,
        "locale": guest.locale,
        "token_hash": guest.token_hash,
    }
    add(tx, guests, [row])


def get_guest(tx: Tx, store: str, order: str) -> Guest | None:
    """Who ordered, None when the order is a profile's."""
    row = tx.execute(_ONE, {"store": store, "order": order}).one_or_none()
    if row is None:
        return None
    return Guest(name=row.name, phone=row.phone, locale=row.locale, token_hash=row.token_hash)
