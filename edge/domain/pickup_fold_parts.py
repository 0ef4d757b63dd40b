"""For folding one line or one parcel: the newest word about it counts, and an old one heard again changes nothing.

Every line and parcel counts the acts on it (`step`), and a fact says which step it found. A fact that found an older step
was folded, or overtaken, before. Facts of before steps were counted raise a quantity at most, and only until the first
fact that counts. What left has left, whatever step says otherwise, until the very handover is voided.
"""

from msgspec.structs import replace

from edge.domain.facts_counter import PickupSubstituted, PickupUndone, PickupVoided
from edge.domain.facts_pickup import PickupHandedOver, PickupPicked, PickupShort, PickupStaged
from edge.domain.pickup_book import Found, FoundLine, Parcel, ParcelState, Pickup, PickupLine


def with_line(pickup: Pickup, line: PickupLine | None) -> Pickup:
    """The pickup with this line in the place of the one of that number."""
    if line is None:
        return pickup
    return replace(pickup, lines=tuple(line if each.line == line.line else each for each in pickup.lines))


def with_parcel(pickup: Pickup, parcel: Parcel) -> Pickup:
    """The pickup with this parcel in the place of the one of that number."""
    return replace(pickup, parcels=tuple(parcel if each.number == parcel.number else each for each in pickup.parcels))


def counted(pickup: Pickup, fact: PickupPicked | PickupShort | PickupSubstituted) -> Pickup:
    """More units of a line were picked, not to be found, or replaced."""
    match fact:
        case PickupPicked():
            return with_line(pickup, _moved(pickup.line(fact.line), fact.found, picked=fact.qty))
        case PickupShort():
            known = pickup.line(fact.line)
            line = _moved(known, fact.found, short=fact.qty)
            is_new = line is not None and line != known
            return with_line(pickup, replace(line, short_reason=fact.reason) if line and is_new else known)
        case PickupSubstituted():
            return _substituted(pickup, fact)


def _substituted(pickup: Pickup, fact: PickupSubstituted) -> Pickup:
    """Units were replaced; what came instead stands on a line of its own, picked."""
    pickup = with_line(pickup, _moved(pickup.line(fact.line), fact.found, substituted=fact.qty))
    if pickup.line(fact.new_line) is not None:
        return pickup
    instead = PickupLine(
        line=fact.new_line,
        gtin=fact.gtin,
        qty=fact.qty,
        price_minor=fact.price_minor,
        picked_qty=fact.qty,
        for_line=fact.line,
    )
    return replace(pickup, lines=(*pickup.lines, instead))


def line_back(pickup: Pickup, what: PickupUndone) -> Pickup:
    """Units of a line are as they were before the act that is undone; a substitute's own line is gone."""
    back = -(what.qty or 0)
    line = pickup.line(what.line or 0)
    match what.kind:
        case PickupPicked.KIND:
            return with_line(pickup, _moved(line, what.found, picked=back))
        case PickupShort.KIND:
            after = _moved(line, what.found, short=back)
            return with_line(pickup, replace(after, short_reason=None) if after and not after.short_qty else after)
        case _:
            pickup = with_line(pickup, _moved(line, what.found, substituted=back))
            return replace(pickup, lines=tuple(each for each in pickup.lines if each.line != what.new_line))


def _moved(
    line: PickupLine | None, found: Found, *, picked: int = 0, short: int = 0, substituted: int = 0
) -> PickupLine | None:
    """The line as the act found it plus what it did, if the act is not older than what is known."""
    if line is None:
        return None
    was = next((each for each in found.lines if each.line == line.line), None) or _as_booked(line)
    did = (was.picked_qty + picked, was.short_qty + short, was.substituted_qty + substituted)
    if was.step is not None and was.step >= line.step:
        return _bounded(line, did, was.step + 1)
    known = (line.picked_qty, line.short_qty, line.substituted_qty)
    is_rival = line.step == (0 if was.step is None else was.step + 1)
    if not is_rival or min(picked, short, substituted) < 0:
        return line
    # Heard before counting began, the same fact again, or a rival of an old book: it can add what is not known yet.
    return _bounded(line, tuple(max(pair) for pair in zip(did, known, strict=True)), line.step, known)


def _bounded(line: PickupLine, did: tuple[int, ...], step: int, known: tuple[int, ...] = (0, 0, 0)) -> PickupLine:
    """No more units than were ordered; what is known already keeps its place before what is new."""
    room = line.qty - sum(known)
    kept = []
    for qty, floor in zip(did, known, strict=True):
        more = min(max(qty - floor, 0), max(room, 0))
        room -= more
        kept.append(floor + more)
    return replace(line, picked_qty=kept[0], short_qty=kept[1], substituted_qty=kept[2], step=step)


def _as_booked(line: PickupLine) -> FoundLine:
    return FoundLine(
        line=line.line, picked_qty=line.picked_qty, short_qty=line.short_qty, substituted_qty=line.substituted_qty
    )


def staged(pickup: Pickup, fact: PickupStaged, at_ms: int) -> Pickup:
    """A new parcel; one that left before the book heard what was in it gets its units, and its leaving stays."""
    known = pickup.parcel(fact.parcel)
    if known is None:
        state = ParcelState.shelved if fact.shelf else ParcelState.packed
        new = Parcel(number=fact.parcel, state=state, shelf=fact.shelf, units=fact.units, staged_at_ms=at_ms)
        return replace(pickup, parcels=(*pickup.parcels, new))
    if known.units:
        return pickup
    return with_parcel(pickup, replace(known, units=fact.units, shelf=known.shelf or fact.shelf, staged_at_ms=at_ms))


def handed_over(pickup: Pickup, fact: PickupHandedOver, event_id: str, at_ms: int) -> Pickup:
    """These parcels left, known or not; what left before keeps its first record."""
    parcels = {each.number: each for each in pickup.parcels}
    for number in fact.parcels:
        here = parcels.get(number) or Parcel(
            number=number, state=ParcelState.packed, shelf="", units=(), staged_at_ms=at_ms
        )
        if here.state is not ParcelState.handed_over:
            here = replace(
                here,
                state=ParcelState.handed_over,
                state_before=here.state,
                left_at_ms=at_ms,
                left_by=fact.actor,
                left_event=event_id,
            )
        parcels[number] = here
    return replace(pickup, parcels=tuple(parcels.values()))


def voided(pickup: Pickup, fact: PickupVoided) -> Pickup:
    """Parcels of exactly that handover are here again, on their shelf unless something newer is known of them."""
    for number in fact.parcels:
        left = pickup.parcel(number)
        if left is not None and left.left_event == fact.event:
            here = replace(
                left,
                state=left.state_before or ParcelState.shelved,
                state_before=None,
                left_at_ms=None,
                left_by=None,
                left_event=None,
            )
            back = ParcelState.shelved if here.shelf else ParcelState.packed
            pickup = lies(with_parcel(pickup, here), number, fact.found, back)
    return pickup


def lies(
    pickup: Pickup, number: int, found: Found, state: ParcelState, *, shelf: str | None = None, restocked: bool = False
) -> Pickup:
    """Where a parcel lies, if the act is not older than what is known; of one that left, where it lay before."""
    known = pickup.parcel(number)
    was = next((each for each in found.parcels if each.number == number), None)
    if known is None or was is None or was.step is None or was.step < known.step:
        return pickup
    now = replace(known, restocked=restocked, shelf=known.shelf if shelf is None else shelf, step=was.step + 1)
    if known.state is ParcelState.handed_over:
        return with_parcel(pickup, replace(now, state_before=state))
    return with_parcel(pickup, replace(now, state=state))
