"""The staff board: what is open in this shop right now, sorted the way it should be worked off."""

from enum import StrEnum

import msgspec


class NextAct(StrEnum):
    """The one strong act a card offers; `none` when nothing is to be done at the desk."""

    ACCEPT = "accept"  # the ledger could not reserve every line: a clerk decides
    PICK = "pick"
    STAGE = "stage"  # every line is picked or short, some picked units lie in no parcel yet
    HAND_OVER = "hand_over"
    ANSWER_CANCEL = "answer_cancel"
    NONE = "none"


class Wait(StrEnum):
    """How long an arrived shopper has been standing there."""

    NONE = "none"  # not here yet
    FRESH = "fresh"
    AMBER = "amber"  # from AMBER_AFTER_MS
    RED = "red"  # from RED_AFTER_MS


AMBER_AFTER_MS = 3 * 60_000
"""Three minutes is what a shopper accepts without looking round (pickups.md, check-in)."""
RED_AFTER_MS = 5 * 60_000
"""Five minutes: somebody must come out now."""


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """The line to central, as the banner says it."""

    state: str  # up | cut
    since_ms: int
    owed: int  # facts of lanes 0 and 1 without a receipt: "보낼 내역 3건"
    owed_all: int  # with telemetry
    time_confirmed: bool


class CallCard(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody pressed 직원 부르기; stays until a clerk presses done."""

    call_id: str
    kiosk: str  # K1
    screen: str  # cart | attract | …
    order_id: str | None
    display_code: str | None
    masked_name: str | None
    called_at_ms: int


class OrderCard(msgspec.Struct, frozen=True, kw_only=True):
    """One order on the board, or in a list of open orders."""

    order_id: str
    display_code: str
    state: str  # OrderState
    act: NextAct
    guest: bool
    masked_name: str | None  # None: no name card here (guest without a name, erased, keys lost); shown as "–"
    last4: str | None
    locale: str | None
    lines: int
    units: int  # pieces ordered
    picked_units: int
    short_units: int
    shelves: tuple[str, ...]  # of parcels still here, in parcel order, each once
    parcels_here: int
    parcels_left: int
    currency: str
    total_minor: int
    amount_due_minor: int
    placed_at_ms: int
    promised_at_ms: int | None
    ready_at_ms: int | None
    arrived_at_ms: int | None
    arrived_by: str | None  # kiosk | phone | door | beacon | staff
    waited_ms: int  # since arrived, 0 before
    wait: Wait
    cancel_asked_at_ms: int | None
    told_at_ms: int | None  # None on a ready card: "not told yet, line down since …"
    partly_handed_over: bool


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the staff board shows; `version` is the live event it includes, so later events apply on top."""

    version: int
    now_ms: int
    store: str
    store_name: dict[str, str]
    line: LineView
    calls: tuple[CallCard, ...]  # oldest first
    arrived: tuple[OrderCard, ...]  # who came first is first
    fresh: tuple[OrderCard, ...]  # placed: a clerk must decide
    preparing: tuple[OrderCard, ...]  # accepted, picking, staged; by promise
    ready: tuple[OrderCard, ...]  # by promise
    closed_today: int  # handed over since local midnight
