"""For what a shopper is asked when something is short: which units, what the shop offers instead, and her one answer."""

from enum import StrEnum

import msgspec


class ShortReason(StrEnum):
    """Why units of a line could not be picked."""

    not_found = "not_found"
    no_stock = "no_stock"
    damaged = "damaged"
    expired_goods = "expired_goods"


class IfShort(StrEnum):
    """What an order itself prefers when something is short and nobody answers."""

    substitute = "substitute"
    refund = "refund"


class Choice(StrEnum):
    """What she wants instead."""

    substitute = "substitute"
    refund = "refund"
    other_store = "other_store"


class AnsweredHow(StrEnum):
    """Where the answer came from; `preference`: nobody answered in time, so the order's own preference counts."""

    kiosk = "kiosk"
    phone = "phone"
    staff = "staff"
    preference = "preference"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A product the shop offers instead, at its shelf price when it was asked."""

    gtin: str
    price_minor: int


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question about `qty` units of a line: they stay to_pick and hold the order back until it is answered."""

    question_id: str
    line: int
    qty: int
    reason: ShortReason
    offers: tuple[Offer, ...] = ()
    until_ms: int
    choice: Choice | None = None
    gtin: str | None = None
    how: AnsweredHow | None = None

    @property
    def open(self) -> bool:
        """True until it has its one answer."""
        return self.choice is None

    def offer(self, gtin: str | None) -> Offer | None:
        """What was offered of that product."""
        return next((each for each in self.offers if each.gtin == gtin), None)
