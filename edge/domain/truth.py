"""For what comes down to a store: the bodies of feed rows, as central writes them and the hub reads them.

Feeds: `store:<id>` (order, cancel_asked, told, question_answered, pass_renewed, wish.answered, journal_seen), `people:<id>` (cart, card, name_card), `catalogue:<region>`
(product), `stock:<id>` (stock), `config:<id>` (store, staff, pass_key, hub, device). Carts, products, stock and answers are the domain's own types.
"""

import msgspec

from edge.domain.audit import Head
from edge.domain.cart import Answer, Cart
from edge.domain.hours import OpeningHours
from edge.domain.pickup_book import Charge
from edge.domain.pickup_question import Choice, IfShort
from edge.domain.product import Product
from edge.domain.stock import StockHere


class OrderDownLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order to expect; price frozen when it was placed."""

    line: int
    gtin: str
    qty: int
    price_minor: int


class OrderDown(msgspec.Struct, frozen=True, kw_only=True):
    """An order this store now owns. It names nobody; the name card comes on another feed."""

    order_id: str
    store: str
    store_number: int
    display_code: str
    revision: int
    lines: tuple[OrderDownLine, ...]
    charges: tuple[Charge, ...] = ()
    currency: str
    total_minor: int
    amount_due_minor: int = 0
    placed_at_ms: int
    promised_at_ms: int | None = None
    guest: bool = False
    if_short: IfShort = IfShort.refund
    typed_check: str = ""
    """What the code that is typed for its pass is found by; "" from a central that gives none."""


class CancelAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Central asks whether an order may be cancelled; the hub answers each ask with exactly one fact."""

    ask_id: str
    order: str


class QuestionAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """What a shopper chose on her phone about units a store could not pick; the store takes the first answer it hears."""

    question_id: str
    order: str
    choice: Choice
    gtin: str | None = None
    at_ms: int


class PassRenewed(msgspec.Struct, frozen=True, kw_only=True):
    """The shopper asked for a new pass: those before it open nothing any longer, and another code is typed for it."""

    order: str
    revoked: tuple[str, ...]
    typed_check: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The shopper's message went out."""

    order: str
    at_ms: int


class JournalSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Central countersigned a head of the store's journal: it had this row, with this hash, when it was seen."""

    head: Head
    public_key: str
    signature: str
    seen_at_ms: int
    seen_signature: str


class ConsentDown(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose and channel, as in force."""

    purpose: str
    channel: str
    given: bool


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A shopper with an interest in this store: what its screens may show and the key her phone signs with."""

    identity: str
    masked_name: str
    last4: str = ""
    locale: str = "ko"
    app_public_key: str | None = None
    consents: tuple[ConsentDown, ...] = ()
    expires_at_ms: int
    tags: tuple[str, ...] = ()


class NameCard(msgspec.Struct, frozen=True, kw_only=True):
    """Who collects one open order: masked, and with nothing that could be called."""

    order_id: str
    identity: str | None = None
    masked_name: str
    last4: str = ""
    locale: str = "ko"


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What head office decides for this store; unknown keys are kept by whoever stores the body.

    Above `value_limit_minor` the clerk checks the name and (`second_pin`) a second member of staff enters a PIN. An order
    is kept for `keep_open_hours` (0: the next run expires it) and its shopper reminded after `remind_after_open_hours`; one
    run expires at most `expire_run_limit`. `cut_off_min` is the minute of the store's day after which nothing is promised
    for the same day; `picks_per_hour` the pace promises start from until it was measured. Goods come back within
    `return_days`, defective ones within `defect_return_days`. Products of `age_categories` need a look at an age.
    """

    auto_accept: bool = True
    value_limit_minor: int | None = None
    pass_days: int = 14
    prep_minutes: int = 60
    default_locale: str = "ko"
    keep_open_hours: int = 168
    remind_after_open_hours: int = 24
    expire_run_limit: int = 50
    second_pin: bool = True
    cut_off_min: int | None = None
    picks_per_hour: int = 60
    return_days: int = 30
    defect_return_days: int = 30
    age_categories: tuple[str, ...] = ()


class StoreDown(msgspec.Struct, frozen=True, kw_only=True):
    """The store itself."""

    store: str
    store_number: int
    gln: str | None = None
    name: dict[str, str]
    hours: OpeningHours | None = None
    settings: StoreSettings = StoreSettings()
    currency: str
    timezone: str


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """One member of staff; the PIN only as its argon2id hash."""

    staff_id: str
    name: str
    role: str
    pin_hash: str


class StaffDown(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who may sign in here."""

    list: tuple[StaffMember, ...]


class PassKeyDown(msgspec.Struct, frozen=True, kw_only=True):
    """A public key that passes are read with."""

    key_id: int
    public: str
    from_ms: int


class DeviceDown(msgspec.Struct, frozen=True, kw_only=True):
    """A machine the hub before this one trusted, by its public key."""

    node: str
    role: str
    public_key: str
    state: str


BODIES = (
    OrderDown,
    CancelAsked,
    QuestionAnswered,
    Told,
    PassRenewed,
    JournalSeen,
    Answer,
    Cart,
    Card,
    NameCard,
    Product,
    StockHere,
    StoreDown,
    StaffDown,
    PassKeyDown,
    DeviceDown,
)
"""Every body a feed row may carry; a tombstone carries none."""


class Identified(msgspec.Struct, frozen=True, kw_only=True):
    """Central's word about a shopper a store holds nothing of: her card, and her cart if she has one."""

    card: Card
    cart: Cart | None = None


class CentralRefused(msgspec.Struct, frozen=True):
    """Central heard a question and said no; `reason` is its word for why."""

    reason: str


class CentralAway(msgspec.Struct, frozen=True):
    """No answer of central's that may be believed: the line is cut, or it was somebody else who spoke."""
