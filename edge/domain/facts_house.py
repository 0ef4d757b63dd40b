"""For what a hub tells of its own house: the machines it trusts, by their public keys."""

from typing import ClassVar

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


HOUSE_FACTS: tuple[type[Fact], ...] = (DeviceEnrolled,)
