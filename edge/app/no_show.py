"""Orders nobody came for: who they are (a dry run), closing them by a manager's press, and taking such a run back.

Hours count while the shop is open, from when the shopper was told. Nothing is closed while time is unconfirmed or the hub
is recovering, nor while she stands in the shop, asked for more time, or asked to cancel.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app import recovering
from edge.app.act import Tx, once
from edge.app.asked import EventId
from edge.app.availability import available_now, stock_rows
from edge.app.board import read_names
from edge.app.hub import Hub
from edge.app.move_pickup import move
from edge.app.store_config import opening_hours, read_store
from edge.domain.errors import Refusal
from edge.domain.facts import PickupExpired, PickupReopened
from edge.domain.pickup import Pickup, decide_expire, decide_reopen, found_of, parcels_of_run
from edge.domain.stock import StockHere
from edge.domain.truth import StoreDown
from edge.store import no_shows, pickups
from edge.store.no_shows import Run, Waiting
from sync.db import Connection

HOUR_MS = 3_600_000
HERE_MS = 2 * HOUR_MS
"""Who checked in this recently stands in the shop."""
RUNS_MS = 28 * 24 * HOUR_MS
SHOWN = 200


class NoShowReason(StrEnum):
    """Why nothing of it is done."""

    time_unconfirmed = "time_unconfirmed"
    unknown_run = "unknown_run"
    no_store = "no_store"  # the store's settings have not come down yet


class NoShowAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Close at most so many; the press's event_id becomes the run's id."""

    event_id: EventId
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class UndoRunAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Take a whole run back."""

    event_id: EventId
    run_id: Annotated[str, Meta(max_length=64)] = ""


class NoShow(msgspec.Struct, frozen=True, kw_only=True):
    """One order a run would close."""

    order_id: str
    display_code: str
    masked_name: str | None
    shelves: tuple[str, ...]
    parcels: int
    units: int
    since_ms: int
    reminded_at_ms: int | None


class NoShows(msgspec.Struct, frozen=True, kw_only=True):
    """The dry run: how many are due now and which (at most 200), how many a run closes, and the runs of four weeks.

    `untold` wait because the shopper has not been told yet, `kept_longer` because somebody asked for more time.
    `waits_for`: why no run is possible now (time_unconfirmed, recovering, superseded, no_store), else None.
    """

    now_ms: int
    count: int
    limit: int
    keep_open_hours: int
    untold: int
    kept_longer: int
    waits_for: str | None
    orders: tuple[NoShow, ...]
    runs: tuple[Run, ...]


class Expired(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did: how many it closed, and how many are still due."""

    run_id: str
    expired: int
    left: int


class Reopened(msgspec.Struct, frozen=True, kw_only=True):
    """What taking it back did; `left` are codes of orders whose goods have been promised to somebody else since."""

    run_id: str
    reopened: int
    left: tuple[str, ...]


def read_no_shows(hub: Hub) -> NoShows:
    """Who a run would close now; changes nothing."""
    now_ms = hub.clock.now_ms()
    with hub.state.reading() as conn:
        store, waits_for = read_store(conn), _why_not(hub, conn)
        found = no_shows.waiting(conn)
        due = _due(store, found, now_ms) if store is not None and waits_for is None else []
        orders = {each.order_id: each for each in pickups.get_many(conn, [one.order_id for one in due[:SHOWN]])}
        runs = no_shows.runs_since(conn, now_ms - RUNS_MS)
    names = read_names(hub, list(orders))
    keep = store.settings.keep_open_hours if store is not None else 0
    return NoShows(
        now_ms=now_ms,
        count=len(due),
        limit=store.settings.expire_run_limit if store is not None else 0,
        keep_open_hours=keep,
        untold=sum(each.told_at_ms is None for each in found) if keep else 0,
        kept_longer=sum((each.extended_until_ms or 0) > now_ms for each in found),
        waits_for=waits_for,
        orders=tuple(
            _view(orders[each.order_id], each, name.masked_name if (name := names.get(each.order_id)) else None)
            for each in due[:SHOWN]
        ),
        runs=tuple(runs),
    )


def expire_no_shows(hub: Hub, asked: NoShowAsked, actor: str) -> Expired | Refusal:
    """Close those who are due, at most as many as asked and as the store allows; their goods go back to the sales floor."""

    def act(tx: Tx) -> Expired | Refusal:
        waits_for, store = _why_not(hub, tx.conn), read_store(tx.conn)
        if waits_for is not None or store is None:
            return Refusal(waits_for or NoShowReason.no_store.value)
        due = _due(store, no_shows.waiting(tx.conn), tx.now_ms)
        chosen = [each.order_id for each in due[: min(asked.limit, store.settings.expire_run_limit)]]
        for pickup in pickups.get_many(tx.conn, chosen):
            _expire(tx, pickup, asked.event_id, actor)
        return Expired(run_id=asked.event_id, expired=len(chosen), left=len(due) - len(chosen))

    return once(hub, asked.event_id, asked, Expired, act)


def undo_run(hub: Hub, asked: UndoRunAsked, actor: str) -> Reopened | Refusal:
    """Take a run back: every order it closed lies on its shelf again, but for those whose goods are promised anew."""
    with hub.state.reading() as conn:
        named = pickups.get_many(conn, list(no_shows.orders_of(conn, asked.run_id)))
    stock = stock_rows(hub, {line.gtin for pickup in named for line in pickup.lines})

    def act(tx: Tx) -> Reopened | Refusal:
        if not no_shows.is_run(tx.conn, asked.run_id):
            return Refusal(NoShowReason.unknown_run)
        waits = recovering.refusal(tx.conn)
        if waits is not None:
            return waits
        run = pickups.get_many(tx.conn, list(no_shows.orders_of(tx.conn, asked.run_id)))
        left = [pickup.display_code for pickup in run if not _reopen(tx, pickup, asked.run_id, stock, actor)]
        return Reopened(run_id=asked.run_id, reopened=len(run) - len(left), left=tuple(left))

    return once(hub, asked.event_id, asked, Reopened, act)


def _why_not(hub: Hub, conn: Connection) -> str | None:
    """Why no order may be closed now: a wrong clock or an old book would close what somebody still comes for."""
    if read_store(conn) is None:
        return NoShowReason.no_store.value
    if not hub.clock.confirmed():
        return NoShowReason.time_unconfirmed.value
    waits = recovering.refusal(conn)
    return waits.reason if waits is not None else None


def _due(store: StoreDown, found: list[Waiting], now_ms: int) -> list[Waiting]:
    """Those whose time is over. `keep_open_hours` 0 closes at once, told or not."""
    keep = store.settings.keep_open_hours
    over_ms = opening_hours(store).before_open_ms(now_ms, keep * HOUR_MS) if keep else now_ms
    return [] if over_ms is None else [each for each in found if _is_due(each, over_ms, now_ms, at_once=not keep)]


def _is_due(each: Waiting, over_ms: int, now_ms: int, *, at_once: bool) -> bool:
    if (each.extended_until_ms or 0) > now_ms:
        return False
    if each.arrived_at_ms is not None and now_ms - each.arrived_at_ms < HERE_MS:
        return False
    if at_once:
        return True
    return each.told_at_ms is not None and max(each.told_at_ms, each.ready_at_ms) <= over_ms


def _expire(tx: Tx, pickup: Pickup, run_id: str, actor: str) -> None:
    assert decide_expire(pickup) is None, "only what is ready and not asked for is due"
    parcels = tuple(parcel.number for parcel in pickup.parcels_here)
    fact = PickupExpired(
        actor=actor, at=tx.at, order=pickup.order_id, run_id=run_id, parcels=parcels, found=found_of(pickup)
    )
    move(tx, pickup, fact, tx.hub.new_id())
    no_shows.note(tx.conn, fact, tx.now_ms)


def _reopen(tx: Tx, pickup: Pickup, run_id: str, stock: dict[str, StockHere], actor: str) -> bool:
    """Open one order again; False when it may not, or its goods are no longer free."""
    parcels = parcels_of_run(pickup)
    units = [(each.line, each.qty) for parcel in parcels for each in parcel.units]
    if decide_reopen(pickup, run_id) is not None or not _are_free(tx, pickup, units, stock):
        return False
    numbers = tuple(parcel.number for parcel in parcels)
    fact = PickupReopened(
        actor=actor, at=tx.at, order=pickup.order_id, run_id=run_id, parcels=numbers, found=found_of(pickup)
    )
    move(tx, pickup, fact, tx.hub.new_id())
    no_shows.note(tx.conn, fact, tx.now_ms)
    return True


def _are_free(tx: Tx, pickup: Pickup, units: list[tuple[int, int]], stock: dict[str, StockHere]) -> bool:
    """Whether the shop still has these units for it. A product upstream never counted here is not held against it."""
    wanted: dict[str, int] = {}
    for number, qty in units:
        line = pickup.line(number)
        if line is not None and line.gtin in stock:
            wanted[line.gtin] = wanted.get(line.gtin, 0) + qty
    left = available_now(tx.conn, {gtin: stock[gtin] for gtin in wanted})
    return all(left[gtin] >= qty for gtin, qty in wanted.items())


def _view(pickup: Pickup, each: Waiting, masked_name: str | None) -> NoShow:
    here = pickup.parcels_here
    return NoShow(
        order_id=pickup.order_id,
        display_code=pickup.display_code,
        masked_name=masked_name,
        shelves=tuple(dict.fromkeys(parcel.shelf for parcel in here if parcel.shelf)),
        parcels=len(here),
        units=sum(units.qty for parcel in here for units in parcel.units),
        since_ms=max(each.told_at_ms or 0, each.ready_at_ms),
        reminded_at_ms=each.reminded_at_ms,
    )
