"""The store's configuration as it came down, read often and changed rarely."""

import msgspec

from edge.app.hub import Hub
from edge.domain.errors import BadHours
from edge.domain.hours import OpeningHours, always_open
from edge.domain.truth import StoreDown
from edge.store import config
from sync.db import Connection
from sync.signing import parse_public

STORE_KEY = "store"
_store = msgspec.json.Decoder(StoreDown)


def store_config(hub: Hub) -> StoreDown | None:
    """The store as head office set it up, or None before that ever came down."""
    with hub.state.reading() as conn:
        return read_store(conn)


def read_store(conn: Connection) -> StoreDown | None:
    """The same, inside a transaction."""
    body = config.get(conn, STORE_KEY)
    return None if body is None else _store.decode(body)


def store_number(hub: Hub) -> int | None:
    """The number passes of this store carry, or None before it came down."""
    known = store_config(hub)
    return None if known is None else known.store_number


def pass_keys(hub: Hub) -> dict[int, bytes]:
    """The public keys passes are verified with, by their number."""
    with hub.state.reading() as conn:
        return {key_id: parse_public(public) for key_id, public in config.pass_keys(conn).items()}


def opening_hours(store: StoreDown) -> OpeningHours:
    """The store's hours; a store that sent none, or a table that contradicts itself, counts as open."""
    if store.hours is None:
        return always_open(store.timezone)
    try:
        store.hours.check()
    except BadHours:
        return always_open(store.timezone)
    return store.hours
