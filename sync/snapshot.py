"""What a snapshot is on the line: the present truth of some feeds as one stream, proven complete at its end.

A stream is frames, each a length of four bytes (big endian) and so many bytes. The frames up to the first empty one are
one zstd stream, every frame flushed so that it opens to exactly one message (msgpack): a `Head`, any number of
`Block`s, an `End`. After the empty frame comes one that holds the signature over everything before it, because nobody
can sign what has not been made yet, and waiting for it would cost a store twice the time.
"""

import hashlib
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from sync import columns
from sync.errors import BadWire
from sync.feed import Cursor
from sync.signing import content_digest_of
from sync.wire import PackedStream, UnpackedStream

#: Rows in a block: enough to be alike, few enough that the first leaves at once and one is held in memory.
BLOCK_ROWS = 4_000

FRAME_BYTES_MAX = 8 * 1024 * 1024
UNPACKED_BYTES_MAX = 32 * 1024 * 1024

MEDIA_TYPE = "application/vnd.storefloor.snapshot"

_LENGTH = struct.Struct(">I")

#: The three headers of a signed answer, by their names.
Proof = Mapping[str, str]


class Head(Struct, frozen=True, tag="head", array_like=True):
    """Which feeds, and the numbers at which all of them are what is told here."""

    cursor: Cursor


class Block(Struct, frozen=True, tag="rows", array_like=True):
    """Things of one kind on one feed, in columns (`sync.columns`)."""

    feed: str
    kind: str
    keys: list[Any]
    seqs: list[Any]
    bodies: list[Any]


class End(Struct, frozen=True, tag="end", array_like=True):
    """How many things were told, per feed and kind."""

    counts: dict[str, dict[str, int]]


class Rows(Struct, frozen=True, kw_only=True):
    """Things of one kind on one feed: their keys, their numbers, and their bodies as JSON values, all of one length."""

    feed: str
    kind: str
    keys: Sequence[str]
    seqs: Sequence[int]
    bodies: Sequence[Any]


_decoder: msgspec.msgpack.Decoder[Head | Block | End] = msgspec.msgpack.Decoder(Head | Block | End)


def write(cursor: Cursor, blocks: Iterable[Rows], sign: Callable[[str], Proof]) -> Iterator[bytes]:
    """The frames of a snapshot that stands at `cursor`; `sign` is given the Content-Digest of all but the last frame."""
    packed, so_far = PackedStream(), hashlib.sha256()
    counts: dict[str, Counter[str]] = {feed: Counter() for feed in cursor}

    def frame(part: Head | Block | End) -> bytes:
        made = _framed(packed.pack(msgspec.msgpack.encode(part)))
        so_far.update(made)
        return made

    yield frame(Head(cursor))
    for rows in blocks:
        counts[rows.feed][rows.kind] += len(rows.keys)
        yield frame(Block(rows.feed, rows.kind, *map(columns.pack, (rows.keys, rows.seqs, rows.bodies))))
    yield frame(End({feed: dict(kinds) for feed, kinds in counts.items()})) + _framed(b"")
    so_far.update(_framed(b""))
    yield _framed(msgspec.json.encode(sign(content_digest_of(so_far.digest()))))


def read(take: Callable[[int], bytes], is_genuine: Callable[[str, Proof], bool]) -> Iterator[Head | Rows]:
    """The head and then the rows of a stream; `take(n)` gives its next n bytes, or fewer when it has ended.

    Comes to its end only when all rows are there and `is_genuine(digest, proof)` found the signature good; anything cut,
    changed, out of order or miscounted raises BadWire. So nothing of it may be used before the iteration has ended.
    """
    packed, so_far, told = UnpackedStream(), hashlib.sha256(), _Told()
    while content := _frame(take, so_far.update):
        found = told.next(_part(packed, content))
        if found is not None:
            yield found
    told.check_ended()
    digest = content_digest_of(so_far.digest())
    if not is_genuine(digest, _proof(_frame(take, so_far.update))):
        raise BadWire("the end of the snapshot does not prove what came before it")


class _Told:
    """Holds a stream to its order (a head, blocks of its feeds, an end) and to the counts of its end."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] | None = None
        self._ended = False

    def next(self, part: Head | Block | End) -> Head | Rows | None:
        """What the caller should see of it. Raises BadWire."""
        if self._ended:
            raise BadWire("something follows the end of the snapshot")
        if isinstance(part, Head):
            if self._counts is not None:
                raise BadWire("a snapshot has one head")
            self._counts = {feed: Counter() for feed in part.cursor}
            return part
        if self._counts is None:
            raise BadWire("a snapshot begins with its head")
        if isinstance(part, Block):
            rows = _rows(part)
            if part.feed not in self._counts:
                raise BadWire("a block of a feed that was not announced")
            self._counts[part.feed][part.kind] += len(rows.keys)
            return rows
        self._ended = True
        if part.counts != {feed: dict(kinds) for feed, kinds in self._counts.items()}:
            raise BadWire("the snapshot does not hold what its end says")
        return None

    def check_ended(self) -> None:
        """Raises BadWire when the stream stopped before its end."""
        if not self._ended:
            raise BadWire("the snapshot has no end")


def _framed(content: bytes) -> bytes:
    return _LENGTH.pack(len(content)) + content


def _frame(take: Callable[[int], bytes], heard: Callable[[bytes], None]) -> bytes:
    head = _exactly(take, _LENGTH.size)
    (length,) = _LENGTH.unpack(head)
    if length > FRAME_BYTES_MAX:
        raise BadWire(f"a frame of more than {FRAME_BYTES_MAX} bytes")
    content = _exactly(take, length)
    heard(head)
    heard(content)
    return content


def _exactly(take: Callable[[int], bytes], count: int) -> bytes:
    taken = take(count) if count else b""
    if len(taken) != count:
        raise BadWire("the snapshot was cut")
    return taken


def _part(packed: UnpackedStream, content: bytes) -> Head | Block | End:
    try:
        return _decoder.decode(packed.unpack(content, UNPACKED_BYTES_MAX))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise BadWire(f"not a part of a snapshot: {e}") from e


def _rows(block: Block) -> Rows:
    keys, seqs, bodies = (columns.unpack(each) for each in (block.keys, block.seqs, block.bodies))
    if not len(keys) == len(seqs) == len(bodies):
        raise BadWire("the columns of a block are not of one length")
    if not set(map(type, keys)) <= {str} or not set(map(type, seqs)) <= {int}:
        raise BadWire("a key is a text and its number is whole")
    return Rows(feed=block.feed, kind=block.kind, keys=keys, seqs=seqs, bodies=bodies)


def _proof(content: bytes) -> dict[str, str]:
    try:
        return msgspec.json.decode(content, type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise BadWire(f"not the end of a snapshot: {e}") from e
