"""For the facts of lane 0: what was done to a pickup, and what came back."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from edge.domain.fact_base import Fact
from edge.domain.pickup_book import DeclineReason, Found, ParcelUnits
from edge.domain.pickup_question import ShortReason


class ArrivedHow(StrEnum):
    """How somebody was marked as arrived."""

    kiosk = "kiosk"
    phone = "phone"
    door = "door"
    beacon = "beacon"
    staff = "staff"


class HandoverHow(StrEnum):
    """What the shopper showed: the pass, the typed code, or neither (a manager vouches)."""

    pass_ = "pass"  # noqa: S105 - a word on the wire
    code = "code"
    manual = "manual"


class Condition(StrEnum):
    """The state in which something came back."""

    as_new = "as_new"
    opened = "opened"
    damaged = "damaged"
    unknown = "unknown"


class PickupFact(Fact, frozen=True, kw_only=True):
    """A fact about one order."""

    LANE: ClassVar[int] = 0

    order: str

    @property
    def subject(self) -> str:
        """The order."""
        return self.order


class PickupAccepted(PickupFact, frozen=True, kw_only=True):
    """The hub reserved every line; `available` are the units per GTIN that are left after it."""

    KIND: ClassVar[str] = "pickup.accepted"

    available: dict[str, int]
    promised_at_ms: int | None = None


class PickupDeclined(PickupFact, frozen=True, kw_only=True):
    """The shop's no."""

    KIND: ClassVar[str] = "pickup.declined"

    reason: DeclineReason


class PickupPicked(PickupFact, frozen=True, kw_only=True):
    """`qty` more units of a line were picked, confirmed by scanning `gtin_scanned` (None: pressed by hand)."""

    KIND: ClassVar[str] = "pickup.picked"

    line: int
    qty: int
    gtin_scanned: str | None = None
    found: Found


class PickupShort(PickupFact, frozen=True, kw_only=True):
    """`qty` more units of a line were not to be found."""

    KIND: ClassVar[str] = "pickup.short"

    line: int
    qty: int
    reason: ShortReason
    found: Found


class PickupStaged(PickupFact, frozen=True, kw_only=True):
    """Picked units became a parcel, on a shelf or ("" ) packed only; `roll` is the label from the roll that was stuck on it."""

    KIND: ClassVar[str] = "pickup.staged"

    parcel: int
    shelf: str
    units: tuple[ParcelUnits, ...]
    found: Found
    roll: int | None = None


class PickupReady(PickupFact, frozen=True, kw_only=True):
    """The shopper may be told. Facts of before the counter knew undo say nothing of what they found."""

    KIND: ClassVar[str] = "pickup.ready"

    found: Found | None = None


class PickupArrived(PickupFact, frozen=True, kw_only=True):
    """Somebody is here for it. Facts of before the counter knew undo say nothing of what they found."""

    KIND: ClassVar[str] = "pickup.arrived"

    how: ArrivedHow
    found: Found | None = None


class PickupHandedOver(PickupFact, frozen=True, kw_only=True):
    """These parcels left the shop at `desk`.

    `vouched_by` is the manager who stood beside (the book was old, or nobody had a pass), `second_by` who entered the
    second PIN above the value limit. `proxy`: somebody else collected it; `name_checked`, `age_checked`: the clerk looked.
    """

    KIND: ClassVar[str] = "pickup.handed_over"

    parcels: tuple[int, ...]
    pass_id: str | None = None
    pass_revision: int | None = None
    receipt_no: str | None = None
    how: HandoverHow
    desk: str
    found: Found
    vouched_by: str | None = None
    proxy: bool = False
    name_checked: bool = False
    age_checked: bool = False
    second_by: str | None = None


class PickupPassSeen(PickupFact, frozen=True, kw_only=True):
    """A genuine pass was shown for an order this hub has not heard of; nothing was released."""

    KIND: ClassVar[str] = "pickup.pass_seen"

    pass_id: str


class PickupCancelGranted(PickupFact, frozen=True, kw_only=True):
    """The asked cancel is done: nothing of it will leave."""

    KIND: ClassVar[str] = "pickup.cancel_granted"

    ask_id: str


class PickupCancelRefused(PickupFact, frozen=True, kw_only=True):
    """The asked cancel came too late, or the shopper stood at the desk."""

    KIND: ClassVar[str] = "pickup.cancel_refused"

    ask_id: str
    reason: str
    found: Found


class ReturnLine(msgspec.Struct, frozen=True, kw_only=True):
    """Units that came back; `order` and `line` are None for a return without order."""

    order: str | None = None
    line: int | None = None
    gtin: str
    qty: int
    amount_minor: int
    condition: Condition = Condition.unknown


class ReturnCharge(msgspec.Struct, frozen=True, kw_only=True):
    """A charge given back (or kept) with a return: money only."""

    code: str
    amount_minor: int


class ReturnRecorded(Fact, frozen=True, kw_only=True):
    """One return document; an order does not change state when something of it comes back."""

    KIND: ClassVar[str] = "return.recorded"
    LANE: ClassVar[int] = 0

    return_id: str
    lines: tuple[ReturnLine, ...]
    charges: tuple[ReturnCharge, ...] = ()
    refund_minor: int
    refund_asked: bool
    note: str | None = None

    @property
    def subject(self) -> str:
        """The return document."""
        return self.return_id


PICKUP_FACTS: tuple[type[Fact], ...] = (
    PickupAccepted,
    PickupDeclined,
    PickupPicked,
    PickupShort,
    PickupStaged,
    PickupReady,
    PickupArrived,
    PickupHandedOver,
    PickupPassSeen,
    PickupCancelGranted,
    PickupCancelRefused,
    ReturnRecorded,
)
