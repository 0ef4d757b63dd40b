"""Decides who may push now and tells everybody else when to come back, so that a thousand stores cost no wasted work.

`Admission` is the whole rule and is pure: time comes in, a place or a number of seconds goes out. `Gate` is the same for
the threads of a server.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

#: Longer than this nobody is kept in line: a caller gives up after ten seconds, and what is done for one who has left is
#: done twice.
PATIENCE_S = 5.0

#: A caller is never sent away for longer; beyond it the places that were promised say nothing any more.
COME_BACK_MAX_S = 300.0

#: What a push is taken to cost until the first ones were measured, and how much of each new measure is believed.
FIRST_GUESS_S = 0.1
_BELIEVED = 0.1

_GOLDEN = 0.6180339887498949


class Spread:
    """Numbers from 0 to 1 that fall between one another as evenly as can be: a jitter that needs no dice."""

    def __init__(self) -> None:
        self._drawn = 0

    def draw(self) -> float:
        """The next one."""
        self._drawn += 1
        return self._drawn * _GOLDEN % 1.0


class Admission:
    """At most `limit` work at once and `depth` stand in line; the rest are given a time of their own, one after another.

    Times are seconds of one clock that never goes back. Not safe between threads; see `Gate`.
    """

    def __init__(self, limit: int, depth: int) -> None:
        self._limit = limit
        self._depth = depth
        self._inside = 0
        self._each_s = FIRST_GUESS_S / limit
        self._promised_s = 0.0
        self._spread = Spread()

    @property
    def inside(self) -> int:
        """How many work or stand in line."""
        return self._inside

    @property
    def each_s(self) -> float:
        """Seconds from one finished push to the next while all places work, as measured."""
        return self._each_s

    def arrive(self, now_s: float) -> float | None:
        """None: come in, and `leave` later. Otherwise the seconds after which to ask again; the caller has no place."""
        in_line = self._inside - self._limit
        if in_line < self._depth and in_line * self._each_s < PATIENCE_S:
            self._inside += 1
            return None
        return self.send_away(now_s)

    def leave(self, worked_s: float | None) -> None:
        """Give the place back. `worked_s`: what the push took once it had its turn; None when it never had one."""
        self._inside -= 1
        if worked_s is not None:
            self._each_s += (worked_s / self._limit - self._each_s) * _BELIEVED

    def send_away(self, now_s: float) -> float:
        """Seconds until the next time that nobody was promised yet, after all who are inside are done."""
        spread = self._spread.draw()
        free_s = now_s + self._inside * self._each_s
        self._promised_s = max(self._promised_s, free_s) + self._each_s
        wait_s = self._promised_s - now_s
        if wait_s > COME_BACK_MAX_S:
            self._promised_s = now_s + COME_BACK_MAX_S
            return COME_BACK_MAX_S * (1 + spread) / 2
        return wait_s * (1 + spread / 10)


class Gate:
    """An `Admission` shared by threads: those with a place wait here for their turn."""

    def __init__(self, limit: int, depth: int, *, clock_s: Callable[[], float] = monotonic) -> None:
        self._admission = Admission(limit, depth)
        self._turn = threading.Semaphore(limit)
        self._lock = threading.Lock()
        self._clock_s = clock_s

    @contextmanager
    def enter(self) -> Iterator[float | None]:
        """Inside the block: None when it is this caller's turn, otherwise the seconds after which to come back."""
        with self._lock:
            come_back_s = self._admission.arrive(self._clock_s())
        if come_back_s is not None:
            yield come_back_s
            return
        has_turn = self._turn.acquire(timeout=PATIENCE_S)
        begun_s = self._clock_s()
        if not has_turn:  # those before took far longer than any measure said
            with self._lock:
                self._admission.leave(None)
                come_back_s = self._admission.send_away(begun_s)
            yield come_back_s
            return
        try:
            yield None
        finally:
            self._turn.release()
            with self._lock:
                self._admission.leave(self._clock_s() - begun_s)
