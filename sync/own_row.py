"""Makes the bytes of a row born here, and the tag by which a disk that changed them is found out.

The envelope is put together by hand, in the field order of `sync.envelope.Envelope`: an act must not pay for building
an object only to take it apart again. A property test holds both spellings together.
"""

from functools import lru_cache
from zlib import crc32

import msgspec

from sync.envelope import SEQUENCE_DIGITS, Origin, schema_urn, write_time

_quoted = msgspec.json.Encoder().encode

#: What an envelope holds beside its texts: the length is known before the sequence is, so the counter of owed bytes moves
#: in the statement that takes the sequence. Names of stores and nodes are ASCII (`sync.envelope.Name`).
_TAIL = b'","specversion":"1.0","datacontenttype":"application/json"}'


class Draft:
    """An envelope that lacks its source and its number; `size` is its length without the names in the source."""

    __slots__ = ("_after", "_before", "_recorded", "size")

    def __init__(
        self, *, kind: str, version: int, subject: str, data: bytes, event_id: str, occurred_at_ms: int, now_ms: int
    ) -> None:
        typed, schema = _kind(kind, version)
        self._before = b'{"id":%b,"source":"/' % _quoted(event_id)
        self._after = b'","type":%b,"subject":%b,"time":"%b","dataschema":%b,"data":%b,"sequence":"' % (
            typed,
            _quoted(subject),
            write_time(occurred_at_ms).encode(),
            schema,
            data,
        )
        self._recorded = b'","recordedtime":"' + write_time(now_ms).encode() + _TAIL
        self.size = len(self._before) + len(self._after) + len(self._recorded) + SEQUENCE_DIGITS + 1

    def numbered(self, store: str, node: str, sequence: int) -> bytes:
        """The envelope, whole."""
        source = f"{store}/{node}".encode()
        return b"%b%b%b%012d%b" % (self._before, source, self._after, sequence, self._recorded)


@lru_cache(maxsize=256)
def _kind(kind: str, version: int) -> tuple[bytes, bytes]:
    return _quoted(kind), _quoted(schema_urn(kind, version))


def tag(key: str, sequence: int, event_id: str, envelope: bytes) -> int:
    """The tag of a row: it says whether these are the bytes that were written here, under this origin and number.

    `key` is the origin's `store/node/epoch/lane`. Four bytes find what a disk does; against a person they are nothing.
    """
    return crc32(envelope, crc32(f"{key}/{sequence}/{event_id}".encode()))


def key_of(origin: Origin) -> str:
    """An origin as `tag` wants it."""
    return f"{origin.store}/{origin.node}/{origin.epoch}/{origin.lane}"
