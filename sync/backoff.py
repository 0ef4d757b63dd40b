"""Decides how long to wait before trying again, so that a thousand stores do not come back in the same second."""

from collections.abc import Callable

from sync.errors import PeerBusy, PeerRefusedUs

#: The first wait is at most one second, a person hardly notices; the longest half a minute, so that a store whose line
#: is back is heard of within that time.
BASE_MS = 1_000
CAP_MS = 30_000


#: A peer's word is given in whole seconds; those it named the same second to are spread over it.
SPREAD_MS = 1_000

#: A peer that does not take us needs a person; asking it every second helps nobody.
REFUSED_MS = 30_000


def delay_ms(failures: int, rng: Callable[[int], bytes], *, retry_after_s: float = 0.0) -> int:
    """A random wait between zero and the back-off (full jitter); what the peer asked for always wins over it.

    `failures` counts tries without success, from 1. The ceiling doubles with each until CAP_MS.
    """
    ceiling = min(CAP_MS, BASE_MS << min(failures - 1, 16)) if failures > 0 else 0
    chance = int.from_bytes(rng(4)) / 2**32
    if retry_after_s > 0:
        return int(retry_after_s * 1000) + int(chance * SPREAD_MS)
    return int(chance * (ceiling + 1))


def delay_after_ms(error: Exception, failures: int, rng: Callable[[int], bytes]) -> int:
    """How long to wait after a turn that ended in `error`, the `failures`-th in a row."""
    if isinstance(error, PeerRefusedUs):
        return REFUSED_MS
    return delay_ms(failures, rng, retry_after_s=error.retry_after_s if isinstance(error, PeerBusy) else 0.0)
