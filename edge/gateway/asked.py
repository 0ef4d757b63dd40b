"""For a kiosk: what a store asks a shopper about units it could not pick, and her choice, as they stand between kiosk and hub."""

import msgspec


class ProductAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A product at what she pays for one, in minor units."""

    gtin: str
    name: dict[str, str] = {}
    option: dict[str, str] | None = None
    mark: str = ""
    price_minor: int


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`qty` units of `missing` are not to be had; she may take an offer, her money, or have them back in her cart."""

    question_id: str
    qty: int
    reason: str = ""
    missing: ProductAsked
    offers: tuple[ProductAsked, ...] = ()
    other_store: bool = False
    until_ms: int
    currency: str


class ChoiceMade(msgspec.Struct, frozen=True, kw_only=True):
    """What she pressed; `gtin` is the offered product when it is another one."""

    event_id: str
    choice: str
    gtin: str | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The one answer a question got, and how far its order is."""

    question_id: str
    order_id: str
    display_code: str
    choice: str
    gtin: str | None = None
    state: str
