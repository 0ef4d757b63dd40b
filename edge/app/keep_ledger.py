"""Keep the reservation ledger in step with an order: what each line holds follows from the order alone, after every act.

A unit is in exactly one of reserved (wanted or in somebody's hand), staged (in a parcel here) and gone. Nothing is held of
an order nobody accepted or that is closed; what a parcel took out of the shop stays gone until that is voided. Because the
ledger follows the order and not the act, a fact folded twice or late moves nothing twice.
"""

from edge.domain.pickup import OrderState, ParcelState, Pickup, PickupLine, units_in
from edge.store import reservations
from edge.store.reservations import LineHeld
from sync.db import Connection

NOTHING = LineHeld()


def follow(conn: Connection, before: Pickup, after: Pickup, *, event_id: str, at_ms: int) -> None:
    """Write what the lines of the order hold now, and which goods left or came back through `event_id`."""
    was = {line.line: held_by(before, line) for line in before.lines}
    is_held = {line.line: held_by(after, line) for line in after.lines}
    gtins = {line.line: line.gtin for line in (*before.lines, *after.lines)}
    changed = {line: held for line, held in is_held.items() if held != was.get(line, NOTHING)}
    reservations.hold(conn, after.order_id, [(line, gtins[line], held) for line, held in changed.items()])
    reservations.drop(conn, after.order_id, was.keys() - is_held.keys())
    moved = {line: held.gone - was.get(line, NOTHING).gone for line, held in changed.items()}
    reservations.move_stock(conn, event_id, [(gtins[line], gone) for line, gone in moved.items() if gone], at_ms)


def held_by(pickup: Pickup, line: PickupLine) -> LineHeld:
    """What a line of this order holds back of the shop's stock."""
    gone = units_in(pickup.parcels_left, line.line)
    if pickup.closed or pickup.state is OrderState.placed:
        return LineHeld(gone=gone)
    staged = units_in(pickup.parcels_here, line.line)
    back = sum(
        units.qty
        for parcel in pickup.parcels
        if parcel.state is ParcelState.unpacked and parcel.restocked
        for units in parcel.units
        if units.line == line.line
    )
    wanted = line.qty - line.short_qty - line.substituted_qty - staged - gone - back
    return LineHeld(reserved=max(wanted, 0), staged=staged, gone=gone)
