"""For who may be near: hints that order a screen, and never release goods or name anybody."""

from enum import StrEnum

import msgspec


class ZoneKind(StrEnum):
    """What a zone of the shop is for."""

    door = "door"
    aisle = "aisle"
    desk = "desk"
    waiting = "waiting"


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the shop that a radio can tell from the next."""

    zone: str
    kind: ZoneKind
    name: dict[str, str]


class ZoneChange(msgspec.Struct, frozen=True, kw_only=True):
    """A tag is in another zone since `at_ms`; `zone` None: it is no longer heard. `tag` is the rotating keyed hash."""

    tag: str
    zone: str | None
    at_ms: int


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a tag is thought to be, and since when."""

    tag: str
    zone: str
    since_ms: int
