"""What is written down of an epoch of a hub: when it was heard, and whether it goes on."""

from enum import StrEnum

import msgspec


class Place(StrEnum):
    """How an epoch of a hub stands."""

    current = "current"  # the hub of its store
    yielded = "yielded"  # fell silent when a newer epoch was born: a restore or a fork
    superseded = "superseded"  # put aside: its facts are taken and flagged, it owns no order


class EpochHeard(msgspec.Struct, frozen=True, kw_only=True):
    """One epoch. `back_at_ms`: when it was first heard again after it had yielded."""

    term: int
    epoch: str
    first_at_ms: int
    heard_at_ms: int
    back_at_ms: int | None = None
    place: Place
