"""Writes a label in ESC/POS, the language of receipt and label printers: Hangul as cp949, the QR by the printer's own command.

Commands as in Epson's reference for its TM series, which other makers follow; a printer without the QR command gets a
raster image. What cp949 cannot write is printed as 〓, the mark printers use for a missing sign, and named to whoever asked.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

import msgspec

from devices.label_layout import which
from devices.ports import BadLabel, ParcelLabel, Written
from devices.qr import QUIET_MODULES, qr_modules

SUBSTITUTE = "〓"

_ESC, _FS, _GS = b"\x1b", b"\x1c", b"\x1d"
_RESET = _ESC + b"@"
_HANGUL_ON = _FS + b"&"
_CENTRE = _ESC + b"a\x01"
_FEED_AND_CUT = _GS + b"VB\x18"  # feeds 24 dots beyond the blade, so that the foot line is not cut through
_FEED = _ESC + b"d\x04"

_CELL_DOTS = 12
"""Width of a half-width character of font A; Hangul is two of them."""
_LARGEST = 4
"""Past four times its size a character gains nothing at a shelf's distance and costs paper."""
_MODULE_DOTS = (3, 10)
"""Below three dots (0.37 mm) cheap scanners fail; above ten the code is larger than the sticker."""


class QrBy(StrEnum):
    """How the code is printed."""

    command = "command"
    raster = "raster"


class Roll(msgspec.Struct, frozen=True, kw_only=True):
    """The paper: 576 dots are 80 mm, 384 are 58 mm, both at 203 dpi."""

    width_dots: int = 576
    qr_by: QrBy = QrBy.command
    cuts: bool = True


def write_label(label: ParcelLabel, roll: Roll) -> Written:
    """The bytes of one label, from reset to cut. Raises BadLabel when it has no text, no code or no shelf."""
    if not label.text or not label.display_code or not label.shelf:
        raise BadLabel("a label needs its text, its display code and its shelf")
    lines = [(label.display_code, _LARGEST), (label.shelf, 3), (which(label), 2)]
    replaced: list[str] = []
    body = b""
    for text, largest in lines:
        body += _line(text, largest, roll, replaced)
    store = _line(label.store, 1, roll, replaced) if label.store else b""
    code = _qr_by_command(label.text, roll) if roll.qr_by is QrBy.command else _qr_by_raster(label.text, roll)
    foot = _line(label.text, 1, roll, replaced)
    end = _FEED_AND_CUT if roll.cuts else _FEED
    data = b"".join((_RESET, _HANGUL_ON, _CENTRE, body, store, code, foot, end))
    return Written(data=data, replaced=tuple(dict.fromkeys(replaced)))


def in_cp949(text: str) -> tuple[bytes, list[str]]:
    """The text as the printer reads it, and the characters that were replaced.

    Jamo that came apart are put together, a letter with an accent that cp949 lacks loses the accent, and anything else,
    a control character above all, becomes the substitute: whoever names a shelf must not be able to command the printer.
    """
    written, replaced = b"", []
    for sign in unicodedata.normalize("NFC", text):
        known = next((each for each in (sign, _plain(sign)) if _fits(each)), None)
        if known is None or known != sign:
            replaced.append(sign)
        written += (known or SUBSTITUTE).encode("cp949")
    return written, replaced


def columns(written: bytes) -> int:
    """How many half-width cells these bytes of cp949 take: one for each byte."""
    return len(written)


def _plain(sign: str) -> str:
    """The letter without its accent, or the sign itself."""
    return unicodedata.normalize("NFKD", sign)[:1] or sign


def _fits(sign: str) -> bool:
    if unicodedata.category(sign) in ("Cc", "Cf"):
        return False
    try:
        return bool(sign.encode("cp949"))
    except UnicodeEncodeError:
        return False


def _line(text: str, largest: int, roll: Roll, replaced: list[str]) -> bytes:
    """One line, as large as it fits on the paper, cut off where even the smallest does not."""
    written, lost = in_cp949(text)
    replaced += lost
    cells = roll.width_dots // _CELL_DOTS
    if columns(written) > cells:
        written = _cut(written, cells)
    size = max(1, min(largest, cells // max(1, columns(written))))
    return _GS + b"!" + bytes(((size - 1) << 4 | size - 1,)) + written + b"\n"


def _cut(written: bytes, cells: int) -> bytes:
    """The first cells, never half a Hangul syllable."""
    text = written.decode("cp949")
    while len(text.encode("cp949")) > cells:
        text = text[:-1]
    return text.encode("cp949")


def _module_dots(modules: int, roll: Roll) -> int:
    fitting = roll.width_dots * 5 // 8 // (modules + 2 * QUIET_MODULES)
    return max(_MODULE_DOTS[0], min(_MODULE_DOTS[1], fitting))


def _qr_by_command(text: str, roll: Roll) -> bytes:
    """Model 2, error correction M, then store and print (functions 65, 67, 69, 80 and 81 of GS ( k)."""
    dots = _module_dots(len(qr_modules(text)), roll)
    data = text.encode("ascii")
    return b"".join(
        (
            _GS + b"!\x00",
            _gs_k(b"A2\x00"),
            _gs_k(b"C" + bytes((dots,))),
            _gs_k(b"E1"),
            _gs_k(b"P0" + data),
            _gs_k(b"Q0"),
            b"\n",
        )
    )


def _gs_k(function: bytes) -> bytes:
    body = b"1" + function
    return _GS + b"(k" + len(body).to_bytes(2, "little") + body


def _qr_by_raster(text: str, roll: Roll) -> bytes:
    """The code as a bit image (GS v 0), its quiet zone included."""
    modules = qr_modules(text)
    dots = _module_dots(len(modules), roll)
    side = (len(modules) + 2 * QUIET_MODULES) * dots
    row_bytes = (side + 7) // 8
    rows = bytearray(QUIET_MODULES * dots * row_bytes)
    for row in modules:
        bits = "0" * (QUIET_MODULES * dots) + "".join(("1" if dark else "0") * dots for dark in row)
        rows += int(bits.ljust(row_bytes * 8, "0"), 2).to_bytes(row_bytes, "big") * dots
    rows += bytes(QUIET_MODULES * dots * row_bytes)
    return _GS + b"v0\x00" + row_bytes.to_bytes(2, "little") + side.to_bytes(2, "little") + bytes(rows) + b"\n"
