"""Lets a request wait for a change without polling the database in a hurry, and limits how many may wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """Rung after every commit that may matter; whoever waits wakes and looks."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._count = 0

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    def heard(self) -> int:
        """How often it rang; read it before looking, so that a ring in between is not missed."""
        with self._rung:
            return self._count

    def wait(self, heard: int, timeout_s: float) -> None:
        """Wait until it rings again after `heard`, at most so long."""
        with self._rung:
            self._rung.wait_for(lambda: self._count != heard, timeout_s)


class Seats:
    """A number of places; `taken` is False inside the block when none was free."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)

    @contextmanager
    def sit(self) -> Iterator[bool]:
        """Take a place for the length of the block if there is one."""
        seated = self._free.acquire(blocking=False)
        try:
            yield seated
        finally:
            if seated:
                self._free.release()
