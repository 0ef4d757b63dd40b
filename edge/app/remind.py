"""Reminds shoppers whose order waits: once, in opening hours, when they were told long enough ago."""

from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.app.move_pickup import move
from edge.app.store_config import opening_hours, read_store
from edge.domain.facts import PickupReminded
from edge.store import no_shows, pickups
from sync.db import Connection

HOUR_MS = 3_600_000
AT_ONCE = 50
"""Reminders written in one look; the next comes half a minute later."""


def remind(hub: Hub) -> int:
    """Owe a reminder for every order that is due for one; gives how many. The caller knows that time is confirmed."""
    with hub.state.reading() as conn:
        due = _due(conn, hub.clock.now_ms())
    return in_one_transaction(hub, lambda tx: _remind(tx, due)) if due else 0


def _due(conn: Connection, now_ms: int) -> list[str]:
    store = read_store(conn)
    if store is None or store.settings.remind_after_open_hours == 0:  # 0: this store reminds nobody
        return []
    hours = opening_hours(store)
    told_by_ms = hours.before_open_ms(now_ms, store.settings.remind_after_open_hours * HOUR_MS)
    if told_by_ms is None or not hours.is_open(now_ms):
        return []
    return [
        each.order_id
        for each in no_shows.waiting(conn)
        if each.reminded_at_ms is None
        and each.told_at_ms is not None
        and max(each.told_at_ms, each.ready_at_ms) <= told_by_ms
    ][:AT_ONCE]


def _remind(tx: Tx, due: list[str]) -> int:
    waiting = [pickup for pickup in pickups.get_many(tx.conn, due) if not pickup.closed]
    for pickup in waiting:
        move(tx, pickup, PickupReminded(actor=tx.hub.actor, at=tx.at, order=pickup.order_id), tx.hub.new_id())
    return len(waiting)
