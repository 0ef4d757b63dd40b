"""Counts what waits for the disk, in this process and its children, and makes a disk slow on request.

A preloaded shim of forty lines of C stands before fsync and fdatasync; the benchmark starts itself again under it.
"""

import mmap
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHIM = Path(__file__).with_name("_syncs.c")
NUMBERS = struct.Struct("=QQ")


class Syncs:
    """The two numbers shared with the shim: how many syncs so far, and how much longer each takes."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), NUMBERS.size)

    @property
    def count(self) -> int:
        """Syncs since the benchmark began."""
        count, _ = NUMBERS.unpack_from(self._shared)
        return int(count)

    @contextmanager
    def slower(self, added_us: int) -> Iterator[None]:
        """Let every sync take `added_us` longer while the block runs."""
        struct.pack_into("=Q", self._shared, 8, added_us)
        try:
            yield
        finally:
            struct.pack_into("=Q", self._shared, 8, 0)


def counted(module: str) -> Syncs:
    """The counters of this run. The first call does not return: it starts `python -m module` again under the shim."""
    if "STOREFLOOR_SYNCS" in os.environ:
        return Syncs(Path(os.environ["STOREFLOOR_SYNCS"]))
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        sys.exit(f"{module} counts syncs with a shim in C and finds no compiler: install gcc")
    with tempfile.TemporaryDirectory(prefix="storefloor-syncs-") as folder:
        shim, numbers = Path(folder) / "syncs.so", Path(folder) / "numbers"
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", shim, SHIM, "-ldl"], check=True)
        numbers.write_bytes(bytes(NUMBERS.size))
        environment = os.environ | {"LD_PRELOAD": str(shim), "STOREFLOOR_SYNCS": str(numbers)}
        ended = subprocess.run([sys.executable, "-m", module, *sys.argv[1:]], env=environment, check=False)
    sys.exit(ended.returncode)
