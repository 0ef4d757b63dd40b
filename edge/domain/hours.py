"""For when a store is open: a weekly table and dated exceptions, in the store's own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from edge.domain.errors import BadHours

Span = tuple[int, int]
"""From minute to minute of a store's day, the end not included; 1440 is midnight at its end."""

_DAY_MIN = 1440
_SEARCH_DAYS = 400  # longer than any closure between two openings of a store that will open again


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
