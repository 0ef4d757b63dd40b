"""The stores, what head office decides for each, and who works there."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema import staff, stores
from edge.domain import truth
from edge.domain.hours import OpeningHours
from edge.domain.nearby import Location
from edge.domain.truth import StaffMember

_ONE = sql("SELECT * FROM stores WHERE store_id = :store")
_ALL = sql("SELECT * FROM stores ORDER BY store_id")
_STAFF = sql("SELECT * FROM staff WHERE store_id = :store AND active = 1 ORDER BY staff_id")
_ALL_AWAY = sql("UPDATE staff SET active = 0, changed_at_ms = :now_ms WHERE store_id = :store AND active = 1")


class StoreSettings(truth.StoreSettings, frozen=True, kw_only=True):
    """What head office decides for a store; what a hub need not know stands here, the rest in what comes down to it."""

    agreed_prices_from_app: bool = False
    """The app may name a price and charges of its own: only for a store that was imported with its past orders."""


class Store(msgspec.Struct, frozen=True, kw_only=True):
    """One store as central knows it; `location` None where nobody said."""

    store: str
    store_number: int
    gln: str
    name: dict[str, str]
    hours: OpeningHours
    settings: StoreSettings = StoreSettings()
    currency: str
    timezone: str
    location: Location | None = None


def put_store(tx: Tx, store: Store, now_ms: int) -> None:
    """Insert or replace a store."""
    row = {
        "store_id": store.store,
        "store_number": store.store_number,
        "gln": store.gln,
        "name": msgspec.json.encode(store.name).decode(),
        "hours": msgspec.json.encode(store.hours).decode(),
        "settings": msgspec.json.encode(store.settings).decode(),
        "currency": store.currency,
        "timezone": store.timezone,
        "changed_at_ms": now_ms,
        "location": None if store.location is None else msgspec.json.encode(store.location).decode(),
    }
    put(tx, stores, [row])


def get_store(tx: Tx, store: str) -> Store | None:
    """The store of that code, None when there is none."""
    row = tx.execute(_ONE, {"store": store}).one_or_none()
    return None if row is None else _store(row)


def all_stores(tx: Tx) -> list[Store]:
    """Every store, by code."""
    return [_store(row) for row in tx.execute(_ALL)]


def put_member(tx: Tx, store: str, member: StaffMember, now_ms: int) -> None:
    """Insert or replace one member of staff."""
    put(tx, staff, [_staff_row(store, member, now_ms)])


def replace_staff(tx: Tx, store: str, members: Sequence[StaffMember], now_ms: int) -> None:
    """Make these the staff of the store; whoever is not named may no longer sign in, the row stays for old facts."""
    tx.execute(_ALL_AWAY, {"store": store, "now_ms": now_ms})
    put(tx, staff, [_staff_row(store, member, now_ms) for member in members])


def get_staff(tx: Tx, store: str) -> tuple[StaffMember, ...]:
    """Who may sign in at the store."""
    rows = tx.execute(_STAFF, {"store": store})
    return tuple(
        StaffMember(staff_id=row.staff_id, name=row.name, role=row.role, pin_hash=row.pin_hash) for row in rows
    )


def _staff_row(store: str, member: StaffMember, now_ms: int) -> dict[str, object]:
    return {
        "store_id": store,
        "staff_id": member.staff_id,
        "name": member.name,
        "role": member.role,
        "pin_hash": member.pin_hash,
        "active": 1,
        "changed_at_ms": now_ms,
    }


def _store(row: Any) -> Store:
    return Store(
        store=row.store_id,
        store_number=row.store_number,
        gln=row.gln,
        name=msgspec.json.decode(row.name, type=dict[str, str]),
        hours=msgspec.json.decode(row.hours, type=OpeningHours),
        settings=msgspec.json.decode(row.settings, type=StoreSettings),
        currency=row.currency,
        timezone=row.timezone,
        location=msgspec.json.decode(row.location, type=Location) if row.location else None,
    )
