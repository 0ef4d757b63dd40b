"""What one kiosk machine is made of: its glass, its times, its hub, and the visits it holds in memory."""

from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from devices.ports import Scanner
from edge.domain.clock import Clock
from edge.domain.ids import Rng, event_id
from edge.gateway.hub import HubAway, HubClient, HubStatus, StoreFace
from edge.settings import KioskSettings
from kiosk_ui.kiosk.visits import Ending, Visit, Visits


class VisitLog(Protocol):
    """Where a visit's end is counted: how it ended and how long it was, never who or what (outbox lane 2)."""

    def ended(self, how: str, seconds: int) -> None:
        """Record the end of one visit; `how` is one of `visits.Ending`."""
        ...


class IdleTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds without a touch before the screen asks, and how long it asks before it wipes (screens.md, section A)."""

    ask_s: int
    wipe_s: int

    def eased(self) -> "IdleTimes":
        """The longer times of easy mode: 60 + 20 become 120 + 30."""
        return IdleTimes(ask_s=2 * self.ask_s, wipe_s=self.wipe_s * 3 // 2)

    @property
    def whole_s(self) -> int:
        """From the last touch to the wipe."""
        return self.ask_s + self.wipe_s


PROMPT = IdleTimes(ask_s=20, wipe_s=10)
"""Screens that name nobody: they only have to be free for the next one."""
DONE = IdleTimes(ask_s=0, wipe_s=15)
"""A finished step only has to be read."""


@dataclass
class Shopfront:
    """What the hub last said about the store: it names nobody, so it may outlive a visit."""

    status: HubStatus | None = None


@dataclass(frozen=True, kw_only=True)
class Kiosk:
    """One kiosk: everything its pages need, handed in by wiring."""

    settings: KioskSettings
    clock: Clock
    rng: Rng
    hub: HubClient
    visit_log: VisitLog
    read_scan: Scanner
    visits: Visits = field(default_factory=Visits)
    front: Shopfront = field(default_factory=Shopfront)

    @property
    def cart_times(self) -> IdleTimes:
        """The idle times of every screen that shows something of a shopper."""
        return IdleTimes(ask_s=self.settings.cart_idle_s, wipe_s=self.settings.warning_s)

    @property
    def store(self) -> StoreFace:
        """The store as last heard; blank until the hub answered once."""
        return self.front.status.store if self.front.status else StoreFace()

    def new_event_id(self) -> str:
        """A fresh event_id for something a shopper just asked."""
        return event_id(self.clock.now_ms(), self.rng)

    def read_status(self) -> HubStatus | None:
        """Ask the hub for the line and the store; None when it is away."""
        status = self.hub.status()
        if isinstance(status, HubAway):
            return None
        self.front.status = status
        return status

    def begin_visit(self) -> Visit:
        """A visit of somebody not yet known."""
        whole_s = self.cart_times.eased().whole_s
        return self.visits.begin(now_ms=self.clock.monotonic_ms(), whole_idle_s=whole_s, rng=self.rng)

    def end_visit(self, token: str, how: Ending) -> None:
        """Forget a visit here, count its end, and let the hub forget it too; without an answer the hub does so by itself."""
        visit = self.visits.end(token)
        if visit is not None:
            self._ended(visit, how)

    def end_overdue(self) -> None:
        """Forget the visits whose browser is gone."""
        for visit in self.visits.overdue(self.clock.monotonic_ms()):
            self._ended(visit, Ending.IDLE)

    def _ended(self, visit: Visit, how: Ending) -> None:
        if visit.known is None:
            return
        self.visit_log.ended(how, (self.clock.monotonic_ms() - visit.started_ms) // 1000)
        self.hub.close_visit(visit.known.visit_id)
