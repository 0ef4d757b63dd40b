"""Finds out whether a hub's journal of acts is as it was written: nothing edited, deleted, swapped, cut off or rewritten.

The chain finds an edit, a deletion and a swap by itself. Whoever can write the whole chain anew, or cuts off its end,
is found by the heads that central countersigned; those that central holds can be given beside the hub's own.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from enum import StrEnum
from pathlib import Path

import msgspec

from edge.domain.audit import BEGUN, NO_HASH, AuditRow, Head, SegmentBegun
from edge.domain.truth import JournalSeen
from edge.store import audit
from edge.store.audit import SignedHead
from edge.store.databases import STATE_FILE
from sync.db import open_to_look
from sync.signing import is_signature_of, parse_public


class Fault(StrEnum):
    """What was done to a journal."""

    not_as_written = "not_as_written"  # edited, swapped, or put in
    missing = "missing"  # rows were deleted
    beginning_missing = "beginning_missing"  # the first rows are gone and no countersigned head says that they may be
    cut_off = "cut_off"  # a countersigned head says there were more
    rewritten = "rewritten"  # a countersigned head says the row was another
    forged_head = "forged_head"  # a head whose signature is not its signer's


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One fault and the row it was found at."""

    fault: Fault
    number: int
    detail: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at. `given_up` are heads of rows that a restore lost, as a segment of the journal says itself."""

    first: int
    last: int
    segments: tuple[tuple[int, SegmentBegun], ...]
    heads: int
    found: tuple[Found, ...]
    given_up: tuple[Head, ...]


def check_journal(folder: Path, *, central_key: str | None = None, given: Iterable[JournalSeen] = ()) -> Checked:
    """Check the journal of the hub in `folder`, running or not; nothing is changed.

    `central_key` (`ed25519:…`) is what central's signatures are checked with, where it is known; `given` are heads from
    central's own books. Raises the driver's errors for a file that cannot be read.
    """
    with closing(open_to_look(folder / STATE_FILE)) as conn:
        rows = list(audit.rows(conn))
        heads = audit.heads(conn)
    heads = list(dict.fromkeys([*heads, *(msgspec.convert(each, SignedHead, from_attributes=True) for each in given)]))
    segments = tuple(
        (row.segment, msgspec.json.decode(row.detail, type=SegmentBegun)) for row in rows if row.kind == BEGUN
    )
    genuine = [each for each in heads if _is_genuine(each, central_key)]
    forged = [
        Found(fault=Fault.forged_head, number=each.head.number, detail=f"segment {each.head.segment}")
        for each in heads
        if each not in genuine
    ]
    against, given_up = _against_heads(rows, genuine, segments)
    return Checked(
        first=rows[0].number if rows else 0,
        last=rows[-1].number if rows else 0,
        segments=segments,
        heads=len(genuine),
        found=tuple(_along_the_chain(rows, genuine) + against + forged),
        given_up=tuple(given_up),
    )


def _along_the_chain(rows: Sequence[AuditRow], heads: Sequence[SignedHead]) -> list[Found]:
    found: list[Found] = []
    if not rows:
        return found
    before, expected = _beginning(rows[0], heads), rows[0].number
    if before is None:
        detail = "no head that central countersigned ends just before it"
        found.append(Found(fault=Fault.beginning_missing, number=rows[0].number, detail=detail))
    for row in rows:
        if row.number != expected:
            detail = f"rows {expected} to {row.number - 1} are gone"
            found.append(Found(fault=Fault.missing, number=expected, detail=detail))
        elif before is not None and audit.hash_after(before, row) != row.hash:
            detail = "it is not what was written behind the row before it"
            found.append(Found(fault=Fault.not_as_written, number=row.number, detail=detail))
        before, expected = row.hash, row.number + 1
    return found


def _beginning(first: AuditRow, heads: Sequence[SignedHead]) -> bytes | None:
    """The hash that the first row is chained to: none at row 1, later that of a countersigned head."""
    if first.number == 1:
        return NO_HASH
    ends = (each.head for each in heads if each.seen_at_ms is not None and each.head.number == first.number - 1)
    return next((bytes.fromhex(head.hash) for head in ends), None)


def _against_heads(
    rows: Sequence[AuditRow], heads: Sequence[SignedHead], segments: Sequence[tuple[int, SegmentBegun]]
) -> tuple[list[Found], list[Head]]:
    found: list[Found] = []
    given_up: list[Head] = []
    hashes = {row.number: row.hash.hex() for row in rows}
    first, last = (rows[0].number, rows[-1].number) if rows else (1, 0)
    for head in (each.head for each in heads):
        if head.number < first or hashes.get(head.number) == head.hash:
            continue
        if _is_given_up(head, segments):
            given_up.append(head)
            continue
        fault = Fault.cut_off if head.number > last else Fault.rewritten
        detail = f"the head signed for row {head.number} of segment {head.segment} says otherwise"
        found.append(Found(fault=fault, number=min(head.number, last + 1), detail=detail))
    return found, given_up


def _is_given_up(head: Head, segments: Sequence[tuple[int, SegmentBegun]]) -> bool:
    """True when a segment names this head, or one after it, as what the file did not hold when that segment began."""
    lost = (begun.last_seen for _, begun in segments if not begun.is_here and begun.last_seen is not None)
    return any((named.segment, named.number) >= (head.segment, head.number) for named in lost)


def _is_genuine(signed: SignedHead, central_key: str | None) -> bool:
    """Whether hub and central signed it; central's signature only where its key is known here."""
    try:
        head, signature = signed.head, bytes.fromhex(signed.signature)
        if not is_signature_of(parse_public(signed.public_key), signature, head.text):
            return False
        if signed.seen_at_ms is None or signed.seen_signature is None or central_key is None:
            return True
        seen = bytes.fromhex(signed.seen_signature)
        return is_signature_of(parse_public(central_key), seen, head.seen_text(signed.signature, signed.seen_at_ms))
    except ValueError:
        return False
