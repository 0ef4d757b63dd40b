"""What the screens may ask of hardware, so that wiring can hand in any driver that keeps the promise."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import msgspec

from devices.readings import Scan, ScanFault

__all__ = [
    "BadLabel",
    "Clock",
    "LabelPrinter",
    "ParcelLabel",
    "Printed",
    "PrinterTrouble",
    "QrImage",
    "RollLabel",
    "Scan",
    "ScanFault",
    "Scanner",
    "Written",
]


class Clock(Protocol):
    """Wall time to label a thing with, monotonic time to wait by; both in milliseconds."""

    def now_ms(self) -> int:
        """Wall time, UTC."""
        ...

    def monotonic_ms(self) -> int:
        """Time that only goes forward, from an arbitrary start."""
        ...


class Scanner(Protocol):
    """Reads what one kind of scanner sends: a Scan, or the reason why it is none."""

    def __call__(self, raw: str, *, at_ms: int) -> Scan | ScanFault:
        """`raw` is untrusted and may be of any length."""
        ...


class QrImage(Protocol):
    """Draws a text as a QR code that any scanner reads off any of our screens."""

    def __call__(self, text: str, *, label: str) -> str:
        """One `<svg>` element, quiet zone included; `label` says in the reader's language what the code is for."""
        ...


class ParcelLabel(msgspec.Struct, frozen=True, kw_only=True):
    """What a parcel label carries. Nothing on it names the shopper: labels lie open on a shelf.

    `text` is the parcel's own code (PK1…), `display_code` the four characters called out, `shelf` where it lies; `count` is
    None while more parcels may follow.
    """

    text: str
    display_code: str
    shelf: str
    number: int
    count: int | None = None
    store: str = ""


class RollLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A label printed beforehand: its own code (RL1…) and its number; a parcel is tied to it when it is staged."""

    text: str
    serial: int
    store: str = ""


class BadLabel(ValueError):
    """The label cannot be printed as asked: characters the font does not have, a text without end, or paper too small."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A label in a printer's own language; `replaced` are the characters it has no sign for."""

    data: bytes
    replaced: tuple[str, ...] = ()


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """The label is out. `confirmed` False: the printer took it and cannot say; `replaced` as in `Written`."""

    confirmed: bool
    replaced: tuple[str, ...] = ()


class PrinterTrouble(StrEnum):
    """Why no label came out. The label can be printed again once it is mended."""

    no_printer = "no_printer"  # none is set up: the PDF goes to any printer the desk has
    away = "away"  # switched off, or its cable is out
    no_paper = "no_paper"
    not_ready = "not_ready"  # cover open, or it waits for a person


class LabelPrinter(Protocol):
    """Makes a label that can be stuck on a parcel, for any printer, for one that is set up, and for the screen."""

    def pdf(self, label: ParcelLabel) -> bytes:
        """One page of the label's true size. Raises BadLabel, whose message names what no printer could print."""
        ...

    def svg(self, label: ParcelLabel) -> str:
        """The same label as an image for the screen. Raises BadLabel."""
        ...

    def print(self, label: ParcelLabel) -> Printed | PrinterTrouble:
        """Print it on the printer that is set up; takes as long as that printer, at most about ten seconds. Raises BadLabel."""
        ...
