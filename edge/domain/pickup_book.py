"""For what is written down about one pickup: order, lines, parcels and marks, and what they add up to."""

from enum import StrEnum

import msgspec

from edge.domain.pickup_question import IfShort, Question, ShortReason


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


class DeclineReason(StrEnum):
    """The shop's no."""

    no_stock = "no_stock"
    all_short = "all_short"
    closed = "closed"
    damaged = "damaged"


class PickupLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as ordered (its place, product, quantity and frozen price) and what became of its units.

    A line that came in as a substitute names the line it stands `for_line`. `step` counts the acts on this line, so that
    an old fact heard again is known as old.
    """

    line: int
    gtin: str
    qty: int
    price_minor: int
    picked_qty: int = 0
    short_qty: int = 0
    short_reason: ShortReason | None = None
    substituted_qty: int = 0
    for_line: int | None = None
    step: int = 0

    @property
    def state(self) -> LineState:
        """to_pick while units are open; then what most became of them: picked, else substituted, else short."""
        if self.to_pick_qty > 0:
            return LineState.to_pick
        if self.picked_qty:
            return LineState.picked
        return LineState.substituted if self.substituted_qty else LineState.short

    @property
    def to_pick_qty(self) -> int:
        """Units neither picked nor found short nor replaced."""
        return self.qty - self.picked_qty - self.short_qty - self.substituted_qty


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
    """One labelled bag or box. `left_by` is the actor and `left_event` the event_id of the handover.

    `state_before` is where it lay before it left: what holds again when the handover is voided. `restocked`: unpacked, and
    its goods are back on the sales floor (else they are loose again). `step` counts the acts on it, leaving apart.
    """

    number: int
    state: ParcelState
    shelf: str
    units: tuple[ParcelUnits, ...]
    staged_at_ms: int
    left_at_ms: int | None = None
    left_by: str | None = None
    left_event: str | None = None
    state_before: ParcelState | None = None
    restocked: bool = False
    step: int = 0


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the state and never replaces it."""

    arrived_at_ms: int | None = None
    arrived_by: str | None = None
    cancel_asked_at_ms: int | None = None
    told_at_ms: int | None = None
    reminded_at_ms: int | None = None
    partly_handed_over: bool = False


class Pickup(msgspec.Struct, frozen=True, kw_only=True):
    """One pickup order at one store; prices and `amount_due_minor` are frozen when it is placed.

    `undone` are the event_ids of acts that were taken back, `heard` those of words about the whole order (ready, arrived,
    promised, expired, opened again) that stand in it: whoever hears of one of them again folds nothing. Lines and parcels
    count theirs as `step`.
    """

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
    questions: tuple[Question, ...] = ()
    if_short: IfShort = IfShort.refund
    extended_until_ms: int | None = None
    undone: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()

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

    def question(self, question_id: str) -> Question | None:
        """The question of that id."""
        return next((each for each in self.questions if each.question_id == question_id), None)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Questions that wait for their answer; none once the order is closed."""
        return () if self.closed else tuple(each for each in self.questions if each.open)

    @property
    def next_line_number(self) -> int:
        """The number the next line (a substitute) of this order gets."""
        return max((each.line for each in self.lines), default=0) + 1

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
    """What is picked and lies in no parcel yet, by line: what the next parcel takes if nobody says otherwise.

    What was unpacked is loose again, unless it went back to the sales floor.
    """
    packed: dict[int, int] = {}
    for parcel in pickup.parcels:
        if parcel.state is not ParcelState.unpacked or parcel.restocked:
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
    """A line as an act found it. `step` is None in facts of before the counter knew undo."""

    line: int
    picked_qty: int
    short_qty: int
    substituted_qty: int = 0
    step: int | None = None


class FoundParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel as an act found it. `step` is None in facts of before the counter knew undo."""

    number: int
    state: ParcelState
    step: int | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What an act found before it changed anything: enough to decide it again elsewhere with the same rules."""

    state: OrderState
    revision: int
    cancel_asked: bool = False
    parcels: tuple[FoundParcel, ...] = ()
    lines: tuple[FoundLine, ...] = ()
