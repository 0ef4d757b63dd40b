"""Remembers how much fits into one push and which origin is in trouble; nothing of it is written down.

Bigger while pushes are quick, halved when one is refused as a whole or goes unanswered again and again, so that a row
nobody can take ends up alone.
"""

from sync.wire import BATCH_ROWS_MAX

#: What the first push carries, and what a full one grows by: 500 rows are one commit of a quarter of a megabyte.
FIRST_ROWS = 500
STEP_ROWS = 250

#: A full push answered within a second may be larger; one that takes five is near the time after which we give up on it.
QUICK_MS = 1_000
SLOW_MS = 5_000

#: So often in a row a push goes unanswered before it is the push that is doubted and no longer the line.
UNANSWERED_MAX = 3

#: A single refused row is tried again after so long, or as soon as the peer recorded another push.
REST_MS = 30_000


class Pace:
    """One pusher's memory between its rounds. Origins are named by their number in the file."""

    def __init__(self) -> None:
        self.rows = FIRST_ROWS
        self._narrowed: dict[int, int] = {}
        self._unanswered: dict[int, int] = {}
        self._recorded = 0
        self._refused: dict[int, tuple[int, int]] = {}  # what was recorded by then, and when it was

    def limit(self, origin: int, most: int) -> int:
        """How many rows the next push of this origin may carry."""
        return min(self._narrowed.get(origin, self.rows), self.rows, most)

    def settled(self, origin: int, sent: int, took_ms: int) -> None:
        """The peer recorded a push of so many rows."""
        self._recorded += 1
        self._unanswered.pop(origin, None)
        self._refused.pop(origin, None)
        narrowed = self._narrowed.pop(origin, None)
        if narrowed is not None:
            if narrowed * 2 < self.rows:
                self._narrowed[origin] = narrowed * 2
        elif took_ms >= SLOW_MS:
            self.rows = max(FIRST_ROWS, self.rows // 2)
        elif sent >= self.rows and took_ms <= QUICK_MS:
            self.rows = min(self.rows + STEP_ROWS, BATCH_ROWS_MAX)

    def halve(self, origin: int, sent: int) -> None:
        """The push was too much as a whole."""
        self._narrowed[origin] = max(1, sent // 2)

    def unanswered(self, origin: int, sent: int) -> bool:
        """A push had no answer or a failing one; gives whether to doubt the push by now, which then becomes smaller."""
        times = self._unanswered[origin] = self._unanswered.get(origin, 0) + 1
        if times < UNANSWERED_MAX:
            return False
        self.halve(origin, sent)
        return True

    def refused_alone(self, origin: int, now_ms: int) -> bool:
        """A single row was refused. Gives whether that tells of the row: the peer recorded another push since the last."""
        last = self._refused.get(origin)
        self._refused[origin] = (self._recorded, now_ms)
        return last is not None and self._recorded > last[0]

    def given_up(self, origin: int) -> None:
        """The refused row is out of the way."""
        self._refused.pop(origin, None)

    def rests(self, origin: int, now_ms: int) -> bool:
        """Whether asking again now would tell nothing new about the row refused last."""
        last = self._refused.get(origin)
        return last is not None and self._recorded == last[0] and 0 <= now_ms - last[1] < REST_MS
