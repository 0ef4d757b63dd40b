"""A whole small world on one machine: central, a line that can be cut, a hub, a kiosk, each a real process in its folder.

The demo, the replay and the end-to-end tests all stand on this one; what differs is the shop that is put into it.
"""

import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path

from central.settings import CentralSettings
from edge.settings import HubSettings, KioskSettings, write
from edge.tools.line_switch import LineSwitch
from edge.wiring.central import add_staff_at, prepare_central
from edge.wiring.keys import enrol_node, node_key
from edge.wiring.processes import Process, Processes


@dataclass(frozen=True)
class Ports:
    """Where the processes of one world listen; all on loopback."""

    central: int = 8700
    page: int = 8701
    phone: int = 8702
    line: int = 8703
    hub: int = 8710
    kiosk: int = 8720


def free_ports() -> Ports:
    """Ports nobody listens on right now, for worlds that run beside others."""
    with ExitStack() as held:
        found = []
        for _ in fields(Ports):
            one = held.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            found.append(one.getsockname()[1])
    return Ports(*found)


class World:
    """One store with its head office. Build it, start it, stop it; the folder can be started again."""

    def __init__(self, folder: Path, *, store: str, ports: Ports) -> None:
        self.folder = folder
        self.store = store
        self.ports = ports
        self.central_url = f"http://127.0.0.1:{ports.central}"
        self.hub_url = f"http://127.0.0.1:{ports.hub}"
        self.kiosk_url = f"http://127.0.0.1:{ports.kiosk}"
        self.phone_url = f"http://127.0.0.1:{ports.phone}"
        self.page_url = f"http://127.0.0.1:{ports.page}"
        self.processes = Processes(folder / "logs")
        self.switch: LineSwitch | None = None

    @property
    def operator_key(self) -> Path:
        """The key that may put stores, products and people into this central."""
        return self.folder / "central" / "operator.key"

    @property
    def line(self) -> LineSwitch:
        """The line between hub and central; there once the world has been started."""
        assert self.switch is not None, "start the world first"
        return self.switch

    @property
    def central(self) -> Process:
        """The running central."""
        return self.processes.running["central"]

    @property
    def hub(self) -> Process:
        """The running hub."""
        return self.processes.running["hub"]

    def start_central(self) -> None:
        """Write central's settings if they are not there, make its keys, and serve."""
        folder = self.folder / "central"
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / "central.toml", CentralSettings(port=self.ports.central))
        self.processes.start("central", ("central", "--dir", str(folder)), self.central_url)

    def add_staff(self, staff_id: str, name: str, role: str, pin: str) -> None:
        """A person who may sign in at the desk; the store must have been put before."""
        add_staff_at(self.folder / "central", store=self.store, staff_id=staff_id, name=name, role=role, pin=pin)

    def start_store(self, before_hub: Callable[[], None] = lambda: None) -> None:
        """Lay the line, enrol hub and kiosk where they are trusted, and serve both; `before_hub` enrols whatever else."""
        self.switch = LineSwitch(("127.0.0.1", self.ports.central), self.ports.line)
        self._prepare_hub()
        self._prepare_kiosk()
        before_hub()
        self.processes.start("hub", ("hub", "--dir", str(self.folder / "hub")), self.hub_url)
        self.processes.start("kiosk", ("kiosk", "--dir", str(self.folder / "kiosk")), self.kiosk_url)

    def _prepare_hub(self) -> None:
        folder = self.folder / "hub"
        folder.mkdir(parents=True, exist_ok=True)
        key = node_key(folder, "hub")
        enrol_node(self.folder / "central", role="hub", node="H1", key_file=key.public_file, store=self.store)
        settings = HubSettings(
            store=self.store,
            central_url=self.central_url,
            central_via=self.line.url,
            central_public_key=prepare_central(self.folder / "central"),
            port=self.ports.hub,
        )
        write(folder / "hub.toml", settings)

    def _prepare_kiosk(self) -> None:
        folder = self.folder / "kiosk"
        folder.mkdir(parents=True, exist_ok=True)
        key = node_key(folder, "kiosk")
        enrol_node(self.folder / "hub", role="kiosk", node="K1", key_file=key.public_file, store=self.store)
        settings = KioskSettings(
            store=self.store,
            hub_url=self.hub_url,
            hub_public_key=node_key(self.folder / "hub", "hub").public_text,
            central_public_key=prepare_central(self.folder / "central"),
            port=self.ports.kiosk,
        )
        write(folder / "kiosk.toml", settings)

    def stop(self) -> None:
        """End every process, then the line."""
        self.processes.stop_all()
        if self.switch is not None:
            self.switch.close()
            self.switch = None
