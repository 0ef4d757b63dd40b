"""For what a hub tells of its own house: the machines it trusts, the head of its journal, what it can promise."""

from typing import ClassVar

from edge.domain.audit import Head
from edge.domain.fact_base import Fact


class DeviceEnrolled(Fact, frozen=True, kw_only=True):
    """The hub trusts (`state` active) or no longer trusts (revoked) this machine's key; a hub that takes its place does too."""

    KIND: ClassVar[str] = "device.enrolled"
    LANE: ClassVar[int] = 1

    node: str
    role: str
    public_key: str
    state: str

    @property
    def subject(self) -> str:
        """The machine."""
        return self.node


class JournalHead(Fact, frozen=True, kw_only=True):
    """The hub signed the newest row of its journal of acts; central countersigns it."""

    KIND: ClassVar[str] = "journal.head"
    LANE: ClassVar[int] = 1

    head: Head
    public_key: str
    signature: str

    @property
    def subject(self) -> str:
        """The hub."""
        return self.head.node


class StorePromise(Fact, frozen=True, kw_only=True):
    """What this store can promise to the next order until `valid_until_ms`; a newer one takes its place.

    `same_day_until_ms`: an order placed until then is ready on the store's own today; None: not today any more.
    """

    KIND: ClassVar[str] = "store.promise"
    LANE: ClassVar[int] = 1

    next_free_ms: int
    same_day_until_ms: int | None = None
    valid_until_ms: int
    capacity_per_h: int


HOUSE_FACTS: tuple[type[Fact], ...] = (DeviceEnrolled, JournalHead, StorePromise)
