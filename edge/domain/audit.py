"""For the journal of acts: how a row is chained to the one before it, and the texts that hub and central sign over its head.

A row says what was done, to what, by whom and when, in ids only, and the SHA-256 of the fact as it went up. Nobody is
named in it, so that nothing in it ever has to be erased.
"""

import hashlib
from enum import StrEnum

import msgspec

NO_HASH = bytes(32)
"""What the first row is chained to."""

BEGUN = "journal.begun"
"""The kind of the row that begins a segment; its detail is a `SegmentBegun`."""

_HEAD_PREFIX = b"storefloor/journal/v1\0"
_SEEN_PREFIX = b"storefloor/journal-seen/v1\0"


class SegmentWhy(StrEnum):
    """Why a segment of the journal was begun."""

    first = "first"  # the journal begins
    restored = "restored"  # put back from a backup
    forked = "forked"  # the file was copied back by hand
    replaced = "replaced"  # a new machine took this hub's place
    head_not_here = "head_not_here"  # central countersigned a head that this file does not hold


class NamedHead(msgspec.Struct, frozen=True, kw_only=True):
    """A head by its place: the last row it covers and that row's hash, in hex."""

    segment: int
    number: int
    hash: str


class SegmentBegun(msgspec.Struct, frozen=True, kw_only=True):
    """Why a segment begins, and the last head central is known to have countersigned; None when there is none.

    `is_here` False: the file did not hold the rows of that head when the segment began, so they were lost before.
    """

    reason: SegmentWhy
    last_seen: NamedHead | None = None
    is_here: bool = True


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One act. `detail` is the SHA-256 of its fact, or, in a row that begins a segment, a `SegmentBegun` as JSON."""

    number: int
    segment: int
    at_ms: int
    kind: str
    subject: str
    actor: str
    event_id: str
    detail: bytes
    hash: bytes


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The newest row of a journal at one moment, as its hub signs it. `began` is the first row of the segment."""

    store: str
    node: str
    segment: int
    began: int
    number: int
    hash: str
    signed_at_ms: int

    @property
    def text(self) -> bytes:
        """What the hub signs."""
        return _HEAD_PREFIX + msgspec.json.encode(msgspec.structs.astuple(self))

    def seen_text(self, signature: str, seen_at_ms: int) -> bytes:
        """What central signs: the head, the hub's signature over it, and when it was seen."""
        return _SEEN_PREFIX + msgspec.json.encode((*msgspec.structs.astuple(self), signature, seen_at_ms))

    def named(self) -> NamedHead:
        """The head by its place."""
        return NamedHead(segment=self.segment, number=self.number, hash=self.hash)


def detail_of(fact: bytes) -> bytes:
    """What stands for a fact in its row: it can prove the fact and tells nothing of it."""
    return hashlib.sha256(fact).digest()
