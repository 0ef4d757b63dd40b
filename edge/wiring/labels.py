"""Sets up a store's label printer from its settings, and prints rolls of labels beforehand."""

from contextlib import closing
from pathlib import Path

import click

from devices.escpos import QrBy, Roll
from devices.label import PdfLabels
from devices.label_layout import LabelSize
from devices.label_printer import StoreLabelPrinter
from devices.ports import RollLabel
from edge.app.store_config import read_store
from edge.domain.clock import SystemClock
from edge.passes.roll import SERIAL_MAX, write_roll_label
from edge.settings import HubSettings, load
from edge.store import roll_labels
from edge.store.databases import STATE_FILE, open_state

_ROLL_DOTS = {58: 384, 80: 576}


def label_printer(settings: HubSettings) -> StoreLabelPrinter:
    """The printer as the settings name it; without one there are PDFs."""
    roll = Roll(width_dots=_ROLL_DOTS[settings.label_roll_mm], qr_by=QrBy(settings.label_qr))
    return StoreLabelPrinter(settings.label_printer, size=_size(settings), roll=roll)


def print_roll(folder: Path, count: int, out: Path) -> str:
    """Write a PDF of labels whose numbers nobody ever had; says which. Raises click.ClickException."""
    if not (folder / STATE_FILE).exists():
        raise click.ClickException(f"{folder} is not a hub's folder: it holds no {STATE_FILE}")
    with closing(open_state(folder)) as state, state.writing() as conn:
        store = read_store(conn)
        if store is None:
            raise click.ClickException(
                "head office has not said which store this is: start the hub with the line up once"
            )
        serials = roll_labels.take_serials(conn, count, SystemClock().now_ms())
    if serials[-1] > SERIAL_MAX:
        raise click.ClickException("the numbers of this store are used up")
    name = store.name.get("ko") or next(iter(store.name.values()), "")
    labels = [
        RollLabel(text=write_roll_label(store.store_number, serial), serial=serial, store=name) for serial in serials
    ]
    out.write_bytes(PdfLabels(_size(load(HubSettings, folder / "hub.toml"))).roll_pdf(labels))
    return f"{out}: labels {serials[0]:06d} to {serials[-1]:06d}"


def _size(settings: HubSettings) -> LabelSize:
    return LabelSize(width_mm=settings.label_width_mm, height_mm=settings.label_height_mm)
