"""For turning recorded facts into the state of a pickup: the hub after it decided, central when it hears of it.

Folding is the same at both, never goes back, and the same fact folded twice changes nothing: quantities come from what
the act found plus what it did, parcels and closed orders only move on. A fact that contradicts the book (central
flagged it) is folded as far as it can be: what left has left.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from edge.domain.errors import ImpossibleFact
from edge.domain.facts_pickup import (
    PickupAccepted,
    PickupArrived,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupFact,
    PickupHandedOver,
    PickupPicked,
    PickupReady,
    PickupShort,
    PickupStaged,
)
from edge.domain.pickup_book import (
    Found,
    FoundLine,
    FoundParcel,
    LineState,
    OrderState,
    Parcel,
    ParcelState,
    Pickup,
    PickupLine,
    loose_units,
)


def found_of(pickup: Pickup, line: int | None = None, *, lines: Iterable[int] = ()) -> Found:
    """What an act about `line` (or `lines`) finds: put it into the fact before anything changes."""
    named = set(lines) | ({line} if line is not None else set())
    return Found(
        state=pickup.state,
        revision=pickup.revision,
        cancel_asked=pickup.marks.cancel_asked_at_ms is not None,
        parcels=tuple(FoundParcel(number=each.number, state=each.state) for each in pickup.parcels),
        lines=tuple(
            FoundLine(line=each.line, picked_qty=each.picked_qty, short_qty=each.short_qty)
            for each in pickup.lines
            if each.line in named
        ),
    )


def with_found(pickup: Pickup, found: Found) -> Pickup:
    """The pickup as the act found it: what it did not name is taken from this book."""
    lines = {each.line: each for each in found.lines}
    asked_ms = pickup.marks.cancel_asked_at_ms or pickup.placed_at_ms
    return replace(
        pickup,
        state=found.state,
        revision=found.revision,
        marks=replace(pickup.marks, cancel_asked_at_ms=asked_ms if found.cancel_asked else None),
        parcels=tuple(_parcel_as_found(pickup, each) for each in found.parcels),
        lines=tuple(
            replace(each, picked_qty=lines[each.line].picked_qty, short_qty=lines[each.line].short_qty)
            if each.line in lines
            else each
            for each in pickup.lines
        ),
    )


def mark_cancel_asked(pickup: Pickup, at_ms: int) -> Pickup:
    """The pickup with central's ask to cancel standing on it; a closed one takes no marks."""
    if pickup.closed:
        return pickup
    return replace(pickup, marks=replace(pickup.marks, cancel_asked_at_ms=pickup.marks.cancel_asked_at_ms or at_ms))


def mark_told(pickup: Pickup, at_ms: int) -> Pickup:
    """The pickup with central's word that the shopper was told."""
    return replace(pickup, marks=replace(pickup.marks, told_at_ms=at_ms))


def fold(pickup: Pickup, fact: PickupFact, *, event_id: str, occurred_at_ms: int) -> Pickup:
    """The pickup after this fact. Raises ImpossibleFact when it is about another order."""
    if fact.order != pickup.order_id:
        raise ImpossibleFact(f"a fact about {fact.order} is not about {pickup.order_id}")
    match fact:
        case PickupPicked():
            return _settled(_with_line(pickup, _picked(pickup, fact)), occurred_at_ms)
        case PickupShort():
            return _settled(_with_line(pickup, _short(pickup, fact)), occurred_at_ms)
        case PickupStaged():
            return _settled(_staged(pickup, fact, occurred_at_ms), occurred_at_ms)
        case PickupHandedOver():
            return _settled(_handed_over(pickup, fact, event_id, occurred_at_ms), occurred_at_ms)
        case _:
            return _with_word(pickup, fact, occurred_at_ms)


def _with_word(pickup: Pickup, fact: PickupFact, at_ms: int) -> Pickup:
    match fact:
        case PickupArrived() if pickup.marks.arrived_at_ms is None:
            return replace(pickup, marks=replace(pickup.marks, arrived_at_ms=at_ms, arrived_by=fact.how.value))
        case PickupCancelRefused():
            return replace(pickup, marks=replace(pickup.marks, cancel_asked_at_ms=None))
        case PickupAccepted() if pickup.state is OrderState.placed:
            promised_at_ms = fact.promised_at_ms or pickup.promised_at_ms
            return replace(pickup, state=OrderState.accepted, promised_at_ms=promised_at_ms)
        case PickupReady() if pickup.state is OrderState.staged:
            return replace(pickup, state=OrderState.ready)
        case PickupDeclined() if not pickup.closed:
            return _close(pickup, OrderState.declined, fact.reason.value, at_ms)
        case PickupCancelGranted() if not pickup.closed:
            return _close(pickup, OrderState.cancelled, None, at_ms)
        case _:
            return pickup


def _close(pickup: Pickup, state: OrderState, reason: str | None, at_ms: int) -> Pickup:
    return replace(pickup, state=state, closed_reason=reason, closed_at_ms=at_ms)


def _picked(pickup: Pickup, fact: PickupPicked) -> PickupLine | None:
    line = pickup.line(fact.line)
    if line is None:
        return None
    done = _found_line(line, fact.found).picked_qty + fact.qty
    return replace(line, picked_qty=max(line.picked_qty, min(done, line.qty - line.short_qty)))


def _short(pickup: Pickup, fact: PickupShort) -> PickupLine | None:
    line = pickup.line(fact.line)
    if line is None:
        return None
    done = _found_line(line, fact.found).short_qty + fact.qty
    short_qty = max(line.short_qty, min(done, line.qty - line.picked_qty))
    return replace(line, short_qty=short_qty, short_reason=fact.reason)


def _found_line(line: PickupLine, found: Found) -> FoundLine:
    as_booked = FoundLine(line=line.line, picked_qty=line.picked_qty, short_qty=line.short_qty)
    return next((each for each in found.lines if each.line == line.line), as_booked)


def _with_line(pickup: Pickup, line: PickupLine | None) -> Pickup:
    if line is None:
        return pickup
    return replace(pickup, lines=tuple(line if each.line == line.line else each for each in pickup.lines))


def _staged(pickup: Pickup, fact: PickupStaged, at_ms: int) -> Pickup:
    known = pickup.parcel(fact.parcel)
    if known is None:
        state = ParcelState.shelved if fact.shelf else ParcelState.packed
        new = Parcel(number=fact.parcel, state=state, shelf=fact.shelf, units=fact.units, staged_at_ms=at_ms)
        return replace(pickup, parcels=(*pickup.parcels, new))
    if known.units:
        return pickup
    # The parcel left before the book heard what was in it: its units are taken, its leaving stays.
    heard = replace(known, units=fact.units, shelf=fact.shelf, staged_at_ms=at_ms)
    return replace(pickup, parcels=tuple(heard if each is known else each for each in pickup.parcels))


def _handed_over(pickup: Pickup, fact: PickupHandedOver, event_id: str, at_ms: int) -> Pickup:
    parcels = {each.number: each for each in pickup.parcels}
    for number in fact.parcels:
        here = parcels.get(number) or Parcel(
            number=number, state=ParcelState.packed, shelf="", units=(), staged_at_ms=at_ms
        )
        if here.state is not ParcelState.handed_over:
            here = replace(
                here, state=ParcelState.handed_over, left_at_ms=at_ms, left_by=fact.actor, left_event=event_id
            )
        parcels[number] = here
    return replace(pickup, parcels=tuple(parcels.values()))


def _settled(pickup: Pickup, at_ms: int) -> Pickup:
    """The order's state follows from its lines and parcels; what is closed stays closed."""
    packed = bool(pickup.parcels_here or pickup.parcels_left) and not loose_units(pickup)
    complete = packed and all(line.state is not LineState.to_pick for line in pickup.lines)
    partly = bool(pickup.parcels_left) and not (complete and not pickup.parcels_here)
    pickup = replace(pickup, marks=replace(pickup.marks, partly_handed_over=partly))
    if pickup.closed:
        return pickup
    if complete and not pickup.parcels_here:
        return _close(pickup, OrderState.handed_over, None, at_ms)
    if complete:
        return pickup if pickup.state is OrderState.ready else replace(pickup, state=OrderState.staged)
    return replace(pickup, state=OrderState.picking)


def _parcel_as_found(pickup: Pickup, found: FoundParcel) -> Parcel:
    known = pickup.parcel(found.number)
    if known is None:
        return Parcel(number=found.number, state=found.state, shelf="", units=(), staged_at_ms=pickup.placed_at_ms)
    return replace(known, state=found.state)
