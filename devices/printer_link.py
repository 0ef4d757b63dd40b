"""Carries bytes to a label printer on the network or at a USB port, and says in one word why it does not print."""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from devices.ports import Printed, PrinterTrouble

CONNECT_S = 2.0
ANSWER_S = 1.0
"""A printer answers a real-time question at once; one that does not, has no way back (or none that is wired)."""
PRINTED_S = 6.0
"""A label is out of any printer in two seconds; past six it waits for paper or a person."""

_ASK_PRINTER = b"\x10\x04\x01"  # DLE EOT 1, 2 and 4: is it ready, why not, is there paper
_ASK_CAUSE = b"\x10\x04\x02"
_ASK_PAPER = b"\x10\x04\x04"
_ASK_PRINTED = b"\x1dr\x01"  # GS r 1 waits its turn, so its answer means that the label is out

_OFFLINE, _PAPER_STOP, _PAPER_END, _ROLL_END = 0x08, 0x20, 0x60, 0x0C
_FIXED_MASK, _FIXED = 0x93, 0x12  # the bits that mark a byte as a real-time answer


class Channel(Protocol):
    """Bytes to a printer and back."""

    def send(self, data: bytes) -> None:
        """All of it, or OSError."""
        ...

    def receive(self, wait_s: float) -> int | None:
        """The next byte, or None when none comes."""
        ...


class PrinterLink:
    """One printer: `tcp://10.0.0.9:9100`, or the path of its port, `/dev/usb/lp0`. One label at a time."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._printing = threading.Lock()

    def print(self, data: bytes) -> Printed | PrinterTrouble:
        """Print these bytes, unless the printer is away, not ready or out of paper; then nothing, or only a part, came out."""
        with self._printing:
            try:
                with _open(self._address) as channel:
                    return _print(channel, data)
            except OSError:
                return PrinterTrouble.away


def _print(channel: Channel, data: bytes) -> Printed | PrinterTrouble:
    ready = _ask(channel, _ASK_PRINTER)
    if ready is not None and (trouble := _why_not(channel, ready)) is not None:
        return trouble
    channel.send(data)
    if ready is None:
        return Printed(confirmed=False)  # it never speaks: what is known is that it took the bytes
    channel.send(_ASK_PRINTED)
    done = channel.receive(PRINTED_S)
    if done is None:
        return _why_not(channel, _OFFLINE) or PrinterTrouble.not_ready
    return PrinterTrouble.no_paper if done & _ROLL_END == _ROLL_END else Printed(confirmed=True)


def _why_not(channel: Channel, ready: int) -> PrinterTrouble | None:
    paper = _ask(channel, _ASK_PAPER)
    if paper is not None and paper & _PAPER_END == _PAPER_END:
        return PrinterTrouble.no_paper
    if not ready & _OFFLINE:
        return None
    cause = _ask(channel, _ASK_CAUSE)
    return PrinterTrouble.no_paper if cause is not None and cause & _PAPER_STOP else PrinterTrouble.not_ready


def _ask(channel: Channel, question: bytes) -> int | None:
    channel.send(question)
    answer = channel.receive(ANSWER_S)
    return answer if answer is not None and answer & _FIXED_MASK == _FIXED else None


class _Network:
    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def send(self, data: bytes) -> None:
        self._socket.settimeout(PRINTED_S)
        self._socket.sendall(data)

    def receive(self, wait_s: float) -> int | None:
        self._socket.settimeout(wait_s)
        try:
            found = self._socket.recv(1)
        except TimeoutError:
            return None
        return found[0] if found else None


class _Port:
    """A printer's port as a file. Without the way back, as most drivers give it, `receive` finds nothing."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            _, writable, _ = select.select([], [self._handle], [], PRINTED_S)
            if not writable:
                raise TimeoutError("the printer's port takes nothing")
            rest = rest[os.write(self._handle, rest) :]

    def receive(self, wait_s: float) -> int | None:
        readable, _, _ = select.select([self._handle], [], [], wait_s)
        found = os.read(self._handle, 1) if readable else b""
        return found[0] if found else None


@contextmanager
def _open(address: str) -> Iterator[Channel]:
    if address.startswith("tcp://"):
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_S) as connected:
            yield _Network(connected)
        return
    handle = os.open(address, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        yield _Port(handle)
    finally:
        os.close(handle)
