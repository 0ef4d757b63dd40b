"""Decides which telemetry makes room: what a later row says as well first, then the oldest. Pure; others read and write.

It is given rows of one origin that were never in a push, in their order and without a hole, and gives stretches: each is
replaced in place by one skipped row, so that the origin stays contiguous.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from sync.envelope import SkipReason

#: About what a skipped row itself takes. A stretch that holds less is left as it is.
SKIPPED_BYTES = 360

_SKIPS = frozenset({SkipReason.DROPPED, SkipReason.COALESCED})


class Candidate(Struct, frozen=True, kw_only=True):
    """One row: a fact of `kind` about `subject`, or (`reason`) a skipped row that stands for `first` to `last`."""

    first: int
    last: int
    kind: str
    subject: str
    size: int
    reason: SkipReason | None = None

    @property
    def is_fact(self) -> bool:
        """Whether it is a fact and no stretch of facts gone before."""
        return self.reason is None


class Stretch(Struct, frozen=True):
    """Numbers `first` to `last` become one skipped row; `facts` of them were facts until now."""

    first: int
    last: int
    reason: SkipReason
    facts: int


def superseded(rows: Sequence[Candidate]) -> list[Stretch]:
    """Stretches of facts of which a newer one of the same kind about the same subject follows."""
    newer: set[tuple[str, str]] = set()
    gone: set[int] = set()
    for row in reversed(rows):
        if row.is_fact and (row.kind, row.subject) in newer:
            gone.add(row.first)
        newer.add((row.kind, row.subject))
    runs = _runs(rows, gone)
    return [_stretch(run, SkipReason.COALESCED) for run in runs if sum(row.size for row in run) > SKIPPED_BYTES]


def oldest(rows: Sequence[Candidate], excess_bytes: int) -> list[Stretch]:
    """The oldest stretches that free `excess_bytes` or all there is; a row set aside for a person is left between them."""
    gone: set[int] = set()
    freed = -SKIPPED_BYTES
    for row in rows:
        if freed >= excess_bytes:
            break
        if row.is_fact:
            gone.add(row.first)
            freed += row.size
    return [_stretch(run, SkipReason.DROPPED) for run in _runs(rows, gone)]


def _runs(rows: Sequence[Candidate], gone: set[int]) -> Iterator[list[Candidate]]:
    """Neighbours of which each is gone now or was before, at least one of them now."""
    run: list[Candidate] = []
    for row in (*rows, None):
        if row is not None and (row.first in gone or row.reason in _SKIPS):
            run.append(row)
            continue
        if any(each.is_fact for each in run):
            yield run
        run = []


def _stretch(run: Sequence[Candidate], reason: SkipReason) -> Stretch:
    """A stretch is called dropped as soon as anything in it was: what is lost weighs more than what is said elsewhere."""
    dropped = SkipReason.DROPPED in {reason, *(row.reason for row in run)}
    facts = sum(row.is_fact for row in run)
    return Stretch(run[0].first, run[-1].last, SkipReason.DROPPED if dropped else SkipReason.COALESCED, facts)
