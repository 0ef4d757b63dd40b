"""Codes that were not shown yet: a "my QR" counts once, and somebody who plays many visits must not show one twice."""

import time

from edge.domain.clock import SystemClock
from edge.passes import step_of, write_u1
from edge.passes.proof import STEP_MS, STEPS_AROUND


class FreshCodes:
    """The codes of one shopper's phone. The hub takes the half minute before and after the present one as well."""

    def __init__(self, secret: bytes, identity: str) -> None:
        self._secret = secret
        self._identity = identity
        self._clock = SystemClock()
        self._used: set[int] = set()

    def next(self) -> str:
        """One that counts now; waits for the next half minute when all that do were shown."""
        while True:
            now = step_of(self._clock.now_ms())
            for step in sorted(range(now - STEPS_AROUND, now + STEPS_AROUND + 1), key=lambda one: abs(one - now)):
                if step not in self._used:
                    self._used.add(step)
                    return write_u1(self._secret, self._identity, step)
            time.sleep((STEP_MS - self._clock.now_ms() % STEP_MS) / 1000 + 0.05)
