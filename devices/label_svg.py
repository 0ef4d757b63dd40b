"""Draws a label for the screen, as it will come out of the printer: one SVG document in millimetres."""

from __future__ import annotations

from xml.sax.saxutils import escape

from devices.label_layout import Layout, PlacedText
from devices.qr import QUIET_MODULES, dark_runs


def label_svg(layout: Layout) -> str:
    """A document of its own. Texts are stretched to the width they have on paper, whatever font the screen has."""
    width_mm, height_mm, code = layout.size.width_mm, layout.size.height_mm, layout.code
    runs = "".join(f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h{n}v1h-{n}z" for x, y, n in dark_runs(code.modules))
    texts = "".join(_text(text, height_mm) for text in layout.texts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:g}mm" height="{height_mm:g}mm" '
        f'viewBox="0 0 {width_mm:g} {height_mm:g}"><path fill="#fff" d="M0 0h{width_mm:g}v{height_mm:g}H0z"/>'
        f'<path fill="#000" shape-rendering="crispEdges" transform="scale({code.module_mm:.4f})" d="{runs}"/>'
        f'<g fill="#000" font-family="Storefloor Sans, sans-serif" font-weight="600">{texts}</g></svg>'
    )


def _text(text: PlacedText, height_mm: float) -> str:
    return (
        f'<text x="{text.left_mm:.3f}" y="{height_mm - text.baseline_mm:.3f}" font-size="{text.size_mm:.3f}" '
        f'textLength="{text.width_mm:.3f}" lengthAdjust="spacingAndGlyphs">{escape(text.text)}</text>'
    )
