"""For what an act found: written into its fact before anything changes, and laid over another book to judge it there."""

from collections.abc import Iterable

from msgspec.structs import replace

from edge.domain.pickup_book import Found, FoundLine, FoundParcel, Parcel, Pickup, PickupLine


def found_of(pickup: Pickup, line: int | None = None, *, lines: Iterable[int] = ()) -> Found:
    """What an act about `line` (or `lines`) finds: put it into the fact before anything changes."""
    named = set(lines) | ({line} if line is not None else set())
    return Found(
        state=pickup.state,
        revision=pickup.revision,
        cancel_asked=pickup.marks.cancel_asked_at_ms is not None,
        parcels=tuple(FoundParcel(number=each.number, state=each.state, step=each.step) for each in pickup.parcels),
        lines=tuple(
            FoundLine(
                line=each.line,
                picked_qty=each.picked_qty,
                short_qty=each.short_qty,
                substituted_qty=each.substituted_qty,
                step=each.step,
            )
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
        lines=tuple(_line_as_found(each, lines[each.line]) if each.line in lines else each for each in pickup.lines),
    )


def mark_cancel_asked(pickup: Pickup, at_ms: int) -> Pickup:
    """The pickup with central's ask to cancel standing on it; a closed one takes no marks."""
    if pickup.closed:
        return pickup
    return replace(pickup, marks=replace(pickup.marks, cancel_asked_at_ms=pickup.marks.cancel_asked_at_ms or at_ms))


def mark_cancel_answered(pickup: Pickup) -> Pickup:
    """The pickup without central's ask to cancel."""
    return replace(pickup, marks=replace(pickup.marks, cancel_asked_at_ms=None))


def mark_told(pickup: Pickup, at_ms: int) -> Pickup:
    """The pickup with central's word that the shopper was told."""
    return replace(pickup, marks=replace(pickup.marks, told_at_ms=at_ms))


def _line_as_found(line: PickupLine, found: FoundLine) -> PickupLine:
    return replace(line, picked_qty=found.picked_qty, short_qty=found.short_qty, substituted_qty=found.substituted_qty)


def _parcel_as_found(pickup: Pickup, found: FoundParcel) -> Parcel:
    known = pickup.parcel(found.number)
    if known is None:
        return Parcel(number=found.number, state=found.state, shelf="", units=(), staged_at_ms=pickup.placed_at_ms)
    return replace(known, state=found.state)
