"""Sums over the orders of the last weeks, for the key figures of pickups: plain SQL, so that anybody can count again."""

import msgspec

from sync.db import Connection


class Sum(msgspec.Struct, frozen=True):
    """What is counted, out of how many."""

    num: int
    den: int


# The last parcel of an order that left since then; a handover that was voided left no time.
_LEFT = (
    "SELECT order_id, max(left_at_ms) AS left_at_ms FROM parcels WHERE state = 'handed_over' GROUP BY order_id"
    " HAVING max(left_at_ms) >= :since"
)
_SUMS = {
    "ready_in_time": (
        "SELECT coalesce(sum(ready_at_ms <= coalesce(first_promised_at_ms, promised_at_ms)), 0), count(*) FROM pickups"
        " WHERE ready_at_ms >= :since AND promised_at_ms IS NOT NULL"
    ),
    "repromised": (
        "SELECT count(first_promised_at_ms), count(*) FROM pickups"
        " WHERE ready_at_ms >= :since AND promised_at_ms IS NOT NULL"
    ),
    "time_to_ready": (
        "SELECT coalesce(sum(ready_at_ms - placed_at_ms), 0), count(*) FROM pickups WHERE ready_at_ms >= :since"
    ),
    "time_on_shelf": (
        f"SELECT coalesce(sum(l.left_at_ms - p.ready_at_ms), 0), count(*) FROM ({_LEFT}) l JOIN pickups p USING (order_id)"  # noqa: S608 - constants only
        " WHERE p.ready_at_ms <= l.left_at_ms"
    ),
    "wait": (
        f"SELECT coalesce(sum(l.left_at_ms - p.arrived_at_ms), 0), count(*) FROM ({_LEFT}) l JOIN pickups p USING (order_id)"  # noqa: S608 - constants only
        " WHERE p.arrived_at_ms <= l.left_at_ms"
    ),
    "wait_too_long": (
        f"SELECT coalesce(sum(l.left_at_ms - p.arrived_at_ms >= :too_long), 0), count(*) FROM ({_LEFT}) l"  # noqa: S608 - constants only
        " JOIN pickups p USING (order_id) WHERE p.arrived_at_ms <= l.left_at_ms"
    ),
    "short": (
        "SELECT coalesce(sum(l.short_qty), 0), coalesce(sum(l.qty), 0) FROM pickups p JOIN pickup_lines l USING (order_id)"
        " WHERE p.placed_at_ms >= :since AND l.for_line IS NULL AND l.picked_qty + l.short_qty + l.substituted_qty = l.qty"
    ),
    "no_show": (
        "SELECT coalesce(sum(state = 'expired'), 0), count(*) FROM pickups"
        " WHERE closed_at_ms >= :since AND state IN ('handed_over', 'expired')"
    ),
}


def sums(conn: Connection, since_ms: int, too_long_ms: int) -> dict[str, Sum]:
    """Every sum by its name, over what happened since then."""
    given = {"since": since_ms, "too_long": too_long_ms}
    return {name: Sum(*conn.execute(statement, given).fetchone()) for name, statement in _SUMS.items()}
