"""Makes the bytes of a row born here, and the tag by which a disk that changed them is found out.

An envelope is put together by hand, in the field order of `sync.envelope.Envelope`, because it is made once for each act
of a shop; a property test holds both spellings together. Its length is known before its number is, so that the counter of
owed bytes moves in the one statement that takes the number.
"""

from functools import lru_cache
from zlib import crc32

import msgspec

from sync.envelope import SEQUENCE_DIGITS, Origin, schema_urn, write_time

_quoted = msgspec.json.Encoder().encode

_TAIL = b'","specversion":"1.0","datacontenttype":"application/json"}'

#: What stands in every envelope beside its texts, and the two slashes of its source.
_FRAME = len(b'{"id":,"source":"//","data":,"sequence":"","recordedtime":"') + SEQUENCE_DIGITS + len(_TAIL)

Pieces = tuple[bytes, bytes, bytes, bytes]


def draft(
    *, kind: str, version: int, subject: str, data: bytes, event_id: str, occurred_at_ms: int, now_ms: int
) -> tuple[Pieces, int]:
    """An envelope without its source and its number, in pieces, and its length without the names in the source."""
    typed, schema = _of_kind(kind, version)
    name = _quoted(event_id)
    middle = b"%b%b%b%b%b" % (typed, _quoted(subject), b',"time":"', write_time(occurred_at_ms).encode(), schema)
    recorded = write_time(now_ms).encode()
    return (name, middle, data, recorded), _FRAME + len(name) + len(middle) + len(data) + len(recorded)


def numbered(pieces: Pieces, store: str, node: str, sequence: int) -> bytes:
    """The envelope, whole, as it will travel."""
    name, middle, data, recorded = pieces
    return b'{"id":%b,"source":"/%b/%b"%b,"data":%b,"sequence":"%012d","recordedtime":"%b%b' % (
        name,
        store.encode(),
        node.encode(),
        middle,
        data,
        sequence,
        recorded,
        _TAIL,
    )


@lru_cache(maxsize=256)
def _of_kind(kind: str, version: int) -> tuple[bytes, bytes]:
    return b',"type":%b,"subject":' % _quoted(kind), b'","dataschema":%b' % _quoted(schema_urn(kind, version))


def tag(key: str, sequence: int, event_id: str, envelope: bytes) -> int:
    """The tag of a row: it says whether these are the bytes that were written here, under this origin and number.

    `key` is the origin's `store/node/epoch/lane`. Four bytes find what a disk does; against a person they are nothing.
    """
    return crc32(envelope, crc32(f"{key}/{sequence}/{event_id}".encode()))


def key_of(origin: Origin) -> str:
    """An origin as `tag` wants it."""
    return f"{origin.store}/{origin.node}/{origin.epoch}/{origin.lane}"
