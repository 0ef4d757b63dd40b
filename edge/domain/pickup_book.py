"""For what is written down about one pickup: order, lines, parcels and marks, and what they add up to."""

from enum import StrEnum

import msgspec


class OrderState(StrEnum):
    """How far an order is; the last four are closed."""

    placed = "placed"
    accepted = "accepted"
    picking = "picking"
    staged = "staged"
    ready = "ready"
    handed_over = "handed_over"
    declined = "declined"
    cancelled = "cancelled"
    expired = "expired"


CLOSED = frozenset({OrderState.handed_over, OrderState.declined, OrderState.cancelled, OrderState.expired})


class LineState(StrEnum):
    """How far a line is; it follows from its quantities."""

    to_pick = "to_pick"
    picked = "picked"
    short = "short"
    substituted = "substituted"


class ParcelState(StrEnum):
    """Where a parcel is."""

    packed = "packed"
    shelved = "shelved"
    handed_over = "handed_over"
    unpacked = "unpacked"


class ShortReason(StrEnum):
    """Why units of a line could not be picked."""

    not_found = "not_found"
    no_stock = "no_stock"
    damaged = "damaged"
    expired_goods = "expired_goods"


class DeclineReason(StrEnum):
    """The shop's no."""

    no_stock = "no_stock"
    all_short = "all_short"
    closed = "closed"
    damaged = "damaged"


class PickupLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as ordered (its place, product, quantity and frozen price) and what was picked or found short of it."""

    line: int
    gtin: str
    qty: int
    price_minor: int
    picked_qty: int = 0
    short_qty: int = 0
    short_reason: ShortReason | None = None

    @property
    def state(self) -> LineState:
        """to_pick while units are open; short when none of them was picked; else picked."""
        if self.to_pick_qty > 0:
            return LineState.to_pick
        return LineState.picked if self.picked_qty else LineState.short

    @property
    def to_pick_qty(self) -> int:
        """Units neither picked nor found short."""
        return self.qty - self.picked_qty - self.short_qty


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """Money on the order that is no product: postage, a fee, a discount."""

    code: str
    text: str
    qty: int = 1
    price_minor: int

    @property
    def amount_minor(self) -> int:
        """What all of it comes to."""
        return self.qty * self.price_minor


class ParcelUnits(msgspec.Struct, frozen=True):
    """Units of one line in a parcel."""

    line: int
    qty: int


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled bag or box. `left_by` is the actor and `left_event` the event_id of the handover."""

    number: int
    state: ParcelState
    shelf: str
    units: tuple[ParcelUnits, ...]
    staged_at_ms: int
    left_at_ms: int | None = None
    left_by: str | None = None
    left_event: str | None = None


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the state and never replaces it."""

    arrived_at_ms: int | None = None
    arrived_by: str | None = None
    cancel_asked_at_ms: int | None = None
    told_at_ms: int | None = None
    partly_handed_over: bool = False


class Pickup(msgspec.Struct, frozen=True, kw_only=True):
    """One pickup order at one store; prices and `amount_due_minor` are frozen when it is placed."""

    order_id: str
    store: str
    store_number: int
    display_code: str
    revision: int
    state: OrderState = OrderState.placed
    lines: tuple[PickupLine, ...]
    charges: tuple[Charge, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    marks: Marks = Marks()
    currency: str
    total_minor: int
    amount_due_minor: int = 0
    placed_at_ms: int
    promised_at_ms: int | None = None
    closed_reason: str | None = None
    closed_at_ms: int | None = None
    guest: bool = False

    def line(self, number: int) -> PickupLine | None:
        """The line at that place."""
        return next((each for each in self.lines if each.line == number), None)

    def parcel(self, number: int) -> Parcel | None:
        """The parcel of that number."""
        return next((each for each in self.parcels if each.number == number), None)

    @property
    def closed(self) -> bool:
        """True when nothing more will be done with it."""
        return self.state in CLOSED

    @property
    def parcels_here(self) -> tuple[Parcel, ...]:
        """Parcels that lie in the shop."""
        return tuple(each for each in self.parcels if each.state in (ParcelState.packed, ParcelState.shelved))

    @property
    def parcels_left(self) -> tuple[Parcel, ...]:
        """Parcels that were handed over."""
        return tuple(each for each in self.parcels if each.state is ParcelState.handed_over)

    @property
    def next_parcel_number(self) -> int:
        """The number the next parcel of this order gets."""
        return max((each.number for each in self.parcels), default=0) + 1


def units_in(parcels: tuple[Parcel, ...], line: int) -> int:
    """Units of that line in these parcels, those unpacked again not counted."""
    return sum(
        units.qty
        for parcel in parcels
        if parcel.state is not ParcelState.unpacked
        for units in parcel.units
        if units.line == line
    )


def loose_units(pickup: Pickup) -> tuple[ParcelUnits, ...]:
    """What is picked and lies in no parcel yet, by line: what the next parcel takes if nobody says otherwise."""
    packed: dict[int, int] = {}
    for parcel in pickup.parcels:
        if parcel.state is not ParcelState.unpacked:
            for units in parcel.units:
                packed[units.line] = packed.get(units.line, 0) + units.qty
    left = ((line.line, line.picked_qty - packed.get(line.line, 0)) for line in pickup.lines)
    return tuple(ParcelUnits(number, qty) for number, qty in left if qty > 0)


def all_short(pickup: Pickup) -> bool:
    """True when every line was found short: the order can only be declined with the reason all_short."""
    return bool(pickup.lines) and all(line.state is LineState.short for line in pickup.lines)


class PassSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The verified values of a pass; never its text."""

    order_id: str
    revision: int
    pass_id: str
    expires_at_ms: int
    key_id: int
    store_number: int


class ParcelSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What a parcel label says."""

    order_id: str
    number: int
    revision: int


class FoundLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as an act found it."""

    line: int
    picked_qty: int
    short_qty: int


class FoundParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel as an act found it."""

    number: int
    state: ParcelState


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What an act found before it changed anything: enough to decide it again elsewhere with the same rules."""

    state: OrderState
    revision: int
    cancel_asked: bool = False
    parcels: tuple[FoundParcel, ...] = ()
    lines: tuple[FoundLine, ...] = ()
