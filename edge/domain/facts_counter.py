"""For the facts of the counter: a question and its answer, one step back, a parcel on another shelf, an order nobody fetched."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from edge.domain.fact_base import Fact
from edge.domain.facts_pickup import PickupFact
from edge.domain.pickup_book import Found
from edge.domain.pickup_question import AnsweredHow, Choice, Offer, ShortReason


class VoidReason(StrEnum):
    """Why a handover that was recorded did not happen."""

    undo = "undo"
    parcel_is_here = "parcel_is_here"
    wrong_bag = "wrong_bag"
    mistake = "mistake"


class PromiseWhy(StrEnum):
    """Why a time was promised."""

    first = "first"
    repromised = "repromised"
    confirmed = "confirmed"


class IncidentOutcome(StrEnum):
    """What a manager made of an incident."""

    seen = "seen"
    voided = "voided"
    overridden = "overridden"
    loss_owned = "loss_owned"


class PickupQuestionAsked(PickupFact, frozen=True, kw_only=True):
    """`qty` units of a line are short and the shopper is asked; the event_id is the question's id."""

    KIND: ClassVar[str] = "pickup.question_asked"

    line: int
    qty: int
    reason: ShortReason
    offers: tuple[Offer, ...] = ()
    until_ms: int
    found: Found


class PickupQuestionAnswered(PickupFact, frozen=True, kw_only=True):
    """The one answer to a question; what is done about it is a fact of its own."""

    KIND: ClassVar[str] = "pickup.question_answered"

    question_id: str
    choice: Choice
    gtin: str | None = None
    how: AnsweredHow


class PickupSubstituted(PickupFact, frozen=True, kw_only=True):
    """`qty` units of a line were replaced by as many of `gtin`, which stand on the order as `new_line`, picked.

    `price_minor` is never more than the line's own frozen price.
    """

    KIND: ClassVar[str] = "pickup.substituted"

    line: int
    qty: int
    new_line: int
    gtin: str
    price_minor: int
    gtin_scanned: str | None = None
    found: Found


class PickupUndone(PickupFact, frozen=True, kw_only=True):
    """One step back: the act recorded as `event`, of kind `kind`, did not happen.

    `line` and `qty` for picked and short units and questions, with `new_line` for a substitute; `parcel` for a parcel.
    """

    KIND: ClassVar[str] = "pickup.undone"

    event: str
    kind: str
    line: int | None = None
    qty: int | None = None
    new_line: int | None = None
    parcel: int | None = None
    found: Found


class PickupVoided(PickupFact, frozen=True, kw_only=True):
    """These parcels, recorded as handed over by `event`, are here: back on their shelf."""

    KIND: ClassVar[str] = "pickup.voided"

    event: str
    parcels: tuple[int, ...]
    reason: VoidReason
    vouched_by: str | None = None
    found: Found


class PickupReshelved(PickupFact, frozen=True, kw_only=True):
    """A parcel lies on another shelf."""

    KIND: ClassVar[str] = "pickup.reshelved"

    parcel: int
    shelf: str
    found: Found


class PickupUnpacked(PickupFact, frozen=True, kw_only=True):
    """Parcels were opened: their goods are back on the sales floor (`restocked`) or loose again."""

    KIND: ClassVar[str] = "pickup.unpacked"

    parcels: tuple[int, ...]
    restocked: bool
    found: Found


class PickupExpired(PickupFact, frozen=True, kw_only=True):
    """Nobody came: what lay here went back to the sales floor, by one run over all such orders."""

    KIND: ClassVar[str] = "pickup.expired"

    run_id: str
    parcels: tuple[int, ...]
    found: Found


class PickupReopened(PickupFact, frozen=True, kw_only=True):
    """The run that expired it was taken back: its parcels lie on their shelves again."""

    KIND: ClassVar[str] = "pickup.reopened"

    run_id: str
    parcels: tuple[int, ...]
    found: Found


class PickupReminded(PickupFact, frozen=True, kw_only=True):
    """The shopper should be reminded that it waits for her."""

    KIND: ClassVar[str] = "pickup.reminded"


class PickupExtended(PickupFact, frozen=True, kw_only=True):
    """It is kept longer, on request; `by` is who asked for it (shopper, clerk:kim)."""

    KIND: ClassVar[str] = "pickup.extended"

    until_ms: int
    by: str


class PickupPromised(PickupFact, frozen=True, kw_only=True):
    """The time by which it will be ready, as the shop sees it now; `was_ms` is what it said before."""

    KIND: ClassVar[str] = "pickup.promised"

    promised_at_ms: int
    was_ms: int | None = None
    why: PromiseWhy
    found: Found


class PickupToldAgainAsked(PickupFact, frozen=True, kw_only=True):
    """The shopper says she heard nothing: tell her again. `told_at_ms` is when the shop believed that she was told, if it did."""

    KIND: ClassVar[str] = "pickup.told_again_asked"

    told_at_ms: int | None = None


class ShelfParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel as a shelf count names it."""

    order: str
    parcel: int


class ShelfCounted(Fact, frozen=True, kw_only=True):
    """The evening's look at the shelves: what lay there, what did not, and what the book says has left."""

    KIND: ClassVar[str] = "shelf.counted"
    LANE: ClassVar[int] = 0

    count_id: str
    found: tuple[ShelfParcel, ...] = ()
    missing: tuple[ShelfParcel, ...] = ()
    unknown: tuple[ShelfParcel, ...] = ()
    should_have_left: tuple[ShelfParcel, ...] = ()

    @property
    def subject(self) -> str:
        """The count."""
        return self.count_id


class IncidentReviewed(Fact, frozen=True, kw_only=True):
    """A manager looked at an incident; `note_code` is a word of a list, never free text."""

    KIND: ClassVar[str] = "incident.reviewed"
    LANE: ClassVar[int] = 0

    incident: str
    outcome: IncidentOutcome
    note_code: str = ""
    by: str

    @property
    def subject(self) -> str:
        """The incident."""
        return self.incident


COUNTER_FACTS: tuple[type[Fact], ...] = (
    PickupQuestionAsked,
    PickupQuestionAnswered,
    PickupSubstituted,
    PickupUndone,
    PickupVoided,
    PickupReshelved,
    PickupUnpacked,
    PickupExpired,
    PickupReopened,
    PickupReminded,
    PickupExtended,
    PickupPromised,
    PickupToldAgainAsked,
    ShelfCounted,
    IncidentReviewed,
)
