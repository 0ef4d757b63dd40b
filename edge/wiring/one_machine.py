"""Builds `storefloor store`: hub and kiosk side by side, for a shop with one machine."""

import signal
import threading
from pathlib import Path

import click

from edge.settings import HubSettings, KioskSettings, load
from edge.wiring.processes import ProcessDied, Processes

LOOK_S = 1.0


def run_store(folder: Path) -> None:
    """Serve the hub in `folder/hub` and the kiosk in `folder/kiosk` until told to stop. Raises ProcessDied when one ends by itself."""
    hub = load(HubSettings, folder / "hub" / "hub.toml")
    kiosk = load(KioskSettings, folder / "kiosk" / "kiosk.toml")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    processes = Processes(folder / "logs")
    try:
        processes.start("hub", ("hub", "--dir", str(folder / "hub")), f"http://{hub.host}:{hub.port}")
        processes.start("kiosk", ("kiosk", "--dir", str(folder / "kiosk")), f"http://{kiosk.host}:{kiosk.port}")
        click.echo(f"staff screen http://{hub.host}:{hub.port}/staff/   kiosk http://{kiosk.host}:{kiosk.port}/")
        while not stopped.wait(LOOK_S):
            for process in processes.running.values():
                if process.has_died:
                    raise ProcessDied(f"{process.name} ended by itself; see {process.log}")
    finally:
        processes.stop_all()
