"""Says where everything on a label goes, in millimetres: paper and screen draw the same label from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from devices.ports import BadLabel, ParcelLabel, RollLabel
from devices.qr import QUIET_MODULES, qr_modules

MARGIN_MM = 2.5
_ROW_GAP_MM = 1.0

# A thermal head of 203 dpi has 8 dots per millimetre: below 0.4 mm a module is three dots and cheap scanners fail.
_SMALLEST_MODULE_MM = 0.4
_SMALLEST_TEXT_MM = 1.8

WidthOf = Callable[[str], float]
"""How wide a text is for each millimetre of its height."""


class LabelSize(msgspec.Struct, frozen=True, kw_only=True):
    """The paper in millimetres, wider than high. 62 by 40 is what continuous-roll label printers cut."""

    width_mm: float = 62.0
    height_mm: float = 40.0


class PlacedText(msgspec.Struct, frozen=True, kw_only=True):
    """One line of text; `baseline_mm` is counted from the foot of the label."""

    text: str
    left_mm: float
    baseline_mm: float
    size_mm: float
    width_mm: float


class PlacedCode(msgspec.Struct, frozen=True, kw_only=True):
    """The QR code in the upper left corner: its modules with the quiet zone inside a square of `box_mm`."""

    modules: tuple[tuple[bool, ...], ...]
    module_mm: float
    box_mm: float


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """A label, ready to be drawn."""

    size: LabelSize
    texts: tuple[PlacedText, ...]
    code: PlacedCode


def lay_out(label: ParcelLabel | RollLabel, size: LabelSize, width_of: WidthOf) -> Layout:
    """QR on the left, what a person reads on the right, the text of the QR along the foot for when it must be typed.

    Raises BadLabel when the paper is too small for it.
    """
    foot = _fit(label.text, MARGIN_MM, size.width_mm - 2 * MARGIN_MM, 3.4, width_of)
    box_mm = min(size.height_mm - MARGIN_MM - foot.size_mm, size.width_mm / 2)
    code = _code(label.text, box_mm)
    room_mm = size.width_mm - MARGIN_MM - box_mm
    top_mm = size.height_mm - MARGIN_MM
    rows = []
    for text, largest_mm in _rows(label, room_mm, width_of):
        row = _fit(text, box_mm, room_mm, largest_mm, width_of)
        rows.append(msgspec.structs.replace(row, baseline_mm=top_mm - 0.82 * row.size_mm))
        top_mm -= row.size_mm + _ROW_GAP_MM
    if top_mm < MARGIN_MM + foot.size_mm:
        raise BadLabel(f"{size.width_mm:g} by {size.height_mm:g} mm of paper is too little for this label")
    placed_foot = msgspec.structs.replace(foot, baseline_mm=MARGIN_MM + 0.12 * foot.size_mm)
    return Layout(size=size, texts=(placed_foot, *rows), code=code)


def which(label: ParcelLabel) -> str:
    """Which of the order's parcels it is: 1/2, or #1 while more may follow."""
    return f"{label.number}/{label.count}" if label.count else f"#{label.number}"


def _rows(label: ParcelLabel | RollLabel, room_mm: float, width_of: WidthOf) -> Sequence[tuple[str, float]]:
    store = _shortened(label.store, room_mm, width_of)
    rows: tuple[tuple[str, float], ...]
    if isinstance(label, RollLabel):
        rows = ((f"{label.serial:06d}", 9.0), (store, 2.8))
    else:
        rows = ((label.display_code, 10.0), (label.shelf, 7.5), (which(label), 5.0), (store, 2.8))
    return [(text, largest_mm) for text, largest_mm in rows if text]


def _fit(text: str, left_mm: float, room_mm: float, largest_mm: float, width_of: WidthOf) -> PlacedText:
    """One line as large as the room allows."""
    size_mm = min(largest_mm, room_mm / width_of(text))
    if size_mm < _SMALLEST_TEXT_MM:
        raise BadLabel(f"{text!r} would be {size_mm:.1f} mm high, too small to be read")
    return PlacedText(text=text, left_mm=left_mm, baseline_mm=0.0, size_mm=size_mm, width_mm=width_of(text) * size_mm)


def _shortened(text: str, room_mm: float, width_of: WidthOf) -> str:
    """A store's long name gives way: a label must not fail for what is only a courtesy."""
    if not text or width_of(text) * _SMALLEST_TEXT_MM <= room_mm:
        return text
    while text and width_of(text + "…") * _SMALLEST_TEXT_MM > room_mm:
        text = text[:-1].rstrip()
    return text + "…"


def _code(text: str, box_mm: float) -> PlacedCode:
    """The code with its quiet zone inside the box, whose edges may be those of the paper."""
    modules = qr_modules(text)
    module_mm = box_mm / (len(modules) + 2 * QUIET_MODULES)
    if module_mm < _SMALLEST_MODULE_MM:
        raise BadLabel(f"the QR's modules would be {module_mm:.2f} mm, too small for a scanner")
    return PlacedCode(modules=modules, module_mm=module_mm, box_mm=box_mm)
