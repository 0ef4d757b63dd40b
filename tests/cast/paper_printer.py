"""A label printer made of code: it reads ESC/POS byte by byte as a TM printer does, and gives what would be on the paper."""

import socket
import threading
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image

QUIET = 4


@dataclass
class Paper:
    """What came out: lines of text with their size, codes as they scan, and how often it was cut."""

    lines: list[tuple[str, int]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    cuts: int = 0
    columns_used: int = 0


class UnknownCommand(AssertionError):
    """The bytes hold something this printer's manual does not have."""


class Interpreter:
    """Reads one job. Text is cp949 once FS & was heard; before that a byte of Hangul prints as garbage, as on paper."""

    def __init__(self, data: bytes) -> None:
        self.paper = Paper()
        self._data, self._at = data, 0
        self._size, self._is_hangul = 1, False
        self._line = b""
        self._stored = ""
        self.dots = 0

    def run(self) -> Paper:
        """Everything that comes out."""
        while self._at < len(self._data):
            self._step(self._take(1)[0])
        assert not self._line, "text without an end of line"
        return self.paper

    def _take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        assert len(found) == count, "a command is cut off"
        self._at += count
        return found

    def _step(self, byte: int) -> None:
        if byte == 0x1B:
            self._escape(self._take(1))
        elif byte == 0x1C:
            assert self._take(1) == b"&"
            self._is_hangul = True
        elif byte == 0x1D:
            self._group(self._take(1))
        elif byte == 0x0A:
            self._end_line()
        elif byte >= 0x20:
            self._line += bytes((byte,))
        else:
            raise UnknownCommand(f"{byte:#x}")

    def _escape(self, command: bytes) -> None:
        if command == b"@":
            self._size, self._is_hangul = 1, False
        elif command in (b"a", b"d"):
            self._take(1)
        else:
            raise UnknownCommand(f"ESC {command!r}")

    def _group(self, command: bytes) -> None:
        if command == b"!":
            (scale,) = self._take(1)
            assert scale >> 4 == scale & 15
            self._size = (scale & 15) + 1
        elif command == b"V":
            assert self._take(2)[:1] == b"B"
            self.paper.cuts += 1
        elif command == b"(":
            assert self._take(1) == b"k"
            self._code(self._take(int.from_bytes(self._take(2), "little")))
        elif command == b"v":
            self._raster(self._take(6))
        else:
            raise UnknownCommand(f"GS {command!r}")

    def _end_line(self) -> None:
        if self._line:
            text = self._line.decode("cp949" if self._is_hangul else "latin-1")
            self.paper.columns_used = max(self.paper.columns_used, len(self._line) * self._size)
            self.paper.lines.append((text, self._size))
        self._line = b""

    def _code(self, function: bytes) -> None:
        assert function[:1] == b"1", "no QR code"
        name, rest = function[1:2], function[2:]
        if name == b"P":
            self._stored = rest[1:].decode("ascii")
        elif name == b"C":
            self.dots = rest[0]
        elif name == b"Q":
            assert self.dots >= 3
            self.paper.codes.append(self._stored)
        elif name not in (b"A", b"E"):
            raise UnknownCommand(f"GS ( k {name!r}")

    def _raster(self, head: bytes) -> None:
        assert head[:2] == b"0\x00"
        row_bytes, height = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        bits = self._take(row_bytes * height)
        image = Image.frombytes("1", (row_bytes * 8, height), bytes(255 - byte for byte in bits))
        self.paper.codes += [code.text for code in zxingcpp.read_barcodes(image.convert("L"))]


class NetworkPrinter:
    """The same at a real TCP port. It answers as its state says; `is_silent`: it has no way back."""

    def __init__(self) -> None:
        self.has_paper, self.is_open, self.is_silent = True, False, False
        self.runs_out = False  # while the label is printed
        self.job = b""
        self.jobs: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Switch it off."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(2)

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            with caller:
                self._talk(caller)
                self.jobs.append(self.job)

    def _talk(self, caller: socket.socket) -> None:
        self.job = b""
        while data := caller.recv(65_536):
            for question, answer in self._answers().items():
                if question in data:
                    data = data.replace(question, b"")
                    if not self.is_silent:
                        caller.sendall(bytes((answer,)))
            self.job += data

    def _answers(self) -> dict[bytes, int]:
        stopped = not self.has_paper or self.is_open
        return {
            b"\x10\x04\x01": 0x12 | (0x08 if stopped else 0),
            b"\x10\x04\x02": 0x12 | (0x04 if self.is_open else 0) | (0 if self.has_paper else 0x20),
            b"\x10\x04\x04": 0x12 | (0 if self.has_paper else 0x60),
            b"\x1dr\x01": 0x0C if self.runs_out else 0x00,
        }
