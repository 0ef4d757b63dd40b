"""Reckons whether a list fits its place on the glass, so that the buttons that turn it are there from the first paint.

All lengths in millimetres as the stylesheets give them; a browser test holds them against the real thing.
"""

import math
from collections.abc import Sequence

from edge.settings import KioskSettings
from kiosk_ui.design.device import MM_PER_INCH
from kiosk_ui.kiosk.walk import Here, Stop, WishShown

HEAD_MM = 60.4
FOOT_MM = 100.8
ROW_MM = 33.7  # "not in this store" and the two buttons
ASKS_MM = 41.0  # "something of pickup 7QK4 is missing"
NOTE_MM = 41.3  # "cart saved at 14:05", two lines
CROSSED_MM = 56.0  # a refused change whose line is gone
LOWER_MM = 110.0  # what easy mode and the lower screen leave free above

MARGIN_MM = 9.0
AISLE_MM = 25.0
LINE_MM = 64.8
WISH_MM = 17.0
FIT_MM = 27.5
AGE_MM = 12.5
NAME_ROW_MM = 17.1
NAME_EM = 16.0  # room for a name in one row
WIDE_EM, NARROW_EM = 0.87, 0.54  # a Hangul syllable, a Latin letter


def glass_height_mm(glass: KioskSettings) -> float:
    """How high the glass is."""
    return glass.diagonal_in * MM_PER_INCH * glass.height_px / math.hypot(glass.width_px, glass.height_px)


def list_height_mm(stops: Sequence[Stop], names: Sequence[str], *, headings: int) -> float:
    """How long the list is with these lines; `names` as shown, `headings` the aisles above them."""
    lines = sum(_line_mm(stop, name) for stop, name in zip(stops, names, strict=True))
    return MARGIN_MM + headings * AISLE_MM + lines


def place_height_mm(glass: KioskSettings, *, row: bool, note: bool, asks: bool, crossed: int, low: bool) -> float:
    """How much of the glass is left for the list."""
    taken = HEAD_MM + FOOT_MM + row * ROW_MM + note * NOTE_MM + asks * ASKS_MM + crossed * CROSSED_MM + low * LOWER_MM
    return glass_height_mm(glass) - taken


def _line_mm(stop: Stop, name: str) -> float:
    rows = math.ceil(_width_em(name) / NAME_EM) or 1
    extras = (
        (stop.wish is not WishShown.NONE) * WISH_MM
        + (stop.here is Here.SHORT and stop.wish is not WishShown.ORDERING) * FIT_MM
        + (stop.stock_old_ms is not None) * AGE_MM
    )
    return LINE_MM + (rows - 1) * NAME_ROW_MM + extras


def _width_em(text: str) -> float:
    return sum(WIDE_EM if ord(letter) > 0x1100 else NARROW_EM for letter in text)
