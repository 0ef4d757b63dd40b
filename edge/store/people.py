"""Copies of carts and cards of shoppers with an interest in this store: every word of them sealed."""

from collections.abc import Collection, Iterable
from typing import TypeVar

import msgspec

from edge.domain.cart import Cart
from edge.domain.truth import Card, NameCard
from edge.store.sealed import Field, PersonKeys, Sealer
from sync.db import Connection

T = TypeVar("T", Card, Cart, NameCard)

_ENCODER = msgspec.json.Encoder()


class StoredCart(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of a cart and when it was written down here."""

    cart: Cart
    stored_at_ms: int


def subject_of(name_card: NameCard) -> str:
    """Whose key seals a name card: the identity's, or the order's own when nobody is known (a guest)."""
    return name_card.identity or f"order:{name_card.order_id}"


def put_carts(conn: Connection, keys: Sealer, carts: Iterable[Cart], now_ms: int) -> None:
    """Keep the newest copies of identities' carts; their keys must exist."""
    seal, encode = keys.seal, _ENCODER.encode
    conn.executemany(
        "INSERT INTO carts (identity, cart_id, version, stored_at_ms, sealed) VALUES (?, ?, ?, ?, ?) ON CONFLICT (identity) DO UPDATE SET "
        "cart_id = excluded.cart_id, version = excluded.version, stored_at_ms = excluded.stored_at_ms, sealed = excluded.sealed",
        [
            (each.identity, each.cart_id, each.version, now_ms, seal(each.identity, Field.CART, encode(each)))
            for each in carts
        ],
    )


def cart_of(conn: Connection, keys: PersonKeys, identity: str) -> StoredCart | None:
    """The copy of this identity's cart, or None when there is none or its key is gone."""
    row = conn.execute("SELECT sealed, stored_at_ms FROM carts WHERE identity = ?", (identity,)).fetchone()
    if row is None:
        return None
    cart = _open(keys, identity, Field.CART, row[0], Cart)
    return None if cart is None else StoredCart(cart=cart, stored_at_ms=row[1])


def drop_cart(conn: Connection, key: str) -> None:
    """Forget a cart, named by its identity or its own id."""
    conn.execute("DELETE FROM carts WHERE identity = ? OR cart_id = ?", (key, key))


def put_cards(conn: Connection, keys: Sealer, cards: Iterable[Card], now_ms: int) -> None:
    """Keep shoppers' cards; their keys must exist."""
    conn.executemany(
        "INSERT INTO cards (identity, expires_at_ms, stored_at_ms, sealed) VALUES (?, ?, ?, ?) ON CONFLICT (identity) DO UPDATE SET "
        "expires_at_ms = excluded.expires_at_ms, stored_at_ms = excluded.stored_at_ms, sealed = excluded.sealed",
        [
            (each.identity, each.expires_at_ms, now_ms, keys.seal(each.identity, Field.CARD, _ENCODER.encode(each)))
            for each in cards
        ],
    )


def card_of(conn: Connection, keys: PersonKeys, identity: str) -> Card | None:
    """The shopper's card, or None."""
    row = conn.execute("SELECT sealed FROM cards WHERE identity = ?", (identity,)).fetchone()
    return None if row is None else _open(keys, identity, Field.CARD, row[0], Card)


def drop_card(conn: Connection, identity: str) -> None:
    """Her interest ended: card, cart and tags go; name cards of open orders stay until those are closed."""
    conn.execute("DELETE FROM cards WHERE identity = ?", (identity,))
    conn.execute("DELETE FROM carts WHERE identity = ?", (identity,))
    conn.execute("DELETE FROM tags WHERE identity = ?", (identity,))


def put_tags(conn: Connection, identity: str, tag_hashes: Iterable[str]) -> None:
    """The tags this shopper consented to be recognised by, by keyed hash; replaces what was there."""
    conn.execute("DELETE FROM tags WHERE identity = ?", (identity,))
    conn.executemany(
        "INSERT INTO tags (tag_hash, identity) VALUES (?, ?) ON CONFLICT (tag_hash) DO UPDATE SET identity = excluded.identity",
        [(tag_hash, identity) for tag_hash in tag_hashes],
    )


def identity_of_tag(conn: Connection, tag_hash: str) -> str | None:
    """Whose tag it is, if somebody registered it here."""
    row = conn.execute("SELECT identity FROM tags WHERE tag_hash = ?", (tag_hash,)).fetchone()
    return None if row is None else row[0]


def put_name_cards(conn: Connection, keys: Sealer, cards: Iterable[NameCard], now_ms: int) -> None:
    """Keep who collects which order; their keys must exist."""
    conn.executemany(
        "INSERT INTO name_cards (order_id, identity, stored_at_ms, sealed) VALUES (?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET "
        "identity = excluded.identity, stored_at_ms = excluded.stored_at_ms, sealed = excluded.sealed",
        [
            (
                each.order_id,
                each.identity,
                now_ms,
                keys.seal(subject_of(each), Field.NAME_CARD, _ENCODER.encode(each)),
            )
            for each in cards
        ],
    )


def name_cards(conn: Connection, keys: PersonKeys, order_ids: Iterable[str]) -> dict[str, NameCard]:
    """The name cards of these orders that can still be opened."""
    wanted = list(order_ids)
    rows = conn.execute(
        f"SELECT order_id, identity, sealed FROM name_cards WHERE order_id IN ({', '.join('?' * len(wanted))})",  # noqa: S608 - marks only
        wanted,
    )
    opened = {row[0]: _open(keys, row[1] or f"order:{row[0]}", Field.NAME_CARD, row[2], NameCard) for row in rows}
    return {order_id: card for order_id, card in opened.items() if card is not None}


def orders_of(conn: Connection, identity: str) -> list[str]:
    """Orders here whose name card names this identity."""
    return [
        row[0]
        for row in conn.execute("SELECT order_id FROM name_cards WHERE identity = ? ORDER BY order_id", (identity,))
    ]


def named(conn: Connection, order_ids: Collection[str]) -> dict[str, str | None]:
    """Those of these orders that still have a name card, each with the identity it names."""
    rows = conn.execute("SELECT order_id, identity FROM name_cards").fetchall()
    return {order_id: identity for order_id, identity in rows if order_id in order_ids}


def drop_name_card(conn: Connection, order_id: str) -> None:
    """Forget who collected an order."""
    conn.execute("DELETE FROM name_cards WHERE order_id = ?", (order_id,))


def still_named(conn: Connection, identity: str) -> bool:
    """True while anything here is sealed under this identity's key."""
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM cards WHERE identity = ?1) OR EXISTS (SELECT 1 FROM carts WHERE identity = ?1) "
        "OR EXISTS (SELECT 1 FROM name_cards WHERE identity = ?1)",
        (identity,),
    ).fetchone()
    return bool(row[0])


def subjects(conn: Connection) -> set[str]:
    """Everybody under whose key something here is sealed."""
    found = conn.execute(
        "SELECT identity FROM cards UNION SELECT identity FROM carts "
        "UNION SELECT coalesce(identity, 'order:' || order_id) FROM name_cards"
    )
    return {row[0] for row in found}


def with_card(conn: Connection) -> set[str]:
    """Everybody whose card is here."""
    return {row[0] for row in conn.execute("SELECT identity FROM cards")}


def _open(keys: PersonKeys, subject: str, field: Field, sealed: bytes, kind: type[T]) -> T | None:
    plain = keys.open(subject, field, sealed)
    return None if plain is None else msgspec.json.decode(plain, type=kind)
