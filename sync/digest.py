"""Finds out whether two ends hold the same rows of an origin without sending the rows: sums over spans, halved where they differ.

Pure: both ends count with `span_of`, one of them asks with `differences`. A sum covers what a row says, not how it was
numbered on its way (a fork or a restore gives it another number and leaves the rest as it was); its number is its place.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from sync import wire
from sync.errors import BadWire

PARTS = 16
"""A span that differs is cut into so many: a million rows are told apart in five questions."""
SPANS_MAX = 64
"""Spans of one question; what they cover is read once at each end and held nowhere."""

Place = Annotated[int, Meta(ge=1, le=10**12)]
Rows = Iterable[tuple[int, bytes]]
"""(sequence, envelope as it was stored), in the order of their sequences."""


class Span(Struct, frozen=True, kw_only=True):
    """Rows from `first` to `last` at one end: how many there are, and a SHA-256 over them as 64 hexadecimal digits."""

    first: Place
    last: Place
    count: Annotated[int, Meta(ge=0)]
    sum: Annotated[str, Meta(min_length=64, max_length=64)]


class Differs(StrEnum):
    """How one row differs."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    OTHER = "other"  # both ends hold a row at this place, and not the same one


class Difference(Struct, frozen=True, kw_only=True):
    """One place at which the two ends do not hold the same."""

    sequence: int
    differs: Differs


Ask = Callable[[Sequence[Span]], Sequence[Span]]
"""Our spans to the other end's of the same rows, in the same order."""


def span_of(rows: Rows, first: int, last: int) -> Span:
    """The span over rows that lie within it; read one by one, whatever their number."""
    total, count = hashlib.sha256(), 0
    for sequence, raw in rows:
        total.update(sequence.to_bytes(8, "big") + row_sum(raw))
        count += 1
    return Span(first=first, last=last, count=count, sum=total.hexdigest())


def row_sum(raw: bytes) -> bytes:
    """What a row says: its event, kind, subject, time, version and data. A row that is none counts by its bytes."""
    try:
        e = wire.read_envelope(raw)
    except BadWire:
        return hashlib.sha256(raw).digest()
    parts = (e.id, e.type, e.subject, e.time, e.dataschema)
    return hashlib.sha256("\0".join(parts).encode() + b"\0" + bytes(e.data)).digest()


def differences(
    first: int, last: int, rows: Callable[[int, int], Rows], ask: Ask, *, limit: int
) -> Iterator[Difference]:
    """Where the two ends differ between `first` and `last`, at most `limit` places, the first ones first.

    `rows(first, last)` gives ours. Asks the other end for the whole, then only for parts of what differs.
    """
    waiting = [(first, last)] if first <= last else []
    found = 0
    while waiting and found < limit:
        now, waiting = waiting[:SPANS_MAX], waiting[SPANS_MAX:]
        ours = [span_of(rows(*bounds), *bounds) for bounds in now]
        cut: list[tuple[int, int]] = []
        for mine, other in zip(ours, ask(ours), strict=True):
            if (mine.count, mine.sum) == (other.count, other.sum):
                continue
            if mine.first < mine.last:
                cut.extend(parts(mine.first, mine.last))
            elif found < limit:
                found += 1
                yield Difference(sequence=mine.first, differs=_how(mine, other))
        waiting = cut + waiting


def parts(first: int, last: int, count: int = PARTS) -> list[tuple[int, int]]:
    """A span cut into at most `count` parts that follow one another and leave nothing out."""
    step = -(-(last - first + 1) // count)
    return [(start, min(start + step - 1, last)) for start in range(first, last + 1, step)]


def _how(mine: Span, other: Span) -> Differs:
    if not mine.count:
        return Differs.MISSING_HERE
    return Differs.OTHER if other.count else Differs.MISSING_THERE
