"""Draws a parcel label as a PDF of the label's true size, so that any label printer with a system driver prints it unscaled."""

from __future__ import annotations

import threading
from importlib.resources import as_file, files
from io import BytesIO

import msgspec
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from devices.ports import BadLabel, ParcelLabel
from devices.qr import QUIET_MODULES, dark_runs, qr_modules

FONT = "StorefloorSans600"
_MARGIN_MM = 2.5
_ROW_GAP_MM = 1.0

# A thermal head of 203 dpi has 8 dots per millimetre: below 0.4 mm a module is three dots and cheap scanners fail.
_SMALLEST_MODULE_MM = 0.4
_SMALLEST_TEXT_MM = 1.8


class LabelSize(msgspec.Struct, frozen=True, kw_only=True):
    """The paper in millimetres, wider than high. 62 by 40 is what continuous-roll label printers cut."""

    width_mm: float = 62.0
    height_mm: float = 40.0


class PdfLabelPrinter:
    """Makes label PDFs. One per process: it loads the font once; safe to use from several threads."""

    def __init__(self, size: LabelSize | None = None) -> None:
        self._size = size or LabelSize()
        self._drawing = threading.Lock()
        with as_file(files("devices") / "fonts" / "storefloor-sans-600.ttf") as font_file:
            self._font = TTFont(FONT, str(font_file))
        pdfmetrics.registerFont(self._font)

    def pdf(self, label: ParcelLabel) -> bytes:
        """One page; the same label gives the same bytes. Raises BadLabel."""
        self._check(label)
        target = BytesIO()
        page = (self._size.width_mm * mm, self._size.height_mm * mm)
        with self._drawing:
            canvas = Canvas(target, pagesize=page, invariant=1, pageCompression=1, lang="ko")
            canvas.setTitle(f"{label.display_code} {_which(label)}")
            self._draw(canvas, label)
            canvas.showPage()
            canvas.save()
        return target.getvalue()

    def _check(self, label: ParcelLabel) -> None:
        written = label.text + label.display_code + label.shelf + label.store
        missing = sorted({sign for sign in written if ord(sign) not in self._font.face.charToGlyph})
        if missing:
            raise BadLabel(f"the label font has no {' '.join(missing)!r}")
        if not label.text or not label.display_code or not label.shelf:
            raise BadLabel("a label needs its text, its display code and its shelf")

    def _draw(self, canvas: Canvas, label: ParcelLabel) -> None:
        """QR on the left, what a person reads on the right, the text of the QR along the foot for when it must be typed."""
        width_mm, height_mm = self._size.width_mm, self._size.height_mm
        foot_mm = self._fit(canvas, label.text, _MARGIN_MM, _MARGIN_MM, width_mm - 2 * _MARGIN_MM, largest_mm=3.4)
        box_mm = min(height_mm - _MARGIN_MM - foot_mm, width_mm / 2)
        _draw_qr(canvas, label.text, left_mm=0.0, top_mm=height_mm, box_mm=box_mm)
        column_mm = width_mm - _MARGIN_MM - box_mm
        top_mm = height_mm - _MARGIN_MM
        store = _shortened(label.store, column_mm)
        rows = ((label.display_code, 10.0), (label.shelf, 7.5), (_which(label), 5.0), (store, 2.8))
        for text, largest_mm in rows:
            if text:
                used_mm = self._fit(canvas, text, box_mm, top_mm, column_mm, largest_mm=largest_mm, hangs=True)
                top_mm -= used_mm + _ROW_GAP_MM
        if top_mm < _MARGIN_MM + foot_mm:
            raise BadLabel(f"{width_mm:g} by {height_mm:g} mm of paper is too little for this label")

    def _fit(
        self,
        canvas: Canvas,
        text: str,
        left_mm: float,
        at_mm: float,
        room_mm: float,
        *,
        largest_mm: float,
        hangs: bool = False,
    ) -> float:
        """Write one line as large as the room allows, standing on `at_mm` or hanging from it; the height used in millimetres."""
        width_at_1_mm = pdfmetrics.stringWidth(text, FONT, 1.0)
        size_mm = min(largest_mm, room_mm / width_at_1_mm)
        if size_mm < _SMALLEST_TEXT_MM:
            raise BadLabel(f"{text!r} would be {size_mm:.1f} mm high, too small to be read")
        baseline_mm = at_mm - 0.82 * size_mm if hangs else at_mm + 0.12 * size_mm
        canvas.setFont(FONT, size_mm * mm)
        canvas.drawString(left_mm * mm, baseline_mm * mm, text)
        return size_mm


def _which(label: ParcelLabel) -> str:
    return f"{label.number}/{label.count}" if label.count else f"#{label.number}"


def _shortened(text: str, room_mm: float) -> str:
    """A store's long name gives way: a label must not fail for what is only a courtesy."""
    if _smallest_width_mm(text) <= room_mm:
        return text
    while text and _smallest_width_mm(text + "…") > room_mm:
        text = text[:-1].rstrip()
    return text + "…"


def _smallest_width_mm(text: str) -> float:
    return pdfmetrics.stringWidth(text, FONT, _SMALLEST_TEXT_MM)


def _draw_qr(canvas: Canvas, text: str, *, left_mm: float, top_mm: float, box_mm: float) -> None:
    """The code with its quiet zone inside the box, whose edges may be those of the paper."""
    modules = qr_modules(text)
    module_mm = box_mm / (len(modules) + 2 * QUIET_MODULES)
    if module_mm < _SMALLEST_MODULE_MM:
        raise BadLabel(f"the QR's modules would be {module_mm:.2f} mm, too small for a scanner")
    path = canvas.beginPath()
    for x, y, length in dark_runs(modules):
        path.rect(
            (left_mm + (x + QUIET_MODULES) * module_mm) * mm,
            (top_mm - (y + 1 + QUIET_MODULES) * module_mm) * mm,
            length * module_mm * mm,
            module_mm * mm,
        )
    canvas.drawPath(path, stroke=0, fill=1)
