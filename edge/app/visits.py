"""Shoppers at the kiosks right now: in memory only, gone with the visit, the plug or twenty quiet minutes."""

import threading

import msgspec

from edge.domain.cart import Cart
from edge.domain.clock import Clock
from edge.domain.truth import Card

QUIET_MS = 20 * 60_000
"""Longer than any idle clock on a kiosk, so the hub never forgets somebody a kiosk still shows."""
VISITS_MAX = 200
"""More people than any shop has kiosks; above it the quietest visit goes, so memory has a ceiling."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One shopper at one kiosk. `cart` is held only for somebody this hub keeps no copy of."""

    visit_id: str
    kiosk: str
    card: Card
    cart: Cart | None
    cart_read_at_ms: int
    opened_at_ms: int

    @property
    def identity(self) -> str:
        """Who it is, as she was identified."""
        return self.card.identity


class Visits:
    """The visits of this hub. Safe between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._visits: dict[str, tuple[Visit, int]] = {}

    def open(self, visit: Visit) -> None:
        """Keep a visit, and forget those that have been quiet for too long."""
        now_ms = self._clock.monotonic_ms()
        with self._lock:
            for visit_id in [each for each, (_, heard_ms) in self._visits.items() if now_ms - heard_ms > QUIET_MS]:
                del self._visits[visit_id]
            if len(self._visits) >= VISITS_MAX:
                del self._visits[min(self._visits, key=lambda each: self._visits[each][1])]
            self._visits[visit.visit_id] = (visit, now_ms)

    def get(self, visit_id: str, kiosk: str) -> Visit | None:
        """The visit, if it is open at this very kiosk; asking keeps it alive."""
        now_ms = self._clock.monotonic_ms()
        with self._lock:
            found = self._visits.get(visit_id)
            if found is None or found[0].kiosk != kiosk or now_ms - found[1] > QUIET_MS:
                return None
            self._visits[visit_id] = (found[0], now_ms)
            return found[0]

    def put_cart(self, visit_id: str, cart: Cart) -> None:
        """A newer cart for a visit that holds its own."""
        with self._lock:
            found = self._visits.get(visit_id)
            if found is not None:
                fresh = msgspec.structs.replace(found[0], cart=cart, cart_read_at_ms=self._clock.now_ms())
                self._visits[visit_id] = (fresh, found[1])

    def name_of(self, visit_id: str | None) -> str | None:
        """The masked name of an open visit, for the card of a call."""
        with self._lock:
            found = self._visits.get(visit_id or "")
            return None if found is None else found[0].card.masked_name

    def end(self, visit_id: str, kiosk: str) -> Visit | None:
        """Forget the visit; gives what it was, or None when there was none at this kiosk."""
        with self._lock:
            found = self._visits.get(visit_id)
            if found is None or found[0].kiosk != kiosk:
                return None
            del self._visits[visit_id]
            return found[0]

    def forget(self, identities: set[str]) -> None:
        """Consent was withdrawn or somebody was erased: her visit ends at the next touch."""
        with self._lock:
            for visit_id in [each for each, (visit, _) in self._visits.items() if visit.identity in identities]:
                del self._visits[visit_id]

    def __len__(self) -> int:
        return len(self._visits)
