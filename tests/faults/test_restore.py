"""A hub's disk dies while people work: backup beside the running process, SIGKILL, restore onto a fresh folder, everything once."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.app.add_staff import add_staff
from central.settings import CentralSettings
from edge.domain.clock import SystemClock
from edge.domain.ids import event_id
from edge.passes import write_label
from edge.settings import HubSettings, write
from edge.tools.line_switch import LineSwitch
from edge.wiring.processes import Process
from edge.wiring.randomness import system_rng
from tests.cast.counter import PIN
from tests.cast.hub_process import DeskOverWire, free_port
from tests.cast.office import STORE, Office
from tests.cast.pickups import NOON_MS, SOAP
from tests.cast.shop import eventually, rows_of

ORDERS = 16
PACE_S = 0.12
"""Kim takes her time, so that backup, cut and kill all fall into her work."""
Press = tuple[str, str, dict[str, object]]


class Site:
    """Central, a line, and a hub with a second disk: real processes on prepared folders."""

    def __init__(self, folder: Path) -> None:
        self.central_folder, self.hub_folder, self.second = folder / "central", folder / "hub", folder / "second"
        for each in (self.central_folder, self.hub_folder, self.second):
            each.mkdir()
        self.port, hub_port = free_port(), free_port()
        self.central_url, self.hub_url = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{hub_port}"
        self.orders = self._open_the_office()
        self.line = LineSwitch(("127.0.0.1", self.port))
        self.settings = HubSettings(
            store=STORE,
            central_url=self.central_url,
            central_via=self.line.url,
            central_public_key=self._central_key,
            port=hub_port,
            poll_wait_s=1,
            heartbeat_s=0.2,
            backup_dir=str(self.second),
        )
        self.central = Process(
            "central", ("central", "--dir", str(self.central_folder)), self.central_url, folder / "central.log"
        )
        self.hub = Process("hub", ("hub", "--dir", str(self.hub_folder)), self.hub_url, folder / "hub.log")

    def _open_the_office(self) -> list[tuple[str, str]]:
        """Head office with its staff and Ada's orders: (order, her pass)."""
        office = Office(self.central_folder, port=self.port)
        stock = {"gtin": SOAP, "on_hand": 90, "as_of_ms": NOON_MS, "price_minor": 6_000, "price_as_of_ms": NOON_MS}
        office.operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": [stock]})
        for name, role in (("kim", "clerk"), ("lee", "manager")):
            add_staff(office.central, STORE, name, name, role=role, pin=PIN)
        orders = []
        for _ in range(ORDERS):
            office.ada.put_in(SOAP, 1)
            order = str(office.ada.order()["order_id"])
            orders.append((order, str(office.ada.must("GET", f"/v1/me/orders/{order}/pass")["pass"])))
        self._central_key = office.central.public_key
        office.close()
        write(self.central_folder / "central.toml", CentralSettings(port=self.port))
        return orders

    def a_machine(self) -> None:
        """A machine with nothing on its disk but its settings and its key."""
        self.hub_folder.mkdir(exist_ok=True)
        shutil.copy(self.central_folder / "hub.key", self.hub_folder / "hub.key")
        write(self.hub_folder / "hub.toml", self.settings)

    def presses(self) -> list[Press]:
        """Everything the desk will press, in its order: pick, shelve and hand over each order."""
        found: list[Press] = []
        for order, shown in self.orders:
            pick = {"event_id": new_id(), "line": 1, "qty": 1, "gtin": SOAP}
            found.append((str(pick["event_id"]), f"/v1/pickups/{order}/picks", {"picks": [pick]}))
            shelve: dict[str, object] = {"event_id": new_id(), "shelf": "A-1"}
            found.append((str(shelve["event_id"]), f"/v1/pickups/{order}/parcels", shelve))
            press: dict[str, object] = {"event_id": new_id(), "pass": shown, "labels": [write_label(order, 1, 1)]}
            found.append((str(press["event_id"]), "/v1/handovers", press))
        return found

    def asks(self, sql: str) -> list[tuple[object, ...]]:
        """Central's book."""
        return rows_of(self.central_folder / "central.db", sql)

    def hub_asks(self, sql: str) -> list[tuple[object, ...]]:
        """The hub's book."""
        return rows_of(self.hub_folder / "state.db", sql)

    def stop(self) -> None:
        """End everything."""
        self.hub.stop()
        self.central.stop()
        self.line.close()


def new_id() -> str:
    return event_id(SystemClock().now_ms(), system_rng)


def storefloor(*arguments: object) -> str:
    """A command as an operator runs it; gives what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "edge.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A running store with accepted orders."""
    site = Site(tmp_path)
    site.a_machine()
    site.central.start()
    site.hub.start()
    accepted = "SELECT count(*) FROM pickups WHERE state = 'accepted'"
    eventually(lambda: site.hub_asks(accepted) == [(ORDERS,)], "all orders are accepted")
    yield site
    site.stop()


def test_a_disk_that_dies_under_load_costs_nothing_that_was_answered(site: Site) -> None:
    presses, answered = site.presses(), dict[str, tuple[int, dict[str, object]]]()
    desk, is_off = DeskOverWire(site.hub_url), threading.Event()

    def at_the_desk() -> None:
        for event, path, body in presses:
            reply = None
            while reply is None:
                if is_off.is_set():
                    return
                reply = desk.post(path, body)
            answered[event] = reply
            time.sleep(PACE_S)

    clerk = threading.Thread(target=at_the_desk)
    clerk.start()
    eventually(lambda: len(answered) >= 4, "the desk is busy")
    assert "is whole" in storefloor("backup", "--at", site.hub_folder, "--to", site.second)
    site.line.cut()
    cut_at = len(answered)
    eventually(lambda: len(answered) >= cut_at + 8, "the desk went on during the cut")
    is_off.set()
    site.hub.kill()
    clerk.join()
    assert {status for status, _ in answered.values()} == {200}
    shutil.rmtree(site.hub_folder)

    site.a_machine()
    told = storefloor("restore", "--from", site.second, "--to", site.hub_folder)
    assert "facts owed" in told
    site.hub.start()
    again = DeskOverWire(site.hub_url)
    for event, path, body in presses:
        if event in answered and path == "/v1/handovers":
            assert again.post(path, body) == answered[event], "the same press got another answer"
    site.line.restore()
    eventually(lambda: not site.hub_asks("SELECT 1 FROM config WHERE key = 'recovering'"), "the hub is whole again")
    for event, path, body in presses:
        if event not in answered:
            reply = again.post(path, body)
            assert reply is not None
            assert reply[0] == 200, reply
            answered[event] = reply
    desk.close()
    again.close()
    eventually(lambda: at_central(site) >= set(answered), "central has everything")
    assert_once(site)


def test_a_hub_folder_copied_back_by_cp_is_noticed_at_its_next_start(site: Site, tmp_path: Path) -> None:
    """[restore_from_yesterday], as two real processes play it."""
    presses = site.presses()
    desk = DeskOverWire(site.hub_url)
    for _, path, body in presses[:6]:
        assert (desk.post(path, body) or (0,))[0] == 200
    owed = "SELECT sum(last_sequence - settled_sequence) FROM outbox_origins WHERE lane < 2"
    eventually(lambda: site.hub_asks(owed) == [(0,)], "nothing is owed")
    site.hub.stop()
    shutil.copytree(site.hub_folder, tmp_path / "yesterday")
    site.hub.start()
    for _, path, body in presses[6:18]:
        assert (desk.post(path, body) or (0,))[0] == 200
    eventually(lambda: site.hub_asks(owed) == [(0,)], "nothing is owed")
    site.hub.stop()
    shutil.rmtree(site.hub_folder)
    shutil.copytree(tmp_path / "yesterday", site.hub_folder)
    site.hub.start()
    forked = "SELECT kind FROM incidents WHERE kind IN ('origin_forked', 'shelf_count_due') ORDER BY kind"
    eventually(lambda: site.hub_asks(forked) == [("origin_forked",), ("shelf_count_due",)], "it found out")
    for _, path, body in presses[18:]:
        assert (desk.post(path, body) or (0,))[0] == 200
    desk.close()
    eventually(lambda: at_central(site) >= {event for event, _, _ in presses}, "central has everything")
    assert_once(site)


def at_central(site: Site) -> set[object]:
    return {event for (event,) in site.asks("SELECT event_id FROM ledger WHERE lane < 2")}


def assert_once(site: Site) -> None:
    """Each fact once, none contradicts another, every parcel left once at both ends."""
    facts = site.asks("SELECT event_id FROM ledger WHERE lane < 2")
    assert len(facts) == len(set(facts))
    assert site.asks("SELECT verdict, reason FROM ledger WHERE verdict <> 'recorded'") == []
    assert site.asks("SELECT state, count(*) FROM orders GROUP BY state") == [("handed_over", ORDERS)]
    assert site.hub_asks("SELECT state, count(*) FROM pickups GROUP BY state") == [("handed_over", ORDERS)]
    assert site.hub_asks("SELECT sum(reserved), sum(staged), sum(gone) FROM reservations") == [(0, 0, ORDERS)]
