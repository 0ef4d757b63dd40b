"""Rows of truth that others own: products, stock, and the sealed copies of people."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence

import msgspec

from edge.app.hub import Hub
from edge.domain.cart import Cart
from edge.domain.errors import BadFact
from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.domain.truth import Card, NameCard
from edge.store import catalogue, people
from edge.store.people import subject_of
from sync.db import Connection
from sync.feed import FeedRow

_PEOPLE: dict[str, type[Cart] | type[Card] | type[NameCard]] = {"cart": Cart, "card": Card, "name_card": NameCard}
_DROPS: dict[str, Callable[[Connection, str], object]] = {
    "product": catalogue.drop_product,
    "stock": catalogue.drop_stock,
    "cart": people.drop_cart,
    "card": people.drop_card,
    "name_card": people.drop_name_card,
}


def apply(hub: Hub, conn: Connection, row: FeedRow) -> None:
    """Take one row over. Raises BadFact for a kind nobody knows yet and msgspec's errors for a shape nobody knows."""
    if row.kind not in _DROPS:
        raise BadFact(f"no row is called {row.kind!r}")
    if row.tombstone:
        _DROPS[row.kind](conn, row.key)
        return
    match row.kind:
        case "product":
            catalogue.put_product(conn, msgspec.json.decode(row.body, type=Product))
        case "stock":
            catalogue.put_stock(conn, msgspec.json.decode(row.body, type=StockHere))
        case _:
            _person(hub, conn, row)


def _person(hub: Hub, conn: Connection, row: FeedRow) -> None:
    now_ms = hub.clock.now_ms()
    body = msgspec.json.decode(row.body, type=_PEOPLE[row.kind])
    match body:
        case Cart():
            people.put_cart(conn, hub.keys, body, now_ms)
        case Card():
            people.put_card(conn, hub.keys, body, now_ms)
            people.put_tags(conn, body.identity, [tag_hash(hub, tag) for tag in body.tags])
        case NameCard():
            people.put_name_card(conn, hub.keys, body, now_ms)


def make_keys(hub: Hub, rows: Sequence[FeedRow]) -> None:
    """The keys this page's people need, made and committed before anything is sealed with them."""
    subjects = [_subject(row) for row in rows if row.kind in _PEOPLE and not row.tombstone]
    hub.keys.make([subject for subject in subjects if subject], hub.clock.now_ms())


def names_taken(conn: Connection, rows: Sequence[FeedRow]) -> set[str]:
    """Identities that this page may leave without anything sealed under them; ask before it is applied."""
    gone = {row.key for row in rows if row.tombstone and row.kind in ("card", "cart")}
    orders = {row.key for row in rows if row.tombstone and row.kind == "name_card"}
    return gone | {identity for identity in people.named(conn, orders).values() if identity is not None}


def drop_keys(hub: Hub, taken: Iterable[str], rows: Sequence[FeedRow]) -> None:
    """Drop the keys nothing here is sealed under any longer; end the visits of people whose card went."""
    orders = {f"order:{row.key}" for row in rows if row.tombstone and row.kind == "name_card"}
    with hub.replica.reading() as conn:
        unused = {identity for identity in taken if not people.still_named(conn, identity)}
    if unused or orders:
        hub.keys.drop(unused | orders)
    hub.visits.forget({row.key for row in rows if row.tombstone and row.kind == "card"})


def tag_hash(hub: Hub, tag: str) -> str:
    """The keyed hash under which this hub, and no other, knows a tag."""
    return hmac.new(hub.tag_pepper, tag.encode(), hashlib.sha256).hexdigest()[:32]


def _subject(row: FeedRow) -> str | None:
    try:
        body = msgspec.json.decode(row.body, type=_PEOPLE[row.kind])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None  # the row will be kept unread
    return subject_of(body) if isinstance(body, NameCard) else body.identity
