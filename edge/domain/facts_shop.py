"""For the facts of lanes 1 and 2: wishes, consents, presence, visits, calls, the clock."""

from enum import StrEnum
from typing import ClassVar, Self

from edge.domain.cart import CartChange, OrderWish, OrderWishLine
from edge.domain.consent import Channel, ConsentAct, Purpose
from edge.domain.fact_base import At, Fact


class VisitEnd(StrEnum):
    """How a visit at a kiosk ended."""

    finished = "finished"  # she pressed the last button of a step that was done
    left = "left"  # she pressed "end"
    idle = "idle"  # nobody touched the screen
    next_scan = "next_scan"  # somebody else's code was shown
    lost = "lost"  # the hub no longer knew the visit


class CartChangeAsked(Fact, frozen=True, kw_only=True):
    """The wish to set a line's quantity; its wish_id is the event_id of this fact."""

    KIND: ClassVar[str] = "cart.change_asked"
    LANE: ClassVar[int] = 1

    cart: str
    base_version: int
    after: str | None = None
    line: str | None
    line_version: int
    gtin: str
    target_qty: int
    seen_price_minor: int

    @property
    def subject(self) -> str:
        """The cart."""
        return self.cart

    @classmethod
    def of(cls, wish: CartChange, *, actor: str, at: At) -> Self:
        """The fact that this wish was made; its event_id must be the wish's id."""
        return cls(
            actor=actor,
            at=at,
            cart=wish.cart,
            base_version=wish.base_version,
            after=wish.after,
            line=wish.line,
            line_version=wish.line_version,
            gtin=wish.gtin,
            target_qty=wish.target_qty,
            seen_price_minor=wish.seen_price_minor,
        )

    def wish(self, event_id: str) -> CartChange:
        """The wish this fact is about."""
        return CartChange(
            wish_id=event_id,
            cart=self.cart,
            base_version=self.base_version,
            after=self.after,
            line=self.line,
            line_version=self.line_version,
            gtin=self.gtin,
            target_qty=self.target_qty,
            seen_price_minor=self.seen_price_minor,
        )


class OrderAsked(Fact, frozen=True, kw_only=True):
    """The wish to make lines of a cart a pickup; its wish_id is the event_id of this fact."""

    KIND: ClassVar[str] = "order.asked"
    LANE: ClassVar[int] = 1

    cart: str
    base_version: int
    after: str | None = None
    store: str
    lines: tuple[OrderWishLine, ...]

    @property
    def subject(self) -> str:
        """The cart."""
        return self.cart

    @classmethod
    def of(cls, wish: OrderWish, *, actor: str, at: At) -> Self:
        """The fact that this wish was made; its event_id must be the wish's id."""
        return cls(
            actor=actor,
            at=at,
            cart=wish.cart,
            base_version=wish.base_version,
            after=wish.after,
            store=wish.store,
            lines=wish.lines,
        )

    def wish(self, event_id: str) -> OrderWish:
        """The wish this fact is about."""
        return OrderWish(
            wish_id=event_id,
            cart=self.cart,
            base_version=self.base_version,
            after=self.after,
            store=self.store,
            lines=self.lines,
        )


class ConsentRecorded(Fact, frozen=True, kw_only=True):
    """An identity said yes or no."""

    KIND: ClassVar[str] = "consent.recorded"
    LANE: ClassVar[int] = 1

    identity: str
    purpose: Purpose
    channel: Channel
    given: bool
    source: str
    policy_version: str

    @property
    def subject(self) -> str:
        """The identity."""
        return self.identity

    def act(self, at_ms: int) -> ConsentAct:
        """The act, at the envelope's time."""
        return ConsentAct(
            identity=self.identity,
            purpose=self.purpose,
            channel=self.channel,
            given=self.given,
            at_ms=at_ms,
            source=self.source,
            policy_version=self.policy_version,
        )


class PresenceFact(Fact, frozen=True, kw_only=True):
    """A tag, by its rotating keyed hash, and a zone."""

    tag_hash: str
    zone: str

    @property
    def subject(self) -> str:
        """The tag's hash."""
        return self.tag_hash


class PresenceEntered(PresenceFact, frozen=True, kw_only=True):
    """A tag is heard that was not heard before."""

    KIND: ClassVar[str] = "presence.entered"


class PresenceMoved(PresenceFact, frozen=True, kw_only=True):
    """A tag is in another zone."""

    KIND: ClassVar[str] = "presence.moved"


class PresenceLeft(PresenceFact, frozen=True, kw_only=True):
    """A tag is no longer heard; `zone` is where it was last."""

    KIND: ClassVar[str] = "presence.left"


class KioskVisitEnded(Fact, frozen=True, kw_only=True):
    """Somebody's visit at a kiosk was wiped; nothing says whose."""

    KIND: ClassVar[str] = "kiosk.visit_ended"

    how: VisitEnd
    seconds: int


class StaffCalled(Fact, frozen=True, kw_only=True):
    """Somebody asked for help at a kiosk."""

    KIND: ClassVar[str] = "staff.called"

    kiosk: str
    order: str | None = None
    visit_ref: str | None = None

    @property
    def subject(self) -> str:
        """The kiosk."""
        return self.kiosk


class ClockCorrected(Fact, frozen=True, kw_only=True):
    """Signed time was seen: what this boot labelled before it was `offset_ms` too early."""

    KIND: ClassVar[str] = "clock.corrected"

    offset_ms: int
    boot_id: str

    @property
    def subject(self) -> str:
        """The boot."""
        return self.boot_id


SHOP_FACTS: tuple[type[Fact], ...] = (
    CartChangeAsked,
    OrderAsked,
    ConsentRecorded,
    PresenceEntered,
    PresenceMoved,
    PresenceLeft,
    KioskVisitEnded,
    StaffCalled,
    ClockCorrected,
)
