"""The one shape everything travels in: CloudEvents rows, the origin that numbers them, and the receipts that settle them."""

import re
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from sync.errors import BadWire

#: `sequence` must sort as text (CloudEvents sequence extension), so it is padded. Twelve digits last one origin for
#: thirty years at a thousand rows a second.
SEQUENCE_DIGITS = 12

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[A-Za-z0-9._-]+\Z")]
EventId = Annotated[str, Meta(min_length=1, max_length=64)]
#: More than anybody counts, and within what every reader of JSON and every column holds.
COUNT_MAX = 10**15
Count = Annotated[int, Meta(ge=0, le=COUNT_MAX)]
Moment = Annotated[int, Meta(ge=-COUNT_MAX, le=COUNT_MAX)]  # ms since 1970 UTC
#: A place whose machine was replaced more often has another problem; the bound also fits every column.
TERM_MAX = 1_000_000
Term = Annotated[int, Meta(ge=0, le=TERM_MAX)]
Epoch = Annotated[str, Meta(max_length=64)]  # empty: not said
Text = Annotated[str, Meta(min_length=1, max_length=256)]

#: The highest number twelve digits can say.
SEQUENCE_MAX = 10**SEQUENCE_DIGITS - 1

#: The type of a row that stands for a stretch of rows that will never come; its data is a `Skipped`.
SKIPPED = "storefloor.skipped"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400
_VERSION = re.compile(r"1\.[0-9]{1,3}")


class Lane(IntEnum):
    """What goes first. Lanes 0 and 1 are never dropped and an event_id is unique in them per store; 2 is telemetry."""

    PICKUPS = 0
    PEOPLE = 1
    TELEMETRY = 2


class Verdict(StrEnum):
    """What became of a row at the peer; each of them settles it."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    FLAGGED = "flagged"
    UNREADABLE = "unreadable"


class SkipReason(StrEnum):
    """Why the rows of a stretch will never come."""

    DROPPED = "dropped"  # telemetry that made room on a disk that was nearly full
    COALESCED = "coalesced"  # telemetry that a later row says as well
    UNDELIVERABLE = "undeliverable"  # one row the peer refused again and again; it stays parked where it was born


class Skipped(Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """The data of a `storefloor.skipped` row: it stands for `first` to `last`, `count` facts of which are gone.

    Its own sequence is `first`, the next row is `last` + 1. In lanes 0 and 1 it stands for one single undeliverable row
    and carries that row's event_id, so that a late duplicate of it fits.
    """

    first: Annotated[int, Meta(ge=1, le=SEQUENCE_MAX)]
    last: Annotated[int, Meta(ge=1, le=SEQUENCE_MAX)]
    count: Annotated[int, Meta(ge=1, le=SEQUENCE_MAX)]
    reason: SkipReason


class Origin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who numbers the rows: sequences are contiguous per (store, node, epoch, lane)."""

    store: Name
    node: Name
    epoch: Name
    lane: Annotated[int, Meta(ge=0, le=2)]


class Envelope(Struct, frozen=True, kw_only=True):
    """A CloudEvents 1.0 event in the JSON format. Unknown attributes are kept in the row's `raw`, never here.

    `time` is when it happened by the label clock of the place, `recordedtime` when the envelope was made; neither is
    ever changed on the way. `data` is JSON that `sync` does not read.
    """

    id: EventId
    source: Text
    type: Text
    subject: Text
    time: Annotated[str, Meta(max_length=40)]
    dataschema: Text
    data: Raw
    sequence: Annotated[str, Meta(min_length=12, max_length=12)]
    recordedtime: Annotated[str, Meta(max_length=40)]
    specversion: Annotated[str, Meta(max_length=5)] = "1.0"
    datacontenttype: str = "application/json"

    def __post_init__(self) -> None:
        """Digits and version, where a pattern for each would cost as much as reading all the rest."""
        if not (self.sequence.isascii() and self.sequence.isdigit()):
            raise ValueError("a sequence is twelve digits")
        if self.specversion != "1.0" and _VERSION.fullmatch(self.specversion) is None:
            raise ValueError("only CloudEvents 1.x is understood")

    @property
    def number(self) -> int:
        """The sequence as a number."""
        return int(self.sequence)

    @property
    def last_number(self) -> int:
        """The last sequence the row stands for: its own, or the end of the stretch when it is a skipped row."""
        return self.skipped().last if self.type == SKIPPED else self.number

    def skipped(self) -> Skipped:
        """The stretch this row stands for; BadWire when its data is none."""
        try:
            return msgspec.json.decode(self.data, type=Skipped)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
            raise BadWire(f"not a skipped stretch: {e}") from e

    @property
    def occurred_at_ms(self) -> int:
        """`time` in ms UTC."""
        return read_time(self.time)


class Row(Struct, frozen=True):
    """One row of a batch: what was understood, and the very bytes that came (they are what is stored and passed on)."""

    envelope: Envelope
    raw: bytes


class Batch(Struct, frozen=True, kw_only=True):
    """Consecutive rows of one origin. `previous` is the event_id before the first row, None when that row is number 1.

    `term` is the upstream's count of the node's replacements; `sent_at_ms` is the sender's label clock at this attempt.
    `is_superseded` is the receiver's own word: whoever pushes was put aside, what he brings is taken and flagged.
    """

    origin: Origin
    previous: str | None
    rows: tuple[Row, ...]
    term: int = 0
    sent_at_ms: int = 0
    is_superseded: bool = False

    @property
    def first(self) -> int:
        """The first sequence."""
        return self.rows[0].envelope.number

    @property
    def last(self) -> int:
        """The last sequence, the end of the stretch when the last row is a skipped one."""
        return self.rows[-1].envelope.last_number


class Receipt(Struct, frozen=True, kw_only=True):
    """What became of one row. Only a receipt settles it; nothing else does."""

    event_id: str
    sequence: int
    verdict: Verdict
    reason: str | None = None


class PushReply(Struct, frozen=True, kw_only=True):
    """Receipts in the order of the rows, and where the origin stands at the peer now."""

    receipts: tuple[Receipt, ...]
    mark: int
    mark_event_id: str | None


def sequence_text(number: int) -> str:
    """A sequence the way it stands in an envelope."""
    return f"{number:0{SEQUENCE_DIGITS}d}"


def write_time(at_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds, for `time` and `recordedtime`."""
    at_s, ms = divmod(at_ms, 1000)
    return _second(at_s) + _MILLISECONDS[ms]


_MILLISECONDS = tuple(f".{ms:03d}Z" for ms in range(1000))
_MS_OF = {text: ms for ms, text in enumerate(_MILLISECONDS)}


@lru_cache(maxsize=64)
def _second(at_s: int) -> str:
    """The time up to its second: a busy minute writes the same few hundreds of times."""
    return (_EPOCH + timedelta(seconds=at_s)).isoformat().removesuffix("+00:00")


def read_time(text: str) -> int:
    """Milliseconds UTC of an RFC 3339 time with an offset; anything else raises BadWire."""
    ms = _MS_OF.get(text[19:])
    return _read_any(text) if ms is None else _read_second(text[:19]) + ms


@lru_cache(maxsize=256)
def _read_second(text: str) -> int:
    """The form we write ourselves, up to its second: most rows of a push share a few hundreds of them."""
    return _read_any(text + "Z")


def _read_any(text: str) -> int:
    if len(text) < len("2026-11-21T05:05:00Z") or _separators(text) != "--T::":
        raise BadWire(f"not a time: {text[:40]!r}")
    try:
        at = datetime.fromisoformat(text) - _EPOCH
        return (at.days * _DAY_S + at.seconds) * 1000 + at.microseconds // 1000
    except (ValueError, TypeError, OverflowError) as e:
        raise BadWire(f"not a time: {text[:40]!r}") from e


def _separators(text: str) -> str:
    """What stands between the numbers; the standard library reads other forms of ISO 8601 too, another peer does not."""
    has_offset = text[-1] == "Z" or text[-3] == ":"
    return text[4] + text[7] + text[10] + text[13] + text[16] if has_offset else ""


def schema_urn(kind: str, version: int) -> str:
    """The `dataschema` of a fact kind at one version of its body."""
    return f"urn:storefloor:fact:{kind}:{version}"


def schema_version(dataschema: str) -> int:
    """The version of the body that a `dataschema` names; 0 when it names none."""
    version = dataschema.rpartition(":")[2]
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0


def renumbered(raw: bytes, number: int) -> bytes:
    """The same envelope under another sequence; every other attribute, known or not, stays as it is."""
    attributes = msgspec.json.decode(raw, type=dict[str, Raw])
    attributes["sequence"] = Raw(b'"' + sequence_text(number).encode() + b'"')
    return msgspec.json.encode(attributes)
