"""For knowing what time it is, and whether that may be believed: the one place that asks the operating system.

Time is *confirmed* once a signed time was seen since the start; from then on it runs by the monotonic clock, and a
wall clock that is set back or forward changes nothing. Unconfirmed time labels and sorts; it never expires, erases,
restocks, reminds or refuses.
"""

import time
from typing import Protocol

# A kiosk put to sleep at night wakes up with CLOCK_MONOTONIC where it was (clock_gettime(2)); CLOCK_BOOTTIME went on.
_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

DRIFT_MS = 2_000
"""A quartz that is 20 ppm off needs a day for it; a signed time may be this late on a slow line and is then no better."""


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
        """Milliseconds since the machine started, those it slept through included where the system counts them."""
        return time.clock_gettime_ns(_SINCE_BOOT) // 1_000_000

    def confirmed(self) -> bool:
        """True once a signed time was seen since the start, always for central."""
        return self._trusted_wall or self._anchor is not None

    def confirm(self, signed_now_ms: int) -> int:
        """Takes a signed time as now; gives how far the label was off (signed minus label, ms), for `clock.corrected`.

        Once time is confirmed it runs by the machine: a signed time less than DRIFT_MS away changes nothing.
        """
        offset_ms = signed_now_ms - self.now_ms()
        if self._anchor is None or abs(offset_ms) > DRIFT_MS:
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
        if not self._confirmed or abs(offset_ms) > DRIFT_MS:
            self._now_ms = signed_now_ms
        self._confirmed = True
        return offset_ms

    def advance(self, ms: int) -> None:
        """Lets `ms` milliseconds pass."""
        self._now_ms += ms
        self._monotonic_ms += ms
