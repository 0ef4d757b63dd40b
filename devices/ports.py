"""What the screens may ask of hardware, so that wiring can hand in any driver that keeps the promise."""

from __future__ import annotations

from typing import Protocol

import msgspec

from devices.readings import Scan, ScanFault

__all__ = ["BadLabel", "Clock", "LabelPrinter", "ParcelLabel", "QrImage", "Scan", "ScanFault", "Scanner"]


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


class BadLabel(ValueError):
    """The label cannot be printed as asked: characters the font does not have, a text without end, or paper too small."""


class LabelPrinter(Protocol):
    """Makes a label that can be stuck on a parcel."""

    def pdf(self, label: ParcelLabel) -> bytes:
        """One page of the label's true size. Raises BadLabel, whose message names what no printer could print."""
        ...
