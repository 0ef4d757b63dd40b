"""One segment of the journal as a file: framed entries, appended and brought to the disk, read back up to the first fault.

A frame is eight bytes (length and CRC-32 of the payload, little endian) and the payload. A power cut can tear the last
frame; it is cut off when the file is opened again, and reading ends before it.
"""

import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

_FRAME = struct.Struct("<II")
PAYLOAD_BYTES_MAX = 1024 * 1024
"""A row is at most 256 KiB; a length above this is not a length."""

SUFFIX = ".journal"


class Payload(Struct, frozen=True):
    """One entry and where the frame after it begins."""

    body: bytes
    end: int


def path_of(folder: Path, number: int) -> Path:
    """Where segment `number` lies."""
    return folder / f"{number:08d}{SUFFIX}"


def segments(folder: Path) -> list[int]:
    """The numbers of the segments in `folder`, oldest first."""
    return sorted(int(path.stem) for path in folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())


def read(path: Path) -> Iterator[Payload]:
    """The entries of a segment in order, up to its end or to the first frame that is not whole."""
    with path.open("rb") as file:
        end = 0
        while len(head := file.read(_FRAME.size)) == _FRAME.size:
            length, checksum = _FRAME.unpack(head)
            body = file.read(length) if length <= PAYLOAD_BYTES_MAX else b""
            if len(body) < length or zlib.crc32(body) != checksum or not length:
                return
            end += _FRAME.size + length
            yield Payload(body, end)


def is_torn(path: Path) -> bool:
    """True when a segment goes on behind its last whole entry: a power cut tore it, or it was damaged."""
    return path.stat().st_size != max((payload.end for payload in read(path)), default=0)


class SegmentWriter:
    """Appends to one segment. What `append` has written survives a power cut when it returns."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; a torn end is cut off. Raises OSError."""
        self.path = path
        is_new = not path.exists()
        whole = 0 if is_new else max((payload.end for payload in read(path)), default=0)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._end = whole
        os.ftruncate(self._file, whole)
        os.fsync(self._file)
        if is_new:
            sync_folder(path.parent)

    def append(self, bodies: Iterable[bytes]) -> None:
        """Write these entries behind the last whole one and wait for the disk. Raises OSError; then none of them counts."""
        frames = b"".join(_FRAME.pack(len(body), zlib.crc32(body)) + body for body in bodies)
        written = os.pwrite(self._file, frames, self._end)
        if written != len(frames):
            raise OSError(f"{self.path.name}: {written} of {len(frames)} bytes were taken")
        os.fdatasync(self._file)
        self._end += len(frames)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
