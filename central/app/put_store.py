"""Takes what head office decides for a store, and sends the store what it needs to begin."""

from collections.abc import Sequence

from central.app.central import Central
from central.app.reasons import CentralReason
from central.app.send_down import Down, config_feed
from central.store.database import Tx
from central.store.keys import get_pass_keys
from central.store.stores import Store, get_staff, get_store, put_store, replace_staff
from edge.domain.errors import Refusal
from edge.domain.truth import PassKeyDown, StaffDown, StaffMember, StoreDown


def put_the_store(central: Central, store: Store) -> bool:
    """Insert or replace a store and send it its configuration: settings, hours, staff, keys of passes; False when nothing is new."""
    with central.books.writing() as tx:
        if get_store(tx, store.store) == store:
            return False
        now_ms, down = central.now_ms(), Down()
        put_store(tx, store, now_ms)
        down.send(config_feed(store.store), "store", store.store, _as_sent(store))
        _send_pass_keys(tx, down, store.store)
        send_staff(tx, down, store.store)
        down.flush(tx, now_ms)
    return True


def put_staff(central: Central, store: str, members: Sequence[StaffMember]) -> Refusal | None:
    """Make these, with the hashes of their PINs, the staff of a store."""
    with central.books.writing() as tx:
        if get_store(tx, store) is None:
            return Refusal(CentralReason.unknown_store, {"store": store})
        now_ms, down = central.now_ms(), Down()
        replace_staff(tx, store, members, now_ms)
        send_staff(tx, down, store)
        down.flush(tx, now_ms)
    return None


def send_staff(tx: Tx, down: Down, store: str) -> None:
    """Send the whole list of who may sign in at the store; the page it leaves with is signed."""
    down.send(config_feed(store), "staff", store, StaffDown(list=get_staff(tx, store)))


def _send_pass_keys(tx: Tx, down: Down, store: str) -> None:
    for key in get_pass_keys(tx):
        row = PassKeyDown(key_id=key.key_id, public=key.public, from_ms=key.from_ms)
        down.send(config_feed(store), "pass_key", str(key.key_id), row)


def _as_sent(store: Store) -> StoreDown:
    return StoreDown(
        store=store.store,
        store_number=store.store_number,
        gln=store.gln or None,
        name=store.name,
        hours=store.hours,
        settings=store.settings,
        currency=store.currency,
        timezone=store.timezone,
    )
