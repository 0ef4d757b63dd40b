"""Keeps a file that is only there to be given up: when the disk is full, its room lets the last important rows be written."""

import os
import shutil
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

#: It is laid down again when the disk has room for it so many times over: a disk that is full again at once helps nobody.
ROOM_TIMES = 3

_CHUNK = bytes(1024 * 1024)


class BallastState(StrEnum):
    """Whether the room is still kept back."""

    HELD = "held"
    FREED = "freed"  # the disk was full: only what must never be lost is written until there is room again


class Ballast:
    """`size` bytes at `path`. `free` is safe from any thread and any number of times; `keep` belongs to one loop."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size

    @property
    def state(self) -> BallastState:
        """Whether the file lies there, whole."""
        whole = self._path.exists() and self._path.stat().st_size >= self._size
        return BallastState.HELD if whole else BallastState.FREED

    def free(self) -> None:
        """Give the room back to the disk, now."""
        self._path.unlink(missing_ok=True)

    def keep(self) -> BallastState:
        """Lay the file down if it is missing and the disk has room for it several times over; gives how it is then."""
        if self.state is BallastState.HELD or self.disk_free_bytes() < self._size * ROOM_TIMES:
            return self.state
        new = self._path.with_suffix(".new")
        try:
            _fill(new, self._size)
            new.replace(self._path)
        except OSError:  # somebody else was quicker to use the room: the next turn looks again
            with suppress(OSError):
                new.unlink(missing_ok=True)
        return self.state

    def disk_free_bytes(self) -> int:
        """What the disk under the ballast has left."""
        return shutil.disk_usage(self._path.parent).free


def _fill(path: Path, size: int) -> None:
    """Real blocks: a file with a hole would keep nothing back."""
    with path.open("wb") as file:
        for written in range(0, size, len(_CHUNK)):
            file.write(_CHUNK[: size - written])
        file.flush()
        os.fsync(file.fileno())
