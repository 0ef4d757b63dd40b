"""Live events for the shop's own screens: published after COMMIT, numbered upwards, kept only long enough to catch up."""

import threading
from collections import deque

import msgspec

STREAMS_MAX = 40
"""Each stream holds one of the server's 64 threads; above 40 the boards would starve ordinary requests."""
KEPT = 512
"""Events kept for a screen that was away for a moment; whoever missed more fetches its page again."""
BEAT_S = 4.0
"""A screen dims after 16 s without a beat, and a dead client keeps its slot until the next one: so under five seconds."""


class LiveEvent(msgspec.Struct, frozen=True):
    """One thing that changed: `name` is board, order, call or line; `data` is JSON."""

    number: int
    name: str
    data: bytes


class Stream:
    """One listening screen. Ask `next` in a loop; None means: nothing new, send a beat."""

    def __init__(self, live: "Live", after: int, *, board: bool) -> None:
        self.board = board
        self.evicted = False
        self._live = live
        self._after = after

    def next(self, timeout_s: float = BEAT_S) -> LiveEvent | None:
        """The next event after the last one given, or None after `timeout_s` of silence.

        A screen that was away for longer than what is kept gets one `board` event: fetch everything again.
        """
        event = self._live.wait(self, self._after, timeout_s)
        if event is not None:
            self._after = event.number
        return event

    def close(self) -> None:
        """Give the slot back; harmless when asked twice."""
        self._live.leave(self)


class Live:
    """The hub's live events. `first` must be above every number used before a restart (the clock's ms will do)."""

    def __init__(self, first: int, limit: int = STREAMS_MAX) -> None:
        self._limit = limit
        self._events: deque[LiveEvent] = deque(maxlen=KEPT)
        self._last = first
        self._streams: list[Stream] = []
        self._news = threading.Condition()

    @property
    def version(self) -> int:
        """Number of the last event published."""
        return self._last

    @property
    def limit(self) -> int:
        """Most streams at once."""
        return self._limit

    @property
    def open_streams(self) -> int:
        """Streams open now."""
        return len(self._streams)

    def publish(self, name: str, data: dict[str, str | int | None]) -> int:
        """Tell every listening screen; call it after COMMIT only. Gives the event's number."""
        with self._news:
            self._last += 1
            body = msgspec.json.encode({**data, "version": self._last})
            self._events.append(LiveEvent(self._last, name, body))
            self._news.notify_all()
            return self._last

    def open(self, after: int | None, *, board: bool) -> Stream | None:
        """Take a slot, or None when all are taken. A board takes the youngest other screen's slot rather than wait."""
        with self._news:
            if len(self._streams) >= self._limit:
                others = [stream for stream in self._streams if not stream.board]
                if not board or not others:
                    return None
                others[-1].evicted = True
                self._streams.remove(others[-1])
                self._news.notify_all()
            if after is not None and after > self._last:
                after = -1  # a number we never gave: the page it holds cannot be trusted, so fetch again
            stream = Stream(self, self._last if after is None else after, board=board)
            self._streams.append(stream)
            return stream

    def leave(self, stream: Stream) -> None:
        """The stream ended."""
        with self._news:
            if stream in self._streams:
                self._streams.remove(stream)

    def wait(self, stream: Stream, after: int, timeout_s: float) -> LiveEvent | None:
        """The first event above `after`; None when `timeout_s` passed, or the stream lost its slot."""
        with self._news:
            if not stream.evicted and self._last <= after:
                self._news.wait(timeout_s)
            if stream.evicted or self._last <= after:
                return None
            oldest = self._events[0].number if self._events else self._last + 1
            if after + 1 < oldest:
                return LiveEvent(self._last, "board", msgspec.json.encode({"version": self._last}))
            return self._events[after + 1 - oldest]
