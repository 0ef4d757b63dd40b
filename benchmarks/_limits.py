"""What the disk and the line allow on this machine at this moment: a sink behind TCP, and bare SQLite.

`python -m benchmarks._limits FILE` is the sink: it prints its port, then appends what comes to FILE and answers each
batch only after fdatasync.
"""

import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sync import wire
from sync.db import driver

_LENGTH = struct.Struct(">I")
DURABLE = b"k"


def serve_sink(path: Path) -> None:
    """Take one connection after the other, until the process is ended."""
    out = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    with socket.create_server(("127.0.0.1", 0)) as door:
        print(door.getsockname()[1], flush=True)
        while True:
            guest, _ = door.accept()
            guest.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with guest, guest.makefile("rb") as stream:
                while head := stream.read(_LENGTH.size):
                    os.write(out, stream.read(*_LENGTH.unpack(head)))
                    os.fdatasync(out)
                    guest.sendall(DURABLE)


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    """A sink in a process of its own; gives its port."""
    command = [sys.executable, "-m", "benchmarks._limits", str(folder / "sink")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None, "it was asked for"
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def over_tcp(port: int, batches: Sequence[bytes], folder: Path, *, pack: Callable[[bytes], bytes] | None) -> float:
    """Seconds to send the batches one by one, each durable at the sink, then its mark durable here.

    With `pack` the sender packs each before it goes, which any sender of the same bytes must; without, they are packed
    as ours are before the clock starts, and only line and disks are left.
    """
    ready = batches if pack else [wire.pack(batch) for batch in batches]
    mark = os.open(folder / "mark", os.O_CREAT | os.O_WRONLY)
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began_s = time.perf_counter()
        for number, batch in enumerate(ready):
            content = pack(batch) if pack else batch
            line.sendall(_LENGTH.pack(len(content)) + content)
            if line.recv(1) != DURABLE:
                raise RuntimeError("the sink went away")
            os.pwrite(mark, b"%020d" % number, 0)
            os.fdatasync(mark)
        took_s = time.perf_counter() - began_s
    os.close(mark)
    return took_s


class BareLedger:
    """The ledger rows of one drain, for the same statements by bare sqlite3 into tables of the same shape."""

    def __init__(self, central: Path, node: str) -> None:
        conn = driver.connect(central / "central.db")
        self._schema = [
            str(sql)
            for (sql,) in conn.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name IN ('ledger', 'origins') AND sql IS NOT NULL ORDER BY rowid"
            )
        ]
        found = conn.execute("SELECT * FROM ledger WHERE node = ? ORDER BY lane, sequence", (node,))
        self._columns = [column[0] for column in found.description]
        self._rows: list[tuple[Any, ...]] = found.fetchall()
        self._origin = conn.execute("SELECT * FROM origins WHERE node = ? LIMIT 1", (node,)).fetchone()
        conn.close()

    def write(self, path: Path, batches: Sequence[int]) -> float:
        """Seconds to insert the rows in batches of these sizes, each one FULL commit with its mark."""
        conn = driver.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-4000"):
            conn.execute(f"PRAGMA {pragma}").close()
        for statement in self._schema:
            conn.execute(statement)
        conn.execute(f"INSERT INTO origins VALUES ({', '.join('?' * len(self._origin))})", self._origin)
        names, marks = ", ".join(self._columns), ", ".join("?" * len(self._columns))
        insert = f"INSERT INTO ledger ({names}) VALUES ({marks})"
        began_s, first = time.perf_counter(), 0
        for size in batches:
            conn.execute("BEGIN IMMEDIATE")
            conn.executemany(insert, self._rows[first : first + size])
            conn.execute("UPDATE origins SET mark = ?", (first + size,))
            conn.execute("COMMIT")
            first += size
        took_s = time.perf_counter() - began_s
        conn.close()
        return took_s


if __name__ == "__main__":
    serve_sink(Path(sys.argv[1]))
