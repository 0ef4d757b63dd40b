"""Draws today's line history: stretches of up and cut as lengths on a band, labels that do not overlap."""

from collections.abc import Sequence

import msgspec

BAND_PX = 560
"""Width of the band in the drawing's own units."""
_THIN_PX = 2
"""A cut of seconds would be invisible on a day's band; two units can be seen."""
_LABEL_PX = 60
"""Room a time label needs before the next may stand."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The line as it was from `at_ms` on, for `length_ms`."""

    at_ms: int
    up: bool
    length_ms: int


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of the band."""

    x: float
    width: float
    up: bool


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A time below the band."""

    x: float
    at_ms: int


def changes_until(turns: Sequence[tuple[int, bool]], from_ms: int, now_ms: int) -> list[Change]:
    """Stretches from `from_ms` to now out of (when, up) turns in order; what began earlier is cut off at the start."""
    changes = []
    for place, (at_ms, up) in enumerate(turns):
        ends_ms = turns[place + 1][0] if place + 1 < len(turns) else now_ms
        starts_ms = max(at_ms, from_ms)
        if ends_ms > starts_ms:
            changes.append(Change(at_ms=starts_ms, up=up, length_ms=ends_ms - starts_ms))
    return changes


def band(changes: Sequence[Change]) -> list[Stretch]:
    """The stretches as places on the band."""
    if not changes:
        return []
    zero_ms = changes[0].at_ms
    scale = BAND_PX / max(1, changes[-1].at_ms + changes[-1].length_ms - zero_ms)
    return [
        Stretch(
            x=round((change.at_ms - zero_ms) * scale, 1),
            width=max(_THIN_PX, round(change.length_ms * scale, 1)),
            up=change.up,
        )
        for change in changes
    ]


def labels(changes: Sequence[Change], stretches: Sequence[Stretch]) -> list[Label]:
    """The times of the changes that have room below the band, the first one always; room is kept for "now" at the end."""
    shown: list[Label] = []
    for change, stretch in zip(changes, stretches, strict=True):
        has_room = not shown or stretch.x - shown[-1].x >= _LABEL_PX
        if has_room and (not shown or stretch.x <= BAND_PX - 2 * _LABEL_PX):
            shown.append(Label(x=stretch.x, at_ms=change.at_ms))
    return shown
