"""Forget what has served its purpose, hour by hour, each thing after its own time; never while time is unconfirmed."""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.app.store_config import store_config
from edge.passes import step_of
from edge.store import audit, closed_orders, line_turns, measures, people, presence, seen_codes, shelf_counts
from sync import outbox

DAY_MS = 24 * 3_600_000
NAMED_MS = DAY_MS
"""Masked name and last four digits: collected + 24 h, long enough for "who took this?" the same evening."""
AFTER_MS = 7 * DAY_MS
"""A closed order is kept a week longer than its goods may come back."""
ORDER_MS = 30 * DAY_MS + AFTER_MS
"""A closed order of a store that has not said how long it takes goods back."""
SETTLED_MS = 7 * DAY_MS
"""An outbox row: receipt + 7 days, so that a peer restored from last night's backup can be told again."""
SIGHTING_MS = DAY_MS
"""Where a tag was: a day."""
LINE_MS = 8 * DAY_MS
"""When the line went and came back: a week and the day it began on."""


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """How much went."""

    names: int = 0
    orders: int = 0
    facts: int = 0
    sightings: int = 0


def forget(hub: Hub) -> Forgotten:
    """Drop what is past its time; gives how much. Does nothing until time is confirmed: a wrong clock must not erase.

    Nor while the hub is recovering: what an old book calls closed may have been opened again.
    """
    with hub.state.reading() as conn:
        waits = recovering.is_recovering(conn)
    if waits or not hub.clock.confirmed():
        return Forgotten()
    now_ms = hub.clock.now_ms()
    names, order_ms = _forget_names(hub, now_ms - NAMED_MS), kept_ms(hub)

    def act(tx: Tx) -> Forgotten:
        closed_orders.forget_finished(tx.conn, now_ms - order_ms)
        line_turns.forget_before(tx.conn, now_ms - LINE_MS)
        measures.forget_before(tx.conn, now_ms - ORDER_MS)
        shelf_counts.forget_before(tx.conn, now_ms - ORDER_MS)
        audit.forget_before(tx.conn, now_ms - hub.journal_days * DAY_MS)
        seen_codes.forget_codes_before(tx.conn, step_of(now_ms) - 3)
        return Forgotten(
            names=names,
            orders=closed_orders.forget_before(tx.conn, now_ms - order_ms, now_ms),
            facts=outbox.forget_settled(tx.conn, now_ms - SETTLED_MS),
            sightings=presence.forget_before(tx.conn, now_ms - SIGHTING_MS),
        )

    return in_one_transaction(hub, act)


def kept_ms(hub: Hub) -> int:
    """How long a closed order is kept: its goods may come back, and a week."""
    store = store_config(hub)
    if store is None:
        return ORDER_MS
    return max(store.settings.return_days, store.settings.defect_return_days) * DAY_MS + AFTER_MS


def _forget_names(hub: Hub, before_ms: int) -> int:
    """Name cards of orders closed long enough, and the keys nothing is sealed under any longer."""
    with hub.state.reading() as conn:
        closed = closed_orders.closed_between(conn, before_ms - 2 * ORDER_MS, before_ms)
    with hub.replica.writing() as conn:
        dropped = people.named(conn, set(closed))
        for order_id in dropped:
            people.drop_name_card(conn, order_id)
        identities = {identity for identity in dropped.values() if identity is not None}
        unused = {identity for identity in identities if not people.still_named(conn, identity)}
        # Still with the turn to write: a snapshot must not put in place what was sealed under a key that goes now.
        hub.keys.drop(unused | {f"order:{order_id}" for order_id in dropped})
    return len(dropped)
