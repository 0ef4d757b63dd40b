"""Runs what central does by itself while it serves: once at its start, then every hour."""

import threading

import structlog

from central.app.central import Central
from central.app.forget import forget
from central.app.read_again import read_again

EVERY_S = 3600.0
"""Nothing that is forgotten is due to the minute."""


class Upkeep:
    """A thread that reads what an earlier version could only store, and forgets what is due.

    A run that fails is logged and tried again.
    """

    def __init__(self, central: Central, *, every_s: float = EVERY_S) -> None:
        self._central = central
        self._every_s = every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        self._log = structlog.get_logger("central.upkeep")
        self.failures = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the run at hand."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                read = read_again(self._central)
                if read:
                    self._log.info("read again", facts=read)
                forgotten = forget(self._central)
                self._log.info("forgot", **{name: getattr(forgotten, name) for name in forgotten.__struct_fields__})
            except Exception:  # noqa: BLE001 - the next hour's run must come whatever this one met
                self.failures += 1
                self._log.exception("upkeep failed", failures=self.failures)
            self._ended.wait(self._every_s)
