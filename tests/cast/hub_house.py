"""A store whose hub's machine may break, be copied or be put back: real processes, real folders, head office's commands."""

import shutil
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from edge.cli import main
from edge.settings import HubSettings, load, write
from edge.tools.asking import SignedCaller
from edge.wiring.importing import operator_at
from edge.wiring.keys import node_key
from edge.wiring.processes import Process
from edge.wiring.world import World, free_ports
from tests.cast.hub_process import free_port
from tests.cast.shop import rows_of

STORE = "S001"


class HubHouse:
    """Central, the line, hub H1 and kiosk K1 of store S001; `facts` are machines enrolled at a hub, one fact each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World(folder, store=STORE, ports=free_ports())
        self.world.start_central()
        self.operator: SignedCaller = operator_at(self.world.central_url, self.world.operator_key)
        store = {"store_number": 1, "name": {"ko": "성수"}, "currency": "KRW", "timezone": "Asia/Seoul"}
        self.operator.must("PUT", f"/v1/stores/{STORE}", store)
        self.world.start_store()
        self.others: list[Process] = []

    @property
    def hub_folder(self) -> Path:
        """H1's own."""
        return self.folder / "hub"

    def copy(self, source: Path, name: str) -> Path:
        """`cp -r` of a hub that stands still; gives the copy, which listens on a port of its own."""
        target = self.folder / name
        shutil.copytree(source, target)
        settings = load(HubSettings, target / "hub.toml")
        path = target / "hub.toml"
        path.unlink()
        write(path, _on_port(settings, free_port()))
        return target

    def start(self, folder: Path) -> Process:
        """Another hub process, on another folder."""
        settings = load(HubSettings, folder / "hub.toml")
        url, log = f"http://127.0.0.1:{settings.port}", folder / "hub.log"
        process = Process(folder.name, ("hub", "--dir", str(folder)), url, log)
        self.others.append(process)
        process.start()
        return process

    def enrol(self, folder: Path, *names: str) -> None:
        """Trust machines at the hub in `folder`, running or not; the hub owes a fact for each."""
        for name in names:
            machine = self.folder / "machines" / name
            machine.mkdir(parents=True, exist_ok=True)
            public = str(node_key(machine, "kiosk").public_file)
            self.command("enrol", "--at", str(folder), "--role", "kiosk", "--id", name, "--key", public)

    def command(self, *words: str) -> str:
        """One `storefloor` command that succeeds; gives what it printed."""
        done = CliRunner().invoke(main, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    def central(self, sql: str, *values: str | int) -> list[tuple[object, ...]]:
        """Ask central's book, from outside."""
        return rows_of(self.folder / "central" / "central.db", sql, *values)

    def told(self) -> list[tuple[object, ...]]:
        """Every fact about a machine that central recorded: (machine, verdict), each as often as it is there."""
        return self.central("SELECT subject, verdict FROM ledger WHERE kind = 'device.enrolled' ORDER BY subject")

    def epochs(self) -> dict[str, str]:
        """Every epoch of H1 that central heard, and how it stands."""
        rows = self.central("SELECT epoch, standing FROM hub_epochs ORDER BY first_at_ms")
        return {str(epoch): str(standing) for epoch, standing in rows}

    def incidents(self) -> list[dict[str, Any]]:
        """What head office should look at."""
        return list(self.operator.must("GET", "/v1/admin/incidents")["incidents"])

    def hub_says(self, folder: Path, sql: str) -> list[tuple[object, ...]]:
        """Ask a hub's book, from outside."""
        return rows_of(folder / "state.db", sql)

    def close(self) -> None:
        """End every process."""
        for process in self.others:
            process.stop()
        self.operator.close()
        self.world.stop()


def _on_port(settings: HubSettings, port: int) -> HubSettings:
    given = {name: getattr(settings, name) for name in settings.__struct_fields__} | {"port": port}
    return HubSettings(**given)
