"""Judges whether the line to the peer is up, from our own heartbeats alone, without flickering."""

from collections import deque
from enum import StrEnum

#: Three beats in a row must fail before we say the line is cut (one lost packet is no cut), and two in a row must pass
#: before we say it is back (one lucky beat on a dying line is no line).
FAILS_TO_CUT = 3
PASSES_TO_UP = 2

#: A line that loses more than half of its last ten beats is cut even if it never fails three times running.
WINDOW = 10


class LinkState(StrEnum):
    """What is said on the screens."""

    UP = "up"
    CUT = "cut"


class Link:
    """Fed with each beat by `seen`; pure but for what it remembers. Until the first beat passes the line counts as cut."""

    def __init__(self, now_ms: int) -> None:
        self.state = LinkState.CUT
        self.since_ms = now_ms
        self._beats: deque[bool] = deque(maxlen=WINDOW)

    def seen(self, passed: bool, now_ms: int) -> LinkState | None:
        """Note one beat; gives the new state when it changed just now, so that each change is said once."""
        first = not self._beats
        self._beats.append(passed)
        if self.state is LinkState.CUT and ((first and passed) or self._is_back()):
            return self._turn(LinkState.UP, now_ms)
        if self.state is LinkState.UP and self._is_gone():
            return self._turn(LinkState.CUT, now_ms)
        return None

    def _is_back(self) -> bool:
        return self._last(PASSES_TO_UP, passed=True)

    def _is_gone(self) -> bool:
        lossy = len(self._beats) == WINDOW and sum(self._beats) * 2 < WINDOW
        return lossy or self._last(FAILS_TO_CUT, passed=False)

    def _last(self, count: int, *, passed: bool) -> bool:
        newest = list(self._beats)[-count:]
        return len(newest) == count and all(beat is passed for beat in newest)

    def _turn(self, state: LinkState, now_ms: int) -> LinkState:
        self.state, self.since_ms = state, now_ms
        self._beats.clear()
        self._beats.extend([state is LinkState.UP] * (WINDOW if state is LinkState.UP else 1))
        return state
