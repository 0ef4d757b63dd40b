"""Draws labels as a PDF of the label's true size, so that any label printer with a system driver prints it unscaled."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.resources import as_file, files
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from devices.label_layout import LabelSize, Layout, PlacedCode, lay_out, which
from devices.ports import BadLabel, ParcelLabel, RollLabel
from devices.qr import QUIET_MODULES, dark_runs

FONT = "StorefloorSans600"


class PdfLabels:
    """Makes label PDFs. One per process: it loads the font once; safe to use from several threads."""

    def __init__(self, size: LabelSize | None = None) -> None:
        self.size = size or LabelSize()
        self._drawing = threading.Lock()
        with as_file(files("devices") / "fonts" / "storefloor-sans-600.ttf") as font_file:
            self._font = TTFont(FONT, str(font_file))
        pdfmetrics.registerFont(self._font)

    def layout(self, label: ParcelLabel | RollLabel) -> Layout:
        """Where everything goes. Raises BadLabel."""
        self._check(label)
        return lay_out(label, self.size, lambda text: float(pdfmetrics.stringWidth(text, FONT, 1.0)))

    def pdf(self, label: ParcelLabel) -> bytes:
        """One page; the same label gives the same bytes. Raises BadLabel."""
        return self._pages(f"{label.display_code} {which(label)}", [self.layout(label)])

    def roll_pdf(self, labels: Sequence[RollLabel]) -> bytes:
        """A page for each label that is printed beforehand. Raises BadLabel."""
        first, last = labels[0].serial, labels[-1].serial
        return self._pages(f"{first:06d}-{last:06d}", [self.layout(label) for label in labels])

    def _pages(self, title: str, layouts: Sequence[Layout]) -> bytes:
        target = BytesIO()
        page = (self.size.width_mm * mm, self.size.height_mm * mm)
        with self._drawing:
            canvas = Canvas(target, pagesize=page, invariant=1, pageCompression=1, lang="ko")
            canvas.setTitle(title)
            for layout in layouts:
                _draw(canvas, layout)
                canvas.showPage()
            canvas.save()
        return target.getvalue()

    def _check(self, label: ParcelLabel | RollLabel) -> None:
        shown = (label.display_code, label.shelf) if isinstance(label, ParcelLabel) else ()
        written = "".join((label.text, label.store, *shown))
        missing = sorted({sign for sign in written if ord(sign) not in self._font.face.charToGlyph})
        if missing:
            raise BadLabel(f"the label font has no {' '.join(missing)!r}")
        if not label.text or not all(shown):
            raise BadLabel("a label needs its text, its display code and its shelf")


def _draw(canvas: Canvas, layout: Layout) -> None:
    for text in layout.texts:
        canvas.setFont(FONT, text.size_mm * mm)
        canvas.drawString(text.left_mm * mm, text.baseline_mm * mm, text.text)
    _draw_qr(canvas, layout.code, top_mm=layout.size.height_mm)


def _draw_qr(canvas: Canvas, code: PlacedCode, *, top_mm: float) -> None:
    path = canvas.beginPath()
    for x, y, length in dark_runs(code.modules):
        path.rect(
            (x + QUIET_MODULES) * code.module_mm * mm,
            (top_mm - (y + 1 + QUIET_MODULES) * code.module_mm) * mm,
            length * code.module_mm * mm,
            code.module_mm * mm,
        )
    canvas.drawPath(path, stroke=0, fill=1)
