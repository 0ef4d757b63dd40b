"""What to fetch, walked aisle by aisle: one order, or a wave of up to fifty."""

import msgspec

WAVE_DEFAULT = 10
"""Ten orders fill one trolley."""
WAVE_MAX = 50
"""Above fifty a picker loses more time sorting than walking."""


class PickFor(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a product one order still wants."""

    order_id: str
    display_code: str
    line: int
    qty: int  # still to pick


class PickStop(msgspec.Struct, frozen=True, kw_only=True):
    """One product at one place; lines of one product are summed."""

    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    aisle: int | None  # None: nobody wrote down where it lies; such stops come last
    bay: str | None
    category: dict[str, str] | None
    on_hand: int | None
    qty: int  # still to pick, over all orders of the list
    wanted_by: tuple[PickFor, ...]


class PickList(msgspec.Struct, frozen=True, kw_only=True):
    """Stops in walking order, and how far the list is done."""

    orders: tuple[str, ...]  # display codes, in the order of the promise
    order_ids: tuple[str, ...]
    stops: tuple[PickStop, ...]
    units_done: int  # picked or short
    units_all: int
