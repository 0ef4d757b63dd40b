"""For what every fact carries: who did it, and by which clock of which boot it happened."""

from typing import ClassVar

import msgspec

from edge.domain.clock import Clock


class At(msgspec.Struct, frozen=True, kw_only=True):
    """When, as the node could know it: comparable within one boot, and whether its label time was confirmed."""

    boot_id: str
    monotonic_ms: int
    confirmed: bool


def at_of(clock: Clock) -> At:
    """The `At` of this moment."""
    return At(boot_id=clock.boot_id, monotonic_ms=clock.monotonic_ms(), confirmed=clock.confirmed())


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `actor` is "clerk:kim", "kiosk:K1", "hub:H1" or "shopper"; never a name.

    The event_id and the label time stand on the envelope. Lanes: 0 pickups, 1 carts and consents, 2 telemetry.
    """

    KIND: ClassVar[str] = ""
    LANE: ClassVar[int] = 2

    actor: str
    at: At

    @property
    def subject(self) -> str:
        """The id the fact is about, "" when it is about the node itself."""
        return ""
