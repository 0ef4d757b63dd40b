"""For who may be near: hints that order a screen, and never release goods or name anybody."""

import msgspec


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
