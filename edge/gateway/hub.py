"""For a kiosk to ask its hub: typed answers of the hub's kiosk routes, an expected no and an absent hub as values.

Every method gives its answer, a `Refusal` (the hub said no and why) or a `HubAway` (nobody answered in time, or what came
was not the hub's). After a `HubAway` the caller may repeat with the same event_id as often as it likes: the hub answers a
repeated event_id with its first answer.
"""

from enum import StrEnum
from typing import TypeVar
from urllib.parse import quote

import msgspec

from edge.domain.errors import Refusal
from edge.gateway.asked import Answered, ChoiceMade, Question
from sync.errors import SyncError
from sync.http_client import Peer, Reply

T = TypeVar("T")


class HubAway(msgspec.Struct, frozen=True):
    """No answer that may be believed; `why` is for the log, never for the screen."""

    why: str


class LineState(StrEnum):
    """The hub's line to central."""

    UP = "up"
    CUT = "cut"


class WishState(StrEnum):
    """What became of a wish: asked until central's answer is here."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class Shopper(msgspec.Struct, frozen=True, kw_only=True):
    """Who is looked up, as far as a public screen may say it."""

    masked_name: str | None = None
    locale: str = ""
    tier: str | None = None


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A wish and what became of it; `line` is the first line an order was refused for."""

    wish_id: str
    state: WishState
    reason: str | None = None
    line: str | None = None
    order_id: str | None = None
    display_code: str | None = None


class CartLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the online cart with what this store knows about its product.

    `qty` is the truth with unanswered wishes folded over it, `truth_qty` the truth alone. Prices in minor units.
    """

    line: str
    line_version: int
    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None = None
    mark: str = ""
    qty: int
    truth_qty: int
    pending: bool = False
    wish: Wish | None = None
    price_minor: int
    currency: str
    shelf_price_minor: int | None = None
    shelf_price_stale: bool = False
    stock_here: int | None = None
    stock_as_of_ms: int | None = None
    aisle: int | None = None
    bay: str | None = None
    category: dict[str, str] | None = None


class OpenOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An open pickup of the shopper at this store, and what is asked of her about it."""

    order_id: str
    display_code: str
    state: str
    questions: tuple[Question, ...] = ()


class CartView(msgspec.Struct, frozen=True, kw_only=True):
    """The online cart as the hub knows it now, and how old that knowledge is."""

    cart_id: str
    version: int
    stored_at_ms: int
    line_state: LineState
    line_since_ms: int
    lines: tuple[CartLine, ...]
    total_here_minor: int = 0
    orders: tuple[OpenOrder, ...] = ()


class HubVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A shopper's visit at this kiosk as the hub keeps it."""

    visit_id: str
    shopper: Shopper
    cart: CartView


class CartReply(msgspec.Struct, frozen=True, kw_only=True):
    """The cart after a change was asked."""

    cart: CartView


class ChangeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A line's wanted quantity with what the shopper saw; `line` None adds a new line."""

    event_id: str
    line: str | None
    gtin: str
    target_qty: int
    line_version: int
    seen_price_minor: int


class OrderLineAsked(msgspec.Struct, frozen=True, kw_only=True):
    """One cart line wanted as a pickup, with what the shopper saw."""

    line: str
    line_version: int
    qty: int
    seen_price_minor: int


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded check-in: the code that will be called out, and how far the order is."""

    display_code: str
    state: str


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """A call for staff that stands on the board now."""

    call_id: str = ""


class StoreFace(msgspec.Struct, frozen=True, kw_only=True):
    """What the store says about itself on a screen; the aisles are those of its shelf map, in walking order."""

    store: str = ""
    name: dict[str, str] = {}
    timezone: str = "Asia/Seoul"
    aisles: tuple[int, ...] = ()
    hours_today: str = ""


class HubStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The line to central, the hub's time and the store it serves."""

    line: LineState
    since_ms: int
    now_ms: int
    store: StoreFace
    owed: int = 0
    superseded_since_ms: int | None = None


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """What a greeting may say: how many products of one consented shopper are here; None says nothing about anybody."""

    products_here: int | None = None


class _Scan(msgspec.Struct, frozen=True):
    event_id: str
    scan: str


class _Order(msgspec.Struct, frozen=True):
    event_id: str
    lines: tuple[OrderLineAsked, ...]


class _CheckIn(msgspec.Struct, frozen=True, omit_defaults=True):
    event_id: str
    scan: str | None = None
    visit_id: str | None = None
    order_id: str | None = None


class _Call(msgspec.Struct, frozen=True):
    event_id: str
    visit_id: str | None
    screen: str


class _No(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document that carries a typed no."""

    reason: str
    found: dict[str, str | int] = {}


class HubClient:
    """The hub as this kiosk's peer. Safe to share between threads."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def status(self) -> HubStatus | HubAway:
        """The line, the hub's time and the store."""
        got = self._ask("GET", "/v1/status", None, HubStatus)
        return HubAway(got.reason) if isinstance(got, Refusal) else got

    def presence(self) -> Presence | HubAway:
        """Whether a greeting may count; a hub that knows nothing of it says so and is away for this purpose."""
        got = self._ask("GET", "/v1/presence/greeting", None, Presence)
        return HubAway(got.reason) if isinstance(got, Refusal) else got

    def open_visit(self, event_id: str, scan: str) -> HubVisit | Refusal | HubAway:
        """Look up the shopper whose QR was read, and her cart."""
        return self._ask("POST", "/v1/visits", _Scan(event_id, scan), HubVisit)

    def visit(self, visit_id: str) -> HubVisit | Refusal | HubAway:
        """The visit with the cart as the hub knows it now."""
        return self._ask("GET", f"/v1/visits/{quote(visit_id, safe='')}", None, HubVisit)

    def close_visit(self, visit_id: str) -> None:
        """Let the hub forget the visit; without an answer it forgets by itself."""
        self._ask("DELETE", f"/v1/visits/{quote(visit_id, safe='')}", None, object)

    def ask_change(self, visit_id: str, change: ChangeAsked) -> CartReply | Refusal | HubAway:
        """Record the wish to change a line; the cart that comes back has it folded in."""
        return self._ask("POST", f"/v1/visits/{quote(visit_id, safe='')}/changes", change, CartReply)

    def ask_order(self, visit_id: str, event_id: str, lines: tuple[OrderLineAsked, ...]) -> Wish | Refusal | HubAway:
        """Record the wish to make these lines a pickup."""
        return self._ask("POST", f"/v1/visits/{quote(visit_id, safe='')}/orders", _Order(event_id, lines), Wish)

    def choose(self, visit_id: str, question_id: str, choice: ChoiceMade) -> Answered | Refusal | HubAway:
        """Give a question of one of her orders its answer; whoever came first is named in the refusal."""
        target = f"/v1/visits/{quote(visit_id, safe='')}/questions/{quote(question_id, safe='')}"
        return self._ask("POST", target, choice, Answered)

    def wish(self, wish_id: str) -> Wish | Refusal | HubAway:
        """What became of a wish."""
        return self._ask("GET", f"/v1/wishes/{quote(wish_id, safe='')}", None, Wish)

    def check_in(
        self, event_id: str, *, scan: str | None = None, visit_id: str | None = None, order_id: str | None = None
    ) -> Arrival | Refusal | HubAway:
        """Mark an order's shopper as arrived: by a pass, or by an order of a visit's own shopper."""
        asked = _CheckIn(event_id, scan) if scan is not None else _CheckIn(event_id, None, visit_id, order_id)
        return self._ask("POST", "/v1/check-ins", asked, Arrival)

    def call_staff(self, event_id: str, *, visit_id: str | None, screen: str) -> Called | Refusal | HubAway:
        """Put a card on the staff board."""
        return self._ask("POST", "/v1/staff-calls", _Call(event_id, visit_id, screen), Called)

    def _ask(self, method: str, target: str, body: msgspec.Struct | None, kind: type[T]) -> T | Refusal | HubAway:
        try:
            reply = self._peer.request(method, target, body=msgspec.json.encode(body) if body is not None else b"")
            return _typed(reply, kind)
        except SyncError as error:
            # Unreachable, refused or not our protocol: for the person before the screen all are "no answer".
            return HubAway(f"{type(error).__name__}: {error}")


def _typed(reply: Reply, kind: type[T]) -> T | Refusal | HubAway:
    """The answer as its type; a 4xx with a reason is the hub's no."""
    if reply.status == 204:
        return msgspec.convert({}, kind)
    if 200 <= reply.status < 300:
        return reply.read(kind)
    if not reply.body:
        return HubAway(f"answered {reply.status}")
    said = reply.read(_No)
    return Refusal(said.reason, said.found)
