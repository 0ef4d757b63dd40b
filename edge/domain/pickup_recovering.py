"""For handing over while the book may be old: what the clerk holds in her hand is there, whatever the book says of it."""

from msgspec.structs import replace

from edge.domain.pickup_book import OrderState, Parcel, ParcelSeen, ParcelState, PassSeen, Pickup


def as_in_hand(pickup: Pickup | None, pass_seen: PassSeen, labels: tuple[ParcelSeen, ...]) -> Pickup:
    """The order as a manager sees it before her: the labelled parcels that the book does not know are here.

    An order the book has never heard of is the one its pass names, with nothing else known of it. What the book knows to
    have left stays gone, and a closed order stays closed: an old book is right about what it does know.
    """
    order = pickup or Pickup(
        order_id=pass_seen.order_id,
        store="",
        store_number=pass_seen.store_number,
        display_code="",
        revision=pass_seen.revision,
        state=OrderState.ready,
        lines=(),
        currency="",
        total_minor=0,
        placed_at_ms=0,
    )
    known = {parcel.number for parcel in order.parcels if parcel.state is not ParcelState.unpacked}
    new = sorted({label.number for label in labels if label.order_id == order.order_id} - known)
    kept = tuple(parcel for parcel in order.parcels if parcel.number not in new)
    in_hand = tuple(
        Parcel(number=number, state=ParcelState.packed, shelf="", units=(), staged_at_ms=0) for number in new
    )
    return replace(order, parcels=kept + in_hand)
