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
from edge.store.sealed import Sealer
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


def apply(hub: Hub, conn: Connection, row: FeedRow, *, keys: Sealer) -> None:
    """Take one row over. Raises BadFact for a kind nobody knows yet and msgspec's errors for a shape nobody knows."""
    if row.kind not in _DROPS:
        raise BadFact(f"no row is called {row.kind!r}")
    if row.tombstone:
        _DROPS[row.kind](conn, row.key)
        return
    put_all(hub, conn, row.kind, [msgspec.json.decode(row.body)], keys=keys)


def put_all(hub: Hub, conn: Connection, kind: str, bodies: Sequence[object], *, keys: Sealer) -> None:
    """Keep things of one kind, given as JSON values. Raises as `apply`, and IntegrityError when two of them collide."""
    now_ms = hub.clock.now_ms()
    match kind:
        case "product":
            catalogue.put_products(conn, msgspec.convert(bodies, list[Product]))
        case "stock":
            catalogue.put_stock(conn, msgspec.convert(bodies, list[StockHere]))
        case "cart":
            people.put_carts(conn, keys, msgspec.convert(bodies, list[Cart]), now_ms)
        case "card":
            cards = msgspec.convert(bodies, list[Card])
            people.put_cards(conn, keys, cards, now_ms)
            for card in cards:
                people.put_tags(conn, card.identity, [tag_hash(hub, tag) for tag in card.tags])
        case "name_card":
            people.put_name_cards(conn, keys, msgspec.convert(bodies, list[NameCard]), now_ms)
        case _:
            raise BadFact(f"no row is called {kind!r}")


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


def drop_unused_keys(hub: Hub) -> int:
    """Drop every key nothing here is sealed under any longer; gives how many.

    For after a snapshot, and for a start: between writing copies and dropping keys a plug may have been pulled.
    """
    with hub.replica.reading() as conn:
        unused = set(hub.keys.subjects()) - people.subjects(conn)
    if unused:
        hub.keys.drop(unused)
    return len(unused)


def tag_hash(hub: Hub, tag: str) -> str:
    """The keyed hash under which this hub, and no other, knows a tag."""
    return hmac.new(hub.tag_pepper, tag.encode(), hashlib.sha256).hexdigest()[:32]


def _subject(row: FeedRow) -> str | None:
    try:
        body = msgspec.json.decode(row.body, type=_PEOPLE[row.kind])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None  # the row will be kept unread
    return subject_of(body) if isinstance(body, NameCard) else body.identity
