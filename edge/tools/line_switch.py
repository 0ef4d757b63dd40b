"""A line that can be cut: a TCP forwarder between a hub and central, for the demo, the replay and the tests.

Cutting resets every live connection and stops listening, as an unplugged cable behind a router does; nothing is
faked inside the application. One event loop in one thread of its own; every method may be called from any thread.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER with zero seconds: closing sends RST, so both ends learn at once that the line is gone."""

CHUNK_BYTES = 65_536


class LineSwitch:
    """Forwards 127.0.0.1:`port` to `target`; starts restored. `port` 0 picks a free one, see `self.port`."""

    def __init__(self, target: tuple[str, int], port: int = 0) -> None:
        self.target = target
        self.port = port
        self._live: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._bytes_left: int | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line-switch", daemon=True)
        self._thread.start()
        self.restore()

    @property
    def is_cut(self) -> bool:
        """True while nothing gets through."""
        return self._server is None

    @property
    def url(self) -> str:
        """What to connect to instead of the target."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Reset every live connection and refuse new ones. Cutting a cut line changes nothing."""
        self._run(self._cut())

    def restore(self) -> None:
        """Let connections through again. Restoring a whole line changes nothing."""
        self._run(self._restore())

    def cut_after(self, sent_bytes: int) -> None:
        """Cut by itself once `sent_bytes` more have gone towards the target: a line lost in the middle of a push."""
        self._bytes_left = sent_bytes

    def close(self) -> None:
        """Cut, and end the thread."""
        self._run(self._cut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _restore(self) -> None:
        self._bytes_left = None
        if self._server is None:
            self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._live):
            _reset(writer)
        self._live.clear()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection(*self.target)
        except OSError:
            _reset(writer)
            return
        self._live |= {writer, up_writer}
        await asyncio.gather(self._pump(reader, up_writer, upwards=True), self._pump(up_reader, writer, upwards=False))
        self._live -= {writer, up_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upwards: bool) -> None:
        # A reset on either side is the very thing this tool is for: it ends the pump, it is no error.
        with contextlib.suppress(ConnectionError, OSError):
            while chunk := await reader.read(CHUNK_BYTES):
                writer.write(self._metered(chunk) if upwards else chunk)
                await writer.drain()
                if self._bytes_left == 0:
                    await self._cut()
                    return
        with contextlib.suppress(OSError):
            writer.close()

    def _metered(self, chunk: bytes) -> bytes:
        if self._bytes_left is None:
            return chunk
        passed = chunk[: self._bytes_left]
        self._bytes_left -= len(passed)
        return passed


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()
