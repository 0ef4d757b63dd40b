"""Plays a recorded walk through the shop as if its radios heard it now: for demos, tests and for looking at a bad day again.

A walk is a CSV file with the header `ts_ms,tag_id,zone`: milliseconds on any clock, rising; the tag; the zone it is in from then on,
empty when it has left.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from devices.ports import Clock
from devices.readings import ZoneChange

HEADER = ["ts_ms", "tag_id", "zone"]

# A radio that speaks twice a second for a full day of eight hours, three tags at a time, stays below it; more is a wrong file.
MAX_ROWS = 200_000

_TIME = re.compile(r"[0-9]{1,15}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,63}")


class BadWalk(ValueError):
    """The file is no walk; the message names the row (1 is the header) and what is wrong with it. Nothing was played."""

    def __init__(self, row: int, fault: str) -> None:
        super().__init__(f"row {row}: {fault}")
        self.row = row
        self.fault = fault


def read_walk(path: Path) -> tuple[ZoneChange, ...]:
    """All changes of a recorded walk, in order. Raises BadWalk at the first row that is not as it should be, OSError when unreadable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            return parse_walk(source)
    except UnicodeDecodeError as error:
        raise BadWalk(1, "the file is not UTF-8 text") from error


def parse_walk(lines: Iterable[str]) -> tuple[ZoneChange, ...]:
    """The same from lines of text."""
    rows = csv.reader(lines, strict=True)
    changes: list[ZoneChange] = []
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            if number == 1:
                _check_header(row)
            elif row:
                changes.append(_change(number, row, after_ms=changes[-1].at_ms if changes else 0))
            if len(changes) > MAX_ROWS:
                raise BadWalk(number, f"more than {MAX_ROWS} changes")
    except csv.Error as error:
        raise BadWalk(number + 1, f"not CSV: {error}") from error
    if not changes:
        raise BadWalk(max(number, 1), "the walk is empty")
    return tuple(changes)


def play(
    walk: Sequence[ZoneChange],
    deliver: Callable[[ZoneChange], None],
    *,
    clock: Clock,
    wait: Callable[[float], bool],
    speed: float = 1.0,
) -> int:
    """Deliver each change when it is due, its time replaced by now, and return how many were delivered.

    `wait(seconds)` sleeps and returns True when the play shall stop (`threading.Event().wait` is one). `speed` 10 plays an hour in
    six minutes. Waits are computed from the start, so a slow `deliver` does not stretch the walk. Raises ValueError for a speed that
    is not above zero.
    """
    if not speed > 0:
        raise ValueError(f"speed is {speed}, expected more than 0")
    started_ms = clock.monotonic_ms()
    for count, change in enumerate(walk):
        due_ms = started_ms + (change.at_ms - walk[0].at_ms) / speed
        left_ms = due_ms - clock.monotonic_ms()
        if wait(max(left_ms, 0.0) / 1000):
            return count
        deliver(ZoneChange(tag=change.tag, zone=change.zone, at_ms=clock.now_ms()))
    return len(walk)


def _check_header(row: list[str]) -> None:
    if row != HEADER:
        raise BadWalk(1, f"the header is {','.join(row)!r}, expected {','.join(HEADER)!r}")


def _change(number: int, row: list[str], *, after_ms: int) -> ZoneChange:
    if len(row) != len(HEADER):
        raise BadWalk(number, f"{len(row)} columns, expected {len(HEADER)}")
    ts_ms, tag, zone = row
    if not _TIME.fullmatch(ts_ms):
        raise BadWalk(number, f"ts_ms is {ts_ms!r}, expected whole milliseconds")
    if int(ts_ms) < after_ms:
        raise BadWalk(number, f"ts_ms {ts_ms} is before {after_ms} of the row above")
    if not _NAME.fullmatch(tag):
        raise BadWalk(number, f"tag_id is {tag!r}, expected up to 64 letters, digits and : . _ -")
    if zone and not _NAME.fullmatch(zone):
        raise BadWalk(number, f"zone is {zone!r}, expected up to 64 letters, digits and : . _ -, or nothing")
    return ZoneChange(tag=tag, zone=zone or None, at_ms=int(ts_ms))
