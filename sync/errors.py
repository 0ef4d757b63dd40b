"""Says, for every way the exchange can fail, what the caller may do about it.

SyncError
├── PeerUnreachable        the line or the peer: keep everything, send the same again later
│   ├── PeerBusy           the peer said when to come back (`retry_after_s`); that wins over our own back-off
│   └── PeerFailed         a 5xx: as unreachable; again and again for the same rows it tells of the rows (`proven`)
├── BadWire                what came is not our protocol (portal, cut body, forged reply): never a receipt, as unreachable
│   └── ForeignAnswer      whole, but signed by no key we know: somebody else speaks, or the peer was replaced
├── PeerRefusedUs          401/403 from the peer itself: stop the loop, keep everything, call a person
├── SupersededHub          this hub was replaced or has a twin: stop handing over, say so, call a person
├── OriginForked           two histories under one origin: nothing was applied, a new epoch is needed
├── SequenceGap            the peer misses rows before ours: send again from `expected`
├── CursorTooOld           the peer no longer holds the changes after our cursor: read the feed from its beginning
├── RowTooLarge            a fact larger than any peer takes: refuse it where it is made
├── OutboxFull             more is owed than this node may owe: do without telemetry, go on with everything else
├── RowDamaged             an owed row is not what was written: set it aside, the rows behind it go on
└── DatabaseUnusable       a file that is newer than this program or not ours: stop, do not touch it
"""


class SyncError(Exception):
    """The root: catching it catches everything `sync` raises on purpose."""

    #: Rows that had their receipts in the same round before it broke off: a peer that took some a moment ago is there,
    #: and the next try need not wait as for one that was not heard of for hours.
    settled = 0


class PeerUnreachable(SyncError):
    """No answer, half an answer or a 5xx. The caller keeps everything and repeats with the same event_ids."""


class PeerBusy(PeerUnreachable):
    """The peer is there and says when to come back (`retry_after_s`); the caller waits at least that long."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class PeerFailed(PeerUnreachable):
    """The answer was a 5xx. `proven`: the peer itself gave it, and not something on the way."""

    def __init__(self, message: str, *, status: int, proven: bool) -> None:
        super().__init__(message)
        self.status = status
        self.proven = proven


class BadWire(SyncError):
    """Bytes that are not our protocol. The caller treats them as no answer at all; they never settle a row."""


class ForeignAnswer(BadWire):
    """A whole answer that the key we know did not sign. Never a receipt; only a machine that may be told of a new key asks on."""


class PeerRefusedUs(SyncError):
    """The peer itself does not take us (`status` 401 or 403). The caller stops, keeps everything, calls a person."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"refused with {status}: {reason}")
        self.status = status
        self.reason = reason


class SupersededHub(SyncError):
    """Central goes on with another hub of this store. The caller stops handing over, says so and calls a person.

    Nothing is lost by it: what this hub did is still pushed, taken, and flagged for a person.
    """

    #: The last part of the problem's type.
    reason = "superseded"

    def __init__(self, why: str = "", since_ms: int = 0) -> None:
        super().__init__(f"put aside: {why}")
        self.why = why
        self.since_ms = since_ms


class OriginForked(SyncError):
    """The ledger holds another history under this origin. Nothing was applied; the node makes a new epoch."""

    #: The last part of the problem's type.
    reason = "origin_forked"


class SequenceGap(SyncError):
    """Rows before ours never arrived. The caller sends again from `expected`; `mark_event_id` is what stands before it."""

    #: The last part of the problem's type.
    reason = "sequence_gap"

    def __init__(self, expected: int, mark_event_id: str | None) -> None:
        super().__init__(f"the next row expected is {expected}")
        self.expected = expected
        self.mark_event_id = mark_event_id


class CursorTooOld(SyncError):
    """Rows after the cursor of `feed` were forgotten. The caller reads that feed again from 0 into a fresh copy."""

    #: The last part of the problem's type.
    reason = "cursor_too_old"

    def __init__(self, feed: str) -> None:
        super().__init__(f"the cursor of {feed} points at changes that are no longer held")
        self.feed = feed


class RowTooLarge(SyncError):
    """A fact larger than a peer would take. The caller refuses what made it; nothing was written."""


class OutboxFull(SyncError):
    """The quota of owed bytes is used up. Only telemetry meets this: the caller does without it; nothing was written."""

    #: The last part of the problem's type.
    reason = "outbox_full"


class RowDamaged(SyncError):
    """The oldest owed row of `origin` is not what was written there. The caller sets it aside and goes on."""

    def __init__(self, origin: str, sequence: int) -> None:
        super().__init__(f"row {sequence} of {origin} is not what was written")
        self.origin = origin
        self.sequence = sequence


class DatabaseUnusable(SyncError):
    """A database file this program must not touch. The caller stops and says which file and why."""
