"""A store's way to put a label on a parcel: a PDF for any printer, ESC/POS for the one that is set up, an image for the screen."""

from __future__ import annotations

from devices.escpos import Roll, write_label
from devices.label import PdfLabels
from devices.label_layout import LabelSize
from devices.label_svg import label_svg
from devices.ports import ParcelLabel, Printed, PrinterTrouble
from devices.printer_link import PrinterLink


class StoreLabelPrinter:
    """Keeps the promises of `devices.ports.LabelPrinter`. `address` "" is a store without a printer of its own."""

    def __init__(self, address: str = "", *, size: LabelSize | None = None, roll: Roll | None = None) -> None:
        self._labels = PdfLabels(size)
        self._roll = roll or Roll()
        self._link = PrinterLink(address) if address else None

    def pdf(self, label: ParcelLabel) -> bytes:
        """One page of the label's true size. Raises BadLabel."""
        return self._labels.pdf(label)

    def svg(self, label: ParcelLabel) -> str:
        """The label as an image for the screen. Raises BadLabel."""
        return label_svg(self._labels.layout(label))

    def print(self, label: ParcelLabel) -> Printed | PrinterTrouble:
        """Print it, or say why not. Raises BadLabel."""
        written = write_label(label, self._roll)
        done = PrinterTrouble.no_printer if self._link is None else self._link.print(written.data)
        return Printed(confirmed=done.confirmed, replaced=written.replaced) if isinstance(done, Printed) else done
