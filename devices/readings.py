"""What hardware says, in plain values with a time: a scan, a change of zone. No business here: nobody knows yet whose they are."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One code as a scanner gave it: printable ASCII, at most 512 characters, and when it arrived (wall time, UTC)."""

    text: str
    at_ms: int


class ScanFault(StrEnum):
    """Why what arrived is no scan; the screen asks for the code to be shown again."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    STRANGE_CHARACTER = "strange_character"


class ZoneChange(msgspec.Struct, frozen=True, kw_only=True):
    """A tag is now in this zone, or in none (`zone` is None: it has left). `at_ms` is wall time, UTC."""

    tag: str
    zone: str | None
    at_ms: int
