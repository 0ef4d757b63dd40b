"""Judges what a scanner in keyboard mode typed into a page: the page is not trusted, the scanner may have been set up by anybody."""

from __future__ import annotations

import re

from devices.readings import Scan, ScanFault

MAX_CHARACTERS = 512

# All our codes, GS1 element strings and web addresses are printable ASCII.
_ALLOWED = re.compile(r"[ -~]+")

# What scanners put behind a code; which of them is a matter of their set-up sheet.
_SUFFIX = "\r\n\t"

# An input method in full-width mode types "Ｐ１" for "P1": the block FF01-FF5E mirrors 21-7E, and U+3000 is its space.
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(0x7E - 0x21 + 1)} | {0x3000: 0x20}


def read_keyboard_scan(raw: str, *, at_ms: int) -> Scan | ScanFault:
    """The scan that `raw` stands for, its suffix gone and full-width characters made plain; else why it is none."""
    if len(raw) > MAX_CHARACTERS + len(_SUFFIX):
        return ScanFault.TOO_LONG
    text = raw.rstrip(_SUFFIX).translate(_HALF_WIDTH).strip(" ")
    if not text:
        return ScanFault.EMPTY
    if len(text) > MAX_CHARACTERS:
        return ScanFault.TOO_LONG
    if not _ALLOWED.fullmatch(text):
        return ScanFault.STRANGE_CHARACTER
    return Scan(text=text, at_ms=at_ms)
