"""Count what lies on the shelves: found, missing, unknown, and what has left by the book and lies here all the same.

It is done each evening, and after a restore it is how the book is brought back to what is true. Counting changes no
order: what does not fit is put on the list that somebody looks at.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from edge.app.act import Tx, once
from edge.app.asked import EventId, Scan
from edge.app.hub import Hub
from edge.app.roll_labels import read_parcel
from edge.app.store_config import opening_hours, read_store
from edge.domain.errors import Refusal
from edge.domain.facts import ShelfCounted, ShelfParcel
from edge.domain.pickup import ParcelState
from edge.store import incidents, shelf_counts
from edge.store.shelf_counts import OnShelf
from sync.db import Connection

SCANS_MAX = 3_000
"""More parcels than a store of this size has shelves for; as a fact they are half of what one row may carry."""
BEFORE_CLOSE_MS = 3_600_000
"""The count is asked for from an hour before the doors close: the shelves hardly change any more, and staff is still here."""
RESTORED = "shelf_count_due"
"""The incident that a restore leaves."""


class DueWhy(StrEnum):
    """Why somebody should count now."""

    evening = "evening"
    restored = "restored"  # the book may be old: what lies on the shelf tells how old


class CountAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Every label that was scanned at the shelves, in any order; one scanned twice counts once."""

    event_id: EventId
    scans: Annotated[tuple[Scan, ...], Meta(max_length=SCANS_MAX)]


class CountedParcel(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel in a count. `display_code`, `shelf` and `state` are the book's, "" where the book does not know it."""

    order_id: str
    parcel: int
    display_code: str = ""
    shelf: str = ""
    state: str = ""
    closed: bool = False


class ShelfCount(msgspec.Struct, frozen=True, kw_only=True):
    """What a count found. `to_unpack` are those among `found` whose order is closed; `unreadable` are scans that are no label."""

    count_id: str
    at_ms: int
    by: str
    found: tuple[CountedParcel, ...]
    missing: tuple[CountedParcel, ...]
    unknown: tuple[CountedParcel, ...]
    should_have_left: tuple[CountedParcel, ...]
    to_unpack: tuple[CountedParcel, ...]
    unreadable: tuple[str, ...] = ()


class ShelfCountDue(msgspec.Struct, frozen=True, kw_only=True):
    """A count is due, since when and why."""

    since_ms: int
    why: DueWhy


class LastCount(msgspec.Struct, frozen=True, kw_only=True):
    """The newest count, what the book expects on the shelves now, and whether a count is due."""

    last: ShelfCount | None
    expected: tuple[CountedParcel, ...]
    due: ShelfCountDue | None


def count_shelf(hub: Hub, asked: CountAsked, actor: str) -> ShelfCount | Refusal:
    """Compare what was scanned with the book, record it, and put what does not fit on the review list."""

    def act(tx: Tx) -> ShelfCount | Refusal:
        counted = _compare(tx, asked, actor)
        tx.owe(_fact(tx, counted, actor), asked.event_id)
        shelf_counts.keep(tx.conn, counted.count_id, msgspec.json.encode(counted), tx.now_ms)
        incidents.done_by_itself(tx.conn, kind=RESTORED, by=actor, now_ms=tx.now_ms)
        _put_on_list(tx, counted)
        tx.tell("board")
        return counted

    return once(hub, asked.event_id, asked, ShelfCount, act)


def read_last_count(hub: Hub) -> LastCount:
    """For the page on which the count is made."""
    with hub.state.reading() as conn:
        body = shelf_counts.last(conn)
        return LastCount(
            last=None if body is None else msgspec.json.decode(body, type=ShelfCount),
            expected=tuple(_as_booked(each) for each in shelf_counts.shelved(conn)),
            due=count_due(conn, hub.clock.now_ms()),
        )


def count_due(conn: Connection, now_ms: int) -> ShelfCountDue | None:
    """Whether somebody should count now: after a restore, or in the evening while something lies on the shelves."""
    restored = incidents.open_since(conn, RESTORED)
    if restored is not None:
        return ShelfCountDue(since_ms=restored, why=DueWhy.restored)
    evening_ms = _evening_ms(conn, now_ms)
    if evening_ms is None or now_ms < evening_ms or shelf_counts.was_counted_since(conn, evening_ms):
        return None
    return ShelfCountDue(since_ms=evening_ms, why=DueWhy.evening) if shelf_counts.is_any_shelved(conn) else None


def _evening_ms(conn: Connection, now_ms: int) -> int | None:
    """From when the count of this day of the store is due; None on a day without an evening."""
    store = read_store(conn)
    if store is None or store.hours is None:
        return None
    hours = opening_hours(store)
    spans = hours.spans_on(datetime.fromtimestamp(now_ms / 1000, ZoneInfo(hours.zone)).date())
    return hours.moment_on(now_ms, max(end for _, end in spans)) - BEFORE_CLOSE_MS if spans else None


def _compare(tx: Tx, asked: CountAsked, actor: str) -> ShelfCount:
    seen: dict[tuple[str, int], OnShelf | None] = {}
    unreadable: list[str] = []
    for scan in dict.fromkeys(asked.scans):
        label = read_parcel(tx.conn, scan)
        if label is None:
            unreadable.append(scan[:64])
            continue
        seen[label.order_id, label.number] = shelf_counts.parcel(tx.conn, label.order_id, label.number)
    here = (ParcelState.shelved, ParcelState.packed)
    booked = [each for each in seen.values() if each is not None]
    found = [each for each in booked if each.state in here]
    return ShelfCount(
        count_id=asked.event_id,
        at_ms=tx.now_ms,
        by=actor,
        found=_sorted(found),
        missing=_sorted(each for each in shelf_counts.shelved(tx.conn) if (each.order_id, each.parcel) not in seen),
        unknown=tuple(
            CountedParcel(order_id=order_id, parcel=number)
            for (order_id, number), each in sorted(seen.items())
            if each is None
        ),
        should_have_left=_sorted(each for each in booked if each.state not in here),
        to_unpack=_sorted(each for each in found if each.closed),
        unreadable=tuple(unreadable),
    )


def _fact(tx: Tx, counted: ShelfCount, actor: str) -> ShelfCounted:
    return ShelfCounted(
        actor=actor,
        at=tx.at,
        count_id=counted.count_id,
        found=_named(counted.found),
        missing=_named(counted.missing),
        unknown=_named(counted.unknown),
        should_have_left=_named(counted.should_have_left),
    )


def _put_on_list(tx: Tx, counted: ShelfCount) -> None:
    """Each parcel that does not fit is an incident of its own; one that is found again is over."""
    for kind, parcels in (
        ("parcel_missing", counted.missing),
        ("parcel_unknown", counted.unknown),
        ("parcel_should_have_left", counted.should_have_left),
    ):
        for each in parcels:
            detail = f"{each.display_code or '–'}-{each.parcel}, {each.shelf or '–'}"
            subject = f"{each.order_id}/{each.parcel}"
            incidents.raise_one(tx.conn, kind=kind, subject=subject, detail=detail, now_ms=tx.now_ms)
    for each in counted.found:
        subject = f"{each.order_id}/{each.parcel}"
        incidents.over(tx.conn, kind="parcel_missing", subject=subject, by=counted.by, now_ms=tx.now_ms)


def _sorted(parcels: Iterable[OnShelf]) -> tuple[CountedParcel, ...]:
    return tuple(
        _as_booked(each) for each in sorted(parcels, key=lambda each: (each.shelf, each.display_code, each.parcel))
    )


def _as_booked(each: OnShelf) -> CountedParcel:
    return CountedParcel(
        order_id=each.order_id,
        parcel=each.parcel,
        display_code=each.display_code,
        shelf=each.shelf,
        state=each.state,
        closed=each.closed,
    )


def _named(parcels: tuple[CountedParcel, ...]) -> tuple[ShelfParcel, ...]:
    return tuple(ShelfParcel(order=each.order_id, parcel=each.parcel) for each in parcels)
