"""NATS JetStream beside the drain: the same envelopes published to a file stream, 500 in flight, each acknowledged.

It has the easier work: nothing is signed, checked for a duplicate, judged, or settled in a file at the sender. As it
comes it acknowledges what is not yet on the disk (`sync_interval` two minutes); the second case syncs always.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nats
from nats.js.api import StorageType, StreamConfig

from benchmarks._figure import cpu_s as own_cpu_s
from benchmarks._watch import bytes_to, children, cpu_s

SUBJECT, STREAM = "facts.S001", "facts"
IN_FLIGHT = 500
START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Published:
    """One run: seconds, processor seconds of both ends, bytes of the stream, and how many the server says it holds."""

    wall_s: float
    cpu_client_s: float
    cpu_server_s: float
    bytes: int
    held: int


def server() -> str | None:
    """The server's program, if its wheel is installed here."""
    beside = Path(sys.executable).with_name("nats-server")
    return str(beside) if beside.exists() else shutil.which("nats-server")


def publish_once(program: str, folder: Path, envelopes: Sequence[bytes], *, sync_always: bool) -> Published:
    """A fresh server, a fresh stream, every envelope acknowledged."""
    with _serving([program], folder, sync_always=sync_always) as (port, pid):
        return asyncio.run(_publish(port, pid, envelopes))


def count_syncs(program: str, folder: Path, envelopes: Sequence[bytes], *, sync_always: bool) -> int | None:
    """How often the server synced for these, in a run of its own that is not timed; None where there is no strace.

    A Go program calls the kernel itself and passes by the shim that counts for the others.
    """
    strace, found = shutil.which("strace"), folder.with_name(f"{folder.name}-syncs")
    if strace is None:
        return None
    watched = [strace, "-f", "-qq", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o", str(found), program]
    with _serving(watched, folder, sync_always=sync_always) as (port, pid):
        before = len(found.read_text().splitlines())
        asyncio.run(_publish(port, pid, envelopes))
        return sum("sync(" in line for line in found.read_text().splitlines()[before:])


@contextmanager
def _serving(command: list[str], folder: Path, *, sync_always: bool) -> Iterator[tuple[int, int]]:
    folder.mkdir(parents=True)
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = int(chosen.getsockname()[1])
    often = 'sync_interval: "always"' if sync_always else ""
    settings = folder / "nats.conf"
    settings.write_text(
        f'host: "127.0.0.1"\nport: {port}\njetstream {{ store_dir: "{folder / "store"}"\n{often}\n }}\n', "utf-8"
    )
    with (folder / "nats.log").open("wb") as log:
        process = subprocess.Popen([*command, "-c", str(settings)], stdout=log, stderr=log)
        try:
            _wait_for(port)
            yield port, process.pid
        finally:
            for pid in children(process.pid) or [process.pid]:  # strace stays as long as what it watches
                os.kill(pid, signal.SIGTERM)
            process.wait(STOP_TIMEOUT_S)


def _wait_for(port: int) -> None:
    until_s = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until_s:
                raise
            time.sleep(0.02)
        else:
            return


async def _publish(port: int, pid: int, envelopes: Sequence[bytes]) -> Published:
    line = await nats.connect(f"nats://127.0.0.1:{port}")
    stream = line.jetstream(publish_async_max_pending=IN_FLIGHT)
    await stream.add_stream(StreamConfig(name=STREAM, subjects=[SUBJECT], storage=StorageType.FILE))
    cpu_client_s, cpu_server_s, on_the_line = own_cpu_s(), cpu_s(pid), bytes_to(port)
    began_s = time.perf_counter()
    acknowledged = [await stream.publish_async(SUBJECT, envelope, wait_stall=60.0) for envelope in envelopes]
    await asyncio.gather(*acknowledged)
    done = Published(
        wall_s=time.perf_counter() - began_s,
        cpu_client_s=own_cpu_s() - cpu_client_s,
        cpu_server_s=cpu_s(pid) - cpu_server_s,
        bytes=bytes_to(port) - on_the_line,
        held=(await stream.stream_info(STREAM)).state.messages,
    )
    await line.close()
    return done
