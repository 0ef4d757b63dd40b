"""Holds what a shopper does at this screen, in memory only and for as long as she stands there.

A visit begins with the first press or scan and ends by her, by the idle clock, by the next scan or by the end of the
process. Nothing of it is ever written down; the browser holds an opaque token.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from edge.domain.errors import Refusal
from edge.domain.ids import Rng
from edge.gateway.asked import Answered, Question
from edge.gateway.hub import Arrival, HubVisit, Wish, WishState

MOST_VISITS = 64
"""One person stands at a kiosk; more visits at once are a test or a fault, and memory stays small either way."""

SLACK_S = 15
"""The browser wipes first; this is for a browser that died."""


class Ending(StrEnum):
    """How a visit ended."""

    FINISHED = "finished"  # she pressed the last button
    LEFT = "left"  # she pressed "end"
    IDLE = "idle"  # nobody touched the screen
    NEXT_SCAN = "next_scan"  # somebody else's code was shown
    LOST = "lost"  # the hub no longer knows the visit


class Prefs(msgspec.Struct, frozen=True, kw_only=True):
    """How this shopper wants the screen; back to the store's first language and plain layout after each visit."""

    locale: str | None = None  # None: nobody chose, so her card's language counts, else the store's first
    easy: bool = False
    large: bool = False
    contrast: bool = False
    low: bool = False
    sound: bool = False


class OrderAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A pickup she asked for: what it held when she pressed, and what became of it so far."""

    wish: Wish
    kinds: int
    units: int
    total_minor: int
    currency: str
    names: dict[str, dict[str, str]]  # line → product name by locale, to say which line stopped an order

    def with_wish(self, wish: Wish) -> "OrderAsked":
        """The same order with what became of the wish."""
        return msgspec.structs.replace(self, wish=wish)

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come: refused, or granted with its code here."""
        if self.wish.state is WishState.ASKED:
            return False
        return self.wish.state is not WishState.GRANTED or self.wish.display_code is not None


class AnswerGiven(msgspec.Struct, frozen=True, kw_only=True):
    """The question she answered last, and the hub's word for it."""

    question: Question
    answered: Answered


class ChangeWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """The last change asked of a line whose outcome was not shown yet; the name outlives the line."""

    wish_id: str
    name: dict[str, str]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be told once, on a screen of its own: the hub's no, and what she had tried."""

    refusal: Refusal
    subject: str  # scan | change | order | check_in | question | call, as the catalogues name them


@dataclass(kw_only=True)
class Press:
    """An act that has no answer yet. `again` asks the hub once more with the same event_id; it gives the next page or None."""

    event_id: str
    again: Callable[[], str | None]
    since_ms: int  # monotonic


@dataclass(kw_only=True)
class Visit:
    """One shopper at this screen. Hold `lock` while reading and changing it."""

    token: str
    form_token: str
    started_ms: int  # monotonic, like every time here
    seen_ms: int
    prefs: Prefs
    whole_idle_s: int
    known: HubVisit | None = None
    asked: set[str] = field(default_factory=set)  # every wish of hers, by its event_id
    changes: dict[str, ChangeWaiting] = field(default_factory=dict)  # by line
    crossed: list[tuple[dict[str, str], str]] = field(default_factory=list)  # name and reason where the line is gone
    press: Press | None = None
    order: OrderAsked | None = None
    orders: set[str] = field(default_factory=set)  # wishes of hers that were pickups
    order_event_id: str = ""
    arrival: Arrival | None = None
    reads_question: str = ""  # the question on the screen
    choices: dict[str, str] = field(default_factory=dict)  # question and choice → the event_id of that press
    answer: AnswerGiven | None = None
    notice: Notice | None = None
    called_ms: int | None = None
    called_from: str = "/"
    lock: threading.RLock = field(default_factory=threading.RLock)


class Visits:
    """Every visit of this process by its token."""

    def __init__(self) -> None:
        self._by_token: dict[str, Visit] = {}
        self._lock = threading.Lock()

    def begin(self, *, now_ms: int, whole_idle_s: int, rng: Rng) -> Visit:
        """A new visit under a fresh token."""
        visit = Visit(
            token=rng(16).hex(),
            form_token=rng(16).hex(),
            started_ms=now_ms,
            seen_ms=now_ms,
            prefs=Prefs(),
            whole_idle_s=whole_idle_s,
        )
        with self._lock:
            self._by_token[visit.token] = visit
        return visit

    def find(self, token: str) -> Visit | None:
        """The visit of this token while it lasts."""
        with self._lock:
            return self._by_token.get(token)

    def end(self, token: str) -> Visit | None:
        """Forget a visit; gives it once, so that its end is counted once."""
        with self._lock:
            return self._by_token.pop(token, None)

    def overdue(self, now_ms: int) -> list[Visit]:
        """Take out the visits nobody is at any more: idle past their time, or more than there may be at once."""
        with self._lock:
            ordered = sorted(self._by_token.values(), key=lambda visit: visit.seen_ms)
            surplus = max(0, len(ordered) - MOST_VISITS)
            gone = ordered[:surplus]
            gone += [
                visit for visit in ordered[surplus:] if now_ms - visit.seen_ms > 1000 * (visit.whole_idle_s + SLACK_S)
            ]
            for visit in gone:
                del self._by_token[visit.token]
        return gone

    def __len__(self) -> int:
        with self._lock:
            return len(self._by_token)
