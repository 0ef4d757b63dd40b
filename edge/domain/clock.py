"""For knowing what time it is, and whether that may be believed: the one place that asks the operating system.

Time is *confirmed* once a signed time was seen since the start; from then on it runs by the monotonic clock, and a
wall clock that is set back or forward changes nothing. Unconfirmed time labels and sorts; it never expires, erases,
restocks, reminds or refuses.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from edge.domain.errors import BadTime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)


class Clock(Protocol):
    """What time it is for one process: label time, waiting time, and whether the label may decide anything."""

    @property
    def boot_id(self) -> str:
        """Names this start of the process; monotonic times of two boots cannot be compared."""
        ...

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC, the label of what happens now."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds that only ever grow, for waiting and for measuring."""
        ...

    def confirmed(self) -> bool:
        """True once `now_ms` rests on a signed time (or this process is the one that signs it)."""
        ...


class SystemClock:
    """The operating system's clock.

    `floor_ms` is the latest time this node wrote down before it stopped: a wall clock that starts in 1970 is lifted to
    it. `confirmed=True` is central's: its wall clock is the time that others are given.
    """

    def __init__(self, *, floor_ms: int = 0, confirmed: bool = False) -> None:
        self._floor_ms = floor_ms
        self._trusted_wall = confirmed
        self._anchor: tuple[int, int] | None = None
        # Two starts never share both the wall's and the machine's nanosecond, even without a clock battery.
        self._boot_id = f"{time.time_ns():x}-{time.monotonic_ns():x}"

    @property
    def boot_id(self) -> str:
        """Names this start of the process."""
        return self._boot_id

    def now_ms(self) -> int:
        """Signed time plus what has passed since, or the wall clock not below the floor."""
        anchor = self._anchor
        if anchor is not None:
            signed_ms, at_monotonic_ms = anchor
            return signed_ms + self.monotonic_ms() - at_monotonic_ms
        return max(time.time_ns() // 1_000_000, self._floor_ms)

    def monotonic_ms(self) -> int:
        """Milliseconds of the machine's monotonic clock."""
        return time.monotonic_ns() // 1_000_000

    def confirmed(self) -> bool:
        """True once a signed time was seen since the start, always for central."""
        return self._trusted_wall or self._anchor is not None

    def confirm(self, signed_now_ms: int) -> int:
        """Takes a signed time as now; gives how far the label was off (signed minus label, ms), for `clock.corrected`."""
        offset_ms = signed_now_ms - self.now_ms()
        self._anchor = (signed_now_ms, self.monotonic_ms())
        return offset_ms


class SimClock:
    """A clock that stands still until it is told to move: for tests and for the simulated world."""

    def __init__(self, now_ms: int, *, confirmed: bool = True, boot_id: str = "boot-1", monotonic_ms: int = 0) -> None:
        self._now_ms = now_ms
        self._monotonic_ms = monotonic_ms
        self._confirmed = confirmed
        self.boot_id = boot_id

    def now_ms(self) -> int:
        """The label it stands at."""
        return self._now_ms

    def monotonic_ms(self) -> int:
        """What has passed since it was made."""
        return self._monotonic_ms

    def confirmed(self) -> bool:
        """As told when it was made, or True after `confirm`."""
        return self._confirmed

    def confirm(self, signed_now_ms: int) -> int:
        """Like `SystemClock.confirm`."""
        offset_ms = signed_now_ms - self._now_ms
        self._now_ms = signed_now_ms
        self._confirmed = True
        return offset_ms

    def advance(self, ms: int) -> None:
        """Lets `ms` milliseconds pass."""
        self._now_ms += ms
        self._monotonic_ms += ms


def rfc3339(ms: int) -> str:
    """The time as CloudEvents carries it: 1795237500123 → "2026-11-21T05:05:00.123Z"."""
    try:
        moment = _EPOCH + timedelta(milliseconds=ms)
    except OverflowError as error:
        raise BadTime(f"{ms} ms is no year we can write") from error
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_rfc3339(text: str) -> int:
    """The milliseconds since 1970 of an RFC 3339 time with any offset; finer digits are cut. Raises BadTime."""
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise BadTime("not an RFC 3339 time")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError as error:
        raise BadTime(str(error)) from error
    leap_s = 1 if second == 60 else 0
    if second > 60:
        raise BadTime("a minute has at most 60 seconds and one leap second")
    fraction_ms = int((found[7] or "0").ljust(3, "0")[:3])
    offset_min = 0
    if found[8]:
        offset_min = int(found[9]) * 60 + int(found[10])
        if int(found[9]) > 23 or int(found[10]) > 59:
            raise BadTime("no such offset from UTC")
        offset_min = -offset_min if found[8] == "-" else offset_min
    passed = moment - _EPOCH
    whole_s = passed.days * 86_400 + passed.seconds + leap_s - offset_min * 60
    return whole_s * 1000 + fraction_ms
