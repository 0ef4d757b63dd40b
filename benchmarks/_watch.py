"""Counts what another process costs beside time: its processor seconds, and the bytes of a connection to it."""

import os
import socket
import struct
import time
from pathlib import Path

# Where struct tcp_info of linux/tcp.h keeps tcpi_bytes_acked and tcpi_bytes_received.
_TCP_BYTES = struct.Struct("=QQ")
_TCP_BYTES_AT = 120


def cpu_s(pid: int) -> float:
    """Processor seconds, user and system, of all threads of a process that runs, and of its children that run."""
    clock = ((~pid) << 3) | 2  # what clock_getcpuclockid(3) gives: nanoseconds, where /proc/<pid>/stat has hundredths
    return time.clock_gettime(clock) + sum(cpu_s(child) for child in children(pid))


def children(pid: int) -> list[int]:
    """The processes that this one started and that run."""
    listed = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for line in listed for child in line.split()]


def stream_bytes(sock: socket.socket) -> int:
    """Bytes of a TCP stream in both directions so far, as the kernel counts them: headers of HTTP in, those of TCP not."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return sum(_TCP_BYTES.unpack_from(info, _TCP_BYTES_AT))


def bytes_to(port: int) -> int:
    """Bytes of every stream that this process holds open to `port`, both directions."""
    total = 0
    for link in Path("/proc/self/fd").iterdir():
        try:
            held = socket.socket(fileno=os.dup(int(link.name)))
        except OSError:
            continue  # not a socket, or the listing's own
        with held:
            if held.family == socket.AF_INET and _peer_port(held) == port:
                total += stream_bytes(held)
    return total


def _peer_port(sock: socket.socket) -> int:
    try:
        return int(sock.getpeername()[1])
    except OSError:
        return 0
