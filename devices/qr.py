"""Draws QR codes as vectors: black on white in every theme, four modules of quiet zone, error correction M, the smallest version that fits."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import qrcode
from qrcode.exceptions import DataOverflowError

QUIET_MODULES = 4


class BadQrText(ValueError):
    """The text is empty or too long for any QR code; shorten what is encoded."""


def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules, True is dark, without the quiet zone. Raises BadQrText."""
    if not text:
        raise BadQrText("an empty text has no QR code")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise BadQrText(f"{len(text)} characters do not fit into a QR code") from error
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def dark_runs(modules: tuple[tuple[bool, ...], ...]) -> list[tuple[int, int, int]]:
    """Every horizontal run of dark modules as (x, y, length): a tenth of the shapes that single modules would be."""
    runs = []
    for y, row in enumerate(modules):
        start: int | None = None
        for x, is_dark in enumerate((*row, False)):
            if is_dark and start is None:
                start = x
            elif not is_dark and start is not None:
                runs.append((start, y, x - start))
                start = None
    return runs


def qr_svg(text: str, *, label: str) -> str:
    """One `<svg>` element of the text, to be sized by its surroundings; colours are attributes, so a strict CSP holds.

    `label` is read out to those who cannot see the code. Raises BadQrText.
    """
    modules = qr_modules(text)
    size = len(modules) + 2 * QUIET_MODULES
    path = "".join(f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h{n}v1h-{n}z" for x, y, n in dark_runs(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label={quoteattr(label)} '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )
