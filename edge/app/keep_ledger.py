"""Keep the reservation ledger in step with an order: what each line holds follows from the order alone, after every act.

A unit is in exactly one of reserved (wanted or in somebody's hand), staged (in a parcel here) and gone. Nothing is held of
an order nobody accepted or that is closed; what a parcel took out of the shop stays gone until that is voided. Because the
ledger follows the order and not the act, a fact folded twice or late moves nothing twice.
"""

from collections import Counter
from collections.abc import Iterable

from edge.domain.pickup import OrderState, Parcel, ParcelState, Pickup
from edge.store import reservations
from edge.store.reservations import LineHeld
from sync.db import Connection

NOTHING = LineHeld()


def follow(conn: Connection, before: Pickup, after: Pickup, *, event_id: str, at_ms: int) -> None:
    """Write what the lines of the order hold now, and which goods left or came back through `event_id`."""
    was, is_held = held_by(before), held_by(after)
    gtins = {line.line: line.gtin for line in (*before.lines, *after.lines)}
    changed = {line: held for line, held in is_held.items() if held != was.get(line, NOTHING)}
    reservations.hold(conn, after.order_id, [(line, gtins[line], held) for line, held in changed.items()])
    reservations.drop(conn, after.order_id, was.keys() - is_held.keys())
    moved = {line: held.gone - was.get(line, NOTHING).gone for line, held in changed.items()}
    reservations.move_stock(conn, event_id, [(gtins[line], gone) for line, gone in moved.items() if gone], at_ms)


def held_by(pickup: Pickup) -> dict[int, LineHeld]:
    """What each line of this order holds back of the shop's stock. One walk over its parcels: an order may have a thousand lines."""
    gone = _units(pickup.parcels_left)
    if pickup.closed or pickup.state is OrderState.placed:
        return {line.line: LineHeld(gone=gone[line.line]) for line in pickup.lines}
    staged = _units(pickup.parcels_here)
    back = _units(each for each in pickup.parcels if each.state is ParcelState.unpacked and each.restocked)
    held = {}
    for line in pickup.lines:
        boxed = staged[line.line] + gone[line.line] + back[line.line]
        wanted = line.qty - line.short_qty - line.substituted_qty - boxed
        held[line.line] = LineHeld(reserved=max(wanted, 0), staged=staged[line.line], gone=gone[line.line])
    return held


def _units(parcels: Iterable[Parcel]) -> Counter[int]:
    """Units by line in these parcels."""
    units: Counter[int] = Counter()
    for parcel in parcels:
        for each in parcel.units:
            units[each.line] += each.qty
    return units
