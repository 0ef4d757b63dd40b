"""What a form or a program may send to the kiosk, by type; everything else is answered with what was wrong."""

import msgspec

from edge.gateway.hub import OrderLineAsked
from kiosk_ui.kiosk.visits import Ending


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """What a scanner read."""

    scan: str
    event_id: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A line's wanted quantity, with what was shown."""

    gtin: str
    target_qty: int
    line: str | None = None
    line_version: int = 0
    seen_price_minor: int
    event_id: str | None = None


class Reserve(msgspec.Struct, frozen=True, kw_only=True):
    """A pickup of these lines; without lines, of everything that is here."""

    lines: tuple[OrderLineAsked, ...] | None = None
    event_id: str | None = None


class Arrive(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in by a pass just scanned, or for one of her own pickups."""

    scan: str | None = None
    order_id: str | None = None
    event_id: str | None = None


class Choose(msgspec.Struct, frozen=True, kw_only=True):
    """Her answer to a question: "refund", "other_store", or "substitute" and the GTIN of an offer."""

    question_id: str
    choice: str
    event_id: str | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call for staff."""

    here: str = "/"
    event_id: str | None = None


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One of the buttons at the bottom of every screen."""

    set: str
    here: str = "/"


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """How a visit ends."""

    how: Ending = Ending.LEFT
