"""Turns what a device says about its glass (diagonal, resolution) into the few CSS values every length hangs on."""

from __future__ import annotations

import math
from enum import StrEnum

import msgspec

MM_PER_INCH = 25.4

# Height of 가 in em, measured in the font (from -0.079 to 0.789).
HANGUL_EM = 0.868

# Korean kiosk rule: glyphs of at least 12 mm (tokens.css), on glass up to 28 cm of at least 7.25 mm.
SMALL_GLASS_MM = 280.0
SMALL_GLASS_HANGUL_MM = 7.25


class DeviceKind(StrEnum):
    """How far away and by whom a screen is read; the value of `data-device` on <html>."""

    KIOSK = "kiosk"
    BOARD = "board"
    TABLET = "tablet"
    SIGNAGE = "signage"
    PHONE = "phone"
    DESK = "desk"


class BadScreen(ValueError):
    """A screen nobody can own was stated; correct the setting named in the message."""


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """One pane of glass: its kind, its diagonal in inches, its resolution in CSS pixels.

    Raises BadScreen for sizes outside what is sold, so that a slip of the pen in a setting is said at start-up.
    """

    kind: DeviceKind
    diagonal_in: float
    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        if not (math.isfinite(self.diagonal_in) and 3.0 <= self.diagonal_in <= 120.0):
            raise BadScreen(f"diagonal_in is {self.diagonal_in}, expected 3 to 120 inches")
        for name, pixels in (("width_px", self.width_px), ("height_px", self.height_px)):
            if not 200 <= pixels <= 16_384:
                raise BadScreen(f"{name} is {pixels}, expected 200 to 16384 CSS pixels")

    @property
    def mm_px(self) -> float:
        """CSS pixels per millimetre on this glass."""
        return math.hypot(self.width_px, self.height_px) / (self.diagonal_in * MM_PER_INCH)

    @property
    def is_small(self) -> bool:
        """Whether the rule for glass up to 28 cm applies."""
        return self.diagonal_in * MM_PER_INCH <= SMALL_GLASS_MM


def device_style(screen: Screen) -> str:
    """The stylesheet, loaded after tokens.css, that states this screen's millimetre; a small kiosk also reads at tablet distance."""
    lines = [f"  --mm: {screen.mm_px:.4f}px;"]
    if screen.kind is DeviceKind.KIOSK and screen.is_small:
        smallest_em_mm = math.ceil(10 * SMALL_GLASS_HANGUL_MM / HANGUL_EM) / 10
        lines += [f"  --t0: {smallest_em_mm};", "  --u: calc(2 * var(--mm));"]
    body = "\n".join(lines)
    return f':root[data-device="{screen.kind}"] {{\n{body}\n}}\n'
