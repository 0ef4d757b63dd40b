"""Lets an answer be made at our speed and read at the caller's: a file without a name between the two.

What makes the answer holds a transaction open; a slow line must not hold it for minutes. Memory stays small whatever
the answer weighs.
"""

import os
import tempfile
import threading
from collections.abc import Iterator
from typing import IO

#: What is handed to the line at once.
PIECE_BYTES = 64 * 1024


class Abandoned(Exception):
    """The caller went away; whoever makes the answer may stop."""


class Spool:
    """One thread writes and ends (or fails), another reads what is there and waits for more."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close(), on another thread
        self._moved = threading.Condition()
        self._written = 0
        self._ended = False
        self._failed: BaseException | None = None
        self._abandoned = False

    def write(self, content: bytes) -> None:
        """Add to the answer. Raises Abandoned when nobody reads it any longer."""
        with self._moved:
            if self._abandoned:
                raise Abandoned
        self._file.write(content)
        self._file.flush()
        with self._moved:
            self._written += len(content)
            self._moved.notify_all()

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more comes; with an error the reader raises it, and the answer ends where it was."""
        with self._moved:
            self._ended, self._failed = True, error
            self._moved.notify_all()

    def pieces(self) -> Iterator[bytes]:
        """The answer, piece by piece, as it is made."""
        at = 0
        while (there := self._beyond(at)) > at:
            piece = os.pread(self._file.fileno(), min(PIECE_BYTES, there - at), at)
            at += len(piece)
            yield piece

    def _beyond(self, at: int) -> int:
        """How much is there once it is more than `at`; `at` when nothing more comes."""
        with self._moved:
            self._moved.wait_for(lambda: self._written > at or self._ended)
            if self._written == at and self._failed is not None:
                raise self._failed
            return self._written

    def close(self) -> None:
        """Nobody reads any longer: stop the writer, wait until it has stopped, and let the file go."""
        with self._moved:
            self._abandoned = True
            self._moved.wait_for(lambda: self._ended)
        self._file.close()
