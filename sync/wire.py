"""Bytes to values and back, strictly: JSON by type, zstd with a ceiling, and one error for everything that is not ours."""

import re
import sys
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from sync.envelope import (
    SKIPPED,
    Batch,
    Count,
    Envelope,
    Epoch,
    EventId,
    Lane,
    Moment,
    Origin,
    Row,
    SkipReason,
    Term,
    read_time,
)
from sync.errors import BadWire

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

T = TypeVar("T")

#: A row is refused where it is made above this; a batch is filled up to BATCH_BYTES, so one row always fits a push.
ROW_BYTES_MAX = 256 * 1024
BATCH_BYTES = 1024 * 1024
BATCH_ROWS_MAX = 2000

#: What a receiver takes: bytes on the line, and bytes once unpacked; several times the largest honest batch.
BODY_BYTES_MAX = 2 * 1024 * 1024
UNPACKED_BYTES_MAX = 8 * 1024 * 1024

#: Smaller bodies gain nothing from packing.
PACK_FROM_BYTES = 1024

#: 8 MiB of window is the most a frame may ask for; without it a 20-byte frame can demand gigabytes.
_WINDOW_LOG_MAX = 23


class PushBody(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/push. `owed` counts, per lane, what the sender still owes beyond this batch.

    `term` and `epoch` are those of the hub that pushes, which may pass on rows of another node's origin.
    """

    origin: Origin
    previous: EventId | None
    rows: list[Raw]
    term: Term = 0
    epoch: Epoch = ""
    sent_at_ms: Moment = 0
    owed: tuple[Count, Count, Count] = (0, 0, 0)


#: No column of a text takes a NUL, and nobody's screen the others.
_CONTROL = re.compile(r"[\x00-\x1f]")

_envelope = msgspec.json.Decoder(Envelope)
_envelopes = msgspec.json.Decoder(list[Envelope])


def write(value: object) -> bytes:
    """JSON of a msgspec-encodable value."""
    return msgspec.json.encode(value)


def read(body: bytes, kind: type[T]) -> T:
    """A value of exactly that type out of JSON; unknown fields are let be, anything else raises BadWire."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise BadWire(str(e)) from e


def convert(texts: Mapping[str, str], kind: type[T]) -> T:
    """A value of that type out of the texts of a query; BadWire when it is none."""
    try:
        return msgspec.convert(dict(texts), kind, strict=False)
    except msgspec.MsgspecError as e:
        raise BadWire(str(e)) from e


def read_envelope(raw: bytes) -> Envelope:
    """One row's envelope; BadWire when it is none, when its times are no times, and when a name holds a control letter."""
    try:
        envelope = _envelope.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise BadWire(str(e)) from e
    _check(envelope, raw)
    return envelope


def _check(envelope: Envelope, raw: bytes) -> None:
    """What the types do not say. A control letter can only stand in JSON behind a backslash, so most rows need no look."""
    _ = envelope.occurred_at_ms
    _ = read_time(envelope.recordedtime)
    if b"\\" in raw:
        names = (envelope.id, envelope.source, envelope.type, envelope.subject, envelope.dataschema)
        if any(_CONTROL.search(name) for name in names):
            raise BadWire(f"a control letter in row {envelope.sequence}")


def read_batch(body: PushBody) -> Batch:
    """A pushed body as a batch: 1 to BATCH_ROWS_MAX rows whose sequences follow one another; otherwise BadWire."""
    if not 1 <= len(body.rows) <= BATCH_ROWS_MAX:
        raise BadWire(f"a batch has 1 to {BATCH_ROWS_MAX} rows, this one {len(body.rows)}")
    rows = _read_rows([bytes(raw) for raw in body.rows])
    batch = Batch(origin=body.origin, previous=body.previous, rows=rows, term=body.term, sent_at_ms=body.sent_at_ms)
    due = max(batch.first, 1)
    for row in rows:
        envelope = row.envelope
        if envelope.number != due:
            raise BadWire("the sequences of a batch follow one another, from 1")
        due = (_last_of(envelope, body.origin.lane) if envelope.type == SKIPPED else due) + 1
    return batch


def _read_rows(raws: list[bytes]) -> tuple[Row, ...]:
    """All envelopes at once: reading them one by one takes twice as long."""
    try:
        envelopes = _envelopes.decode(b"[" + b",".join(raws) + b"]")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise BadWire(str(e)) from e
    if len(envelopes) != len(raws):
        raise BadWire("a row is one envelope")
    for envelope, raw in zip(envelopes, raws, strict=True):
        _check(envelope, raw)
    return tuple(map(Row, envelopes, raws))


def _last_of(envelope: Envelope, lane: int) -> int:
    """The end of a skipped row's stretch; BadWire when the row may not stand for it."""
    skipped = envelope.skipped()
    size = skipped.last - skipped.first + 1
    if skipped.first != envelope.number or not 1 <= skipped.count <= size:
        raise BadWire(f"a skipped row at {envelope.number} that says {skipped.first} to {skipped.last}")
    if lane != Lane.TELEMETRY and (size != 1 or skipped.reason is not SkipReason.UNDELIVERABLE):
        raise BadWire(f"lane {lane} skips single undeliverable rows only")
    return skipped.last


def pack(body: bytes) -> bytes:
    """One zstd frame, at the lowest level: rows that look alike come out no larger than at the third, in half the time."""
    return zstd.compress(body, 1)


def unpack(body: bytes, limit: int = UNPACKED_BYTES_MAX) -> bytes:
    """The content of one whole zstd frame of at most `limit` bytes; larger, cut or followed by more raises BadWire."""
    unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX})
    try:
        content = unpacker.decompress(body, max_length=limit + 1)
    except zstd.ZstdError as e:
        raise BadWire(f"not a zstd frame: {e}") from e
    if len(content) > limit:
        raise BadWire(f"unpacks to more than {limit} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise BadWire("the zstd frame is cut or followed by other bytes")
    return content


class PackedStream:
    """One zstd stream out of many messages, each flushed, so that the other end can open it before the next is made."""

    def __init__(self) -> None:
        # The lowest level packs faster than a line carries; matches of four digits cost more than the digits.
        options: dict[int, int] = {
            zstd.CompressionParameter.compression_level: 1,
            zstd.CompressionParameter.min_match: 7,
        }
        self._packer = zstd.ZstdCompressor(options=options)

    def pack(self, message: bytes) -> bytes:
        """The next piece of the stream; it opens to exactly this message."""
        return self._packer.compress(message, zstd.ZstdCompressor.FLUSH_BLOCK)


class UnpackedStream:
    """The other end of a `PackedStream`."""

    def __init__(self) -> None:
        self._unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX})

    def unpack(self, piece: bytes, limit: int = UNPACKED_BYTES_MAX) -> bytes:
        """The message in a piece; BadWire when it is none, or larger than `limit` bytes. Nothing may follow a BadWire."""
        try:
            message = self._unpacker.decompress(piece, max_length=limit + 1)
        except (zstd.ZstdError, EOFError) as e:
            raise BadWire(f"not a piece of a zstd stream: {e}") from e
        if len(message) > limit or not self._unpacker.needs_input:
            raise BadWire(f"a piece opens to more than {limit} bytes")
        return message
