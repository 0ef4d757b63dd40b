"""Start, watch and end Storefloor's own processes: used by the demo, `storefloor store`, the replay and the tests.

Every process is started from the same interpreter, writes to its own log file, and is ended by its own process id.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

START_TIMEOUT_S = 60.0
"""A first start migrates databases and makes keys; on a busy machine that was seen to take several seconds."""

STOP_TIMEOUT_S = 10.0
"""Longer than the server's own graceful stop, so that killing stays the exception."""

POLL_S = 0.05


class ProcessDied(Exception):
    """A process ended, or never answered, while it should serve; the message ends with the last lines of its log."""


@dataclass
class Process:
    """One running process of ours."""

    name: str
    arguments: tuple[str, ...]
    url: str
    log: Path
    popen: "subprocess.Popen[bytes] | None" = None
    cpu_s: float = field(default=0.0)
    """Processor seconds of all ended incarnations."""

    def start(self) -> None:
        """Start it and wait until it answers at `/healthz`. Raises ProcessDied when it does not."""
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments from our own wiring
                [sys.executable, "-m", "edge.cli", *self.arguments],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=os.environ | {"MALLOC_ARENA_MAX": "2"},
                start_new_session=True,
            )
        self._wait_until_healthy(time.monotonic() + START_TIMEOUT_S)

    def _wait_until_healthy(self, deadline_s: float) -> None:
        while time.monotonic() < deadline_s:
            if self.popen is None or self.popen.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(POLL_S)
        tail = self.log.read_text("utf-8", "replace")[-1500:]
        self.kill()
        raise ProcessDied(f"{self.name} did not come up at {self.url}; its log ends:\n{tail}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as reply:  # noqa: S310 - loopback
                return bool(reply.status == 200)
        except OSError:
            return False

    @property
    def has_died(self) -> bool:
        """True when it was started and ended by itself."""
        return self.popen is not None and self.popen.poll() is not None

    def stop(self) -> None:
        """End it in order (SIGTERM), killing it only if it does not end."""
        if self.popen is None:
            return
        self.cpu_s += self._cpu_now_s()
        self.popen.terminate()
        try:
            self.popen.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._kill_group()
        self.popen = None

    def kill(self) -> None:
        """Pull its plug: SIGKILL to the master and its worker at once."""
        if self.popen is None:
            return
        self.cpu_s += self._cpu_now_s()
        self._kill_group()
        self.popen = None

    def _kill_group(self) -> None:
        assert self.popen is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def cpu_total_s(self) -> float:
        """Processor seconds used so far by every incarnation, the running one included."""
        return self.cpu_s + self._cpu_now_s()

    def _cpu_now_s(self) -> float:
        """User and system time of the running process group, from /proc; 0 where there is no /proc."""
        if self.popen is None:
            return 0.0
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError, ValueError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.popen.pid:
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


class Processes:
    """A group that is started in order and ended in reverse, whatever happens between."""

    def __init__(self, log_dir: Path) -> None:
        log_dir.mkdir(parents=True, exist_ok=True)
        self._log_dir = log_dir
        self._lock = threading.Lock()
        self.running: dict[str, Process] = {}

    def start(self, name: str, arguments: tuple[str, ...], url: str) -> Process:
        """Start `storefloor ARGUMENTS` under `name` and wait until it is healthy."""
        process = Process(name, arguments, url, self._log_dir / f"{name}.log")
        process.start()
        with self._lock:
            self.running[name] = process
        return process

    def stop_all(self) -> None:
        """End everything, last started first."""
        with self._lock:
            for process in reversed(self.running.values()):
                process.stop()
