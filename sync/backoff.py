"""Decides how long to wait before trying again, so that a thousand stores do not come back in the same second."""

from collections.abc import Callable

#: The first wait is at most one second, a person hardly notices; the longest half a minute, so that a store whose line
#: is back is heard of within that time.
BASE_MS = 1_000
CAP_MS = 30_000


def delay_ms(failures: int, rng: Callable[[int], bytes], *, retry_after_s: float = 0.0) -> int:
    """A random wait between zero and the back-off (full jitter), never shorter than what the peer asked for.

    `failures` counts tries without success, from 1. The ceiling doubles with each until CAP_MS.
    """
    ceiling = min(CAP_MS, BASE_MS << min(failures - 1, 16)) if failures > 0 else 0
    chance = int.from_bytes(rng(4)) / 2**32
    return int(retry_after_s * 1000) + int(chance * (ceiling + 1))
