"""A line of so many bits a second between two processes, in a process of its own, so that neither end pays for it.

`python -m benchmarks._slow_line <target port> <bit/s>` prints the port it listens on and then, for every connection that
ended, how many bytes came down through it.
"""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

PIECE_BYTES = 8 * 1024
"""At 20 Mbit/s a piece takes three milliseconds, so the end of an answer is measured that exactly."""

QUEUE_BYTES = 128 * 1024
"""What a router on the way may hold; more would let the sender run ahead of the line."""


class SlowLine:
    """The near end: where to connect to, and what came down."""

    def __init__(self, output: IO[str]) -> None:
        self._output = output
        self.port = int(output.readline())

    @property
    def url(self) -> str:
        """What to connect to instead of the target."""
        return f"http://127.0.0.1:{self.port}"

    def came_down(self) -> int:
        """Bytes of the next connection that ended; waits for it."""
        return int(self._output.readline())


@contextmanager
def slow_line(target_port: int, bits_per_s: int) -> Iterator[SlowLine]:
    """A line to 127.0.0.1:`target_port` for the length of the block."""
    command = [sys.executable, "-m", "benchmarks._slow_line", str(target_port), str(bits_per_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None, "a pipe was asked for"
        try:
            yield SlowLine(process.stdout)
        finally:
            process.terminate()


def serve(target_port: int, bytes_per_s: float) -> None:
    """Forward connections one after the other, for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        near, _ = listener.accept()
        far = socket.create_connection(("127.0.0.1", target_port))
        far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, QUEUE_BYTES)
        threading.Thread(target=_pass_on, args=(near, far), daemon=True).start()
        print(_trickle(far, near, bytes_per_s), flush=True)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Requests go up at once: they are small."""
    with suppress(OSError):  # one end hung up: the other way down says so
        while content := source.recv(PIECE_BYTES):
            sink.sendall(content)
        sink.shutdown(socket.SHUT_WR)


def _trickle(source: socket.socket, sink: socket.socket, bytes_per_s: float) -> int:
    free_at_s, total = time.monotonic(), 0
    while content := source.recv(PIECE_BYTES):
        free_at_s = max(free_at_s, time.monotonic()) + len(content) / bytes_per_s
        time.sleep(max(0.0, free_at_s - time.monotonic()))  # a piece has arrived when its last bit has
        sink.sendall(content)
        total += len(content)
    sink.close()
    return total


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]) / 8)
