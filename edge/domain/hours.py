"""For when a store is open: a weekly table and dated exceptions, in the store's own time zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from edge.domain.errors import BadHours

Span = tuple[int, int]
"""From minute to minute of a store's day, the end not included; 1440 is midnight at its end."""

_DAY_MIN = 1440
_SEARCH_DAYS = 400  # longer than any closure between two openings of a store that will open again
_JOINED_MS = 14 * 86_400_000  # a store that never closes is open for two weeks at a time, not for ever


class OpeningHours(msgspec.Struct, frozen=True, kw_only=True):
    """`weekly` is Monday to Sunday; `exceptions` replace a whole day ("2026-12-25": [] is closed)."""

    zone: str
    weekly: tuple[tuple[Span, ...], ...]
    exceptions: dict[str, tuple[Span, ...]] = msgspec.field(default_factory=dict)

    def check(self) -> None:
        """Raises BadHours when the table contradicts itself; call it where hours are taken in."""
        _zone(self.zone)
        if len(self.weekly) != 7:
            raise BadHours("a week has seven days, Monday first")
        for day in self.exceptions:
            _day(day)
        for spans in (*self.weekly, *self.exceptions.values()):
            _check_spans(spans)

    def is_open(self, at_ms: int) -> bool:
        """True while the shop is open at that moment."""
        day = self._local_day(at_ms)
        return any(open_ms <= at_ms < close_ms for open_ms, close_ms in self._moments(day))

    def next_open_ms(self, at_ms: int) -> int | None:
        """That moment if the shop is open then, else when it opens next; None when it does not within 400 days."""
        first = self._local_day(at_ms)
        for ahead in range(_SEARCH_DAYS):
            for open_ms, close_ms in self._moments(first + timedelta(days=ahead)):
                if at_ms < close_ms:
                    return max(at_ms, open_ms)
        return None

    def spans_from(self, at_ms: int) -> Iterator[tuple[int, int]]:
        """Opening spans as (opens, closes) in ms that end after that moment, in order; those that meet are joined."""
        first, held = self._local_day(at_ms), None
        for ahead in range(_SEARCH_DAYS):
            for opens_ms, closes_ms in self._moments(first + timedelta(days=ahead)):
                if closes_ms <= at_ms:
                    continue
                if held is not None and opens_ms <= held[1] and held[1] - held[0] < _JOINED_MS:
                    held = (held[0], closes_ms)
                    continue
                if held is not None:
                    yield held
                held = (opens_ms, closes_ms)
        if held is not None:
            yield held

    def after_open_ms(self, since_ms: int, length_ms: int) -> int | None:
        """When the shop will have been open for `length_ms` since a moment; None when it never will within 400 days."""
        left_ms = length_ms
        for opens_ms, closes_ms in self.spans_from(since_ms):
            begins_ms = max(opens_ms, since_ms)
            if left_ms <= closes_ms - begins_ms:
                return begins_ms + left_ms
            left_ms -= closes_ms - begins_ms
        return None

    def before_open_ms(self, at_ms: int, length_ms: int) -> int | None:
        """The latest moment since which the shop was open for `length_ms` until `at_ms`; None when not within 400 days."""
        today, left_ms = self._local_day(at_ms), length_ms
        for back in range(_SEARCH_DAYS):
            for opens_ms, closes_ms in reversed(self._moments(today - timedelta(days=back))):
                ends_ms = min(closes_ms, at_ms)
                if ends_ms > opens_ms and left_ms <= ends_ms - opens_ms:
                    return ends_ms - left_ms
                left_ms -= max(0, ends_ms - opens_ms)
        return None

    def moment_on(self, at_ms: int, minute: int) -> int:
        """That minute of the store's day on the day of `at_ms`, in ms."""
        return _moment_ms(self._local_day(at_ms), minute, self.zone)

    def midnight_after(self, at_ms: int) -> int:
        """When the store's day of `at_ms` is over, in ms."""
        return _moment_ms(self._local_day(at_ms), _DAY_MIN, self.zone)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The opening spans of that day, an exception before the week."""
        return self.exceptions.get(day.isoformat(), self.weekly[day.weekday()])

    def _local_day(self, at_ms: int) -> date:
        return datetime.fromtimestamp(at_ms // 1000, _zone(self.zone)).date()

    def _moments(self, day: date) -> list[tuple[int, int]]:
        spans = sorted(self.spans_on(day))
        moments = ((_moment_ms(day, start, self.zone), _moment_ms(day, end, self.zone)) for start, end in spans)
        # On the night clocks go forward a span may vanish whole.
        return [(open_ms, close_ms) for open_ms, close_ms in moments if open_ms < close_ms]


def always_open(zone: str) -> OpeningHours:
    """Hours of a store that never closes."""
    return OpeningHours(zone=zone, weekly=(((0, _DAY_MIN),),) * 7)


def _moment_ms(day: date, minute: int, zone: str) -> int:
    """The moment of a wall-clock minute: a time that is skipped is moved forward, one that comes twice is its first."""
    if minute == _DAY_MIN:
        day, minute = day + timedelta(days=1), 0
    wall = datetime.combine(day, time(minute // 60, minute % 60), _zone(zone))
    return int(wall.astimezone(UTC).timestamp()) * 1000


def _check_spans(spans: tuple[Span, ...]) -> None:
    last_end = 0
    for start, end in sorted(spans):
        if not 0 <= start < end <= _DAY_MIN:
            raise BadHours("a span runs from an earlier to a later minute of one day (0 to 1440)")
        if start < last_end:
            raise BadHours("two spans of a day overlap")
        last_end = end


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadHours(f"no time zone is called {name!r}") from error


def _day(text: str) -> None:
    try:
        if date.fromisoformat(text).isoformat() != text:
            raise BadHours("an exception's day is written YYYY-MM-DD")
    except ValueError as error:
        raise BadHours("an exception's day is written YYYY-MM-DD") from error
