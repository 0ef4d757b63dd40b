"""For what is here and where it stands: the sum behind "still 7 on the shelf", and the place to walk to."""

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Where a product stands: aisle, bay, and the category over the aisle by locale."""

    aisle: int
    bay: str
    category: dict[str, str]


class StockHere(msgspec.Struct, frozen=True, kw_only=True):
    """A product at one store as upstream last said it: units on hand, place and the price on the shelf, with their times."""

    gtin: str
    on_hand: int
    as_of_ms: int
    safety: int
    place: Place | None
    price_minor: int
    price_as_of_ms: int


def available(*, on_hand: int, gone_since: int, restocked_since: int, reserved: int, staged: int, safety: int) -> int:
    """Units that may still be promised, all counted since upstream's number was taken; negative when more is promised than is here.

    A unit is in exactly one of reserved, staged, gone. A negative answer is said as it is: it is drift against
    upstream, which is reported, not hidden by a floor of zero.
    """
    return on_hand - gone_since + restocked_since - reserved - staged - safety
