"""What central answers, as far as the stand-in reads it; unknown fields are ignored, as an app's should be."""

import msgspec

from edge.domain.cart import Answer, Cart
from edge.domain.message import MessageKind
from edge.domain.nearby import Location
from edge.domain.pickup import Charge
from edge.domain.product import Product
from edge.domain.truth import ConsentDown


class CartAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The cart, and after a change the answer to it."""

    cart: Cart
    answers: tuple[Answer, ...] = ()


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order; `for_line` is set on a product that came in for another."""

    line: int
    gtin: str
    qty: int
    price_minor: int
    picked_qty: int = 0
    short_qty: int = 0
    substituted_qty: int = 0
    for_line: int | None = None


class OfferMade(msgspec.Struct, frozen=True, kw_only=True):
    """Another product she may take instead, at what she would pay for one."""

    gtin: str
    price_minor: int


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a store asks about units it cannot pick. `sent_choice` is on its way, `choice` is the store's word."""

    question_id: str
    line: int
    gtin: str
    qty: int
    price_minor: int
    offers: tuple[OfferMade, ...] = ()
    other_store: bool = False
    until_ms: int
    choice: str | None = None
    chosen_gtin: str | None = None
    sent_choice: str | None = None
    sent_gtin: str | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One order of this phone."""

    order_id: str
    store: str
    display_code: str
    state: str
    pickup: bool
    lines: tuple[OrderLine, ...]
    charges: tuple[Charge, ...] = ()
    currency: str
    total_minor: int
    amount_due_minor: int = 0
    placed_at_ms: int
    promised_at_ms: int | None = None
    cancel_asked_at_ms: int | None = None
    closed_at_ms: int | None = None
    closed_reason: str | None = None
    parcels_here: int = 0
    if_short: str = "refund"
    questions: tuple[Question, ...] = ()

    @property
    def units(self) -> int:
        """Pieces ordered; what came in for another was not ordered."""
        return sum(line.qty for line in self.lines if line.for_line is None)

    @property
    def asked(self) -> tuple[Question, ...]:
        """What the store asks and nobody has answered."""
        return tuple(each for each in self.questions if each.choice is None)

    @property
    def waits(self) -> bool:
        """Whether somebody waits for a choice of hers that is not even on its way."""
        return any(each.sent_choice is None for each in self.asked)


class OrderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One order; a guest's first answer carries the token that opens it."""

    order: Order
    order_token: str | None = None


class OrdersAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Every order of this phone, newest first."""

    orders: tuple[Order, ...]


class PassAnswer(msgspec.Struct, frozen=True, kw_only=True, rename={"text": "pass"}):
    """The pass of an order."""

    text: str
    display_code: str
    typed_code: str = ""
    expires_at_ms: int


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message in the box."""

    number: int
    kind: MessageKind
    order: str | None = None
    wish: str | None = None
    details: dict[str, str | int] = {}
    at_ms: int


class MessagesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The box."""

    messages: tuple[Message, ...]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The shopper as her phone shows her."""

    identity: str
    name: str
    locale: str
    store: str | None = None
    last4: str = ""
    consents: tuple[ConsentDown, ...] = ()


class CatalogueAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Products, as found."""

    products: tuple[Product, ...]


class StorePromise(msgspec.Struct, frozen=True, kw_only=True):
    """When an order placed now is ready there, and until when that counts."""

    next_free_ms: int
    same_day: bool
    valid_until_ms: int


class StoreFace(msgspec.Struct, frozen=True, kw_only=True):
    """A store to collect at; `promise` None: it has not said lately when it could be ready."""

    store: str
    name: dict[str, str]
    timezone: str = "Asia/Seoul"
    open_now: bool = True
    promise: StorePromise | None = None
    location: Location | None = None
    distance_m: int | None = None


class StoresAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Every store."""

    stores: tuple[StoreFace, ...]


class Anything(msgspec.Struct, frozen=True):
    """A yes whose content the stand-in does not read."""
