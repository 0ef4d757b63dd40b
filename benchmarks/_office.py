"""A real central for a benchmark: its folder made once, copied for every round, and served as in production."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from benchmarks._watch import cpu_s
from edge.domain.clock import SystemClock
from edge.domain.ids import event_id
from edge.domain.product import with_check_digit
from edge.wiring.central import prepare_central
from edge.wiring.keys import enrol_node, node_key
from edge.wiring.processes import Process
from edge.wiring.randomness import system_rng
from sync.db import driver
from sync.http_client import Peer, Timeouts
from sync.signing import Signer, load_or_make_key, parse_public

STORE, NODE = "S001", "H1"
NAME = "http://central.bench"
"""The name that is signed; the address is another in every round."""

GTINS = tuple(with_check_digit(f"09521234{number:05d}") for number in range(20))
PRICE_MINOR = 6_000

_clock = SystemClock()


@dataclass
class Office:
    """One central that serves."""

    folder: Path
    process: Process
    public: bytes

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.process.url.rpartition(":")[2])

    @property
    def pid(self) -> int:
        """The serving process; the one that serves is its child."""
        assert self.process.popen is not None, "inside `serving`"
        return self.process.popen.pid

    def cpu_s(self) -> float:
        """Processor seconds of the process and its worker."""
        return cpu_s(self.pid)

    def peer(self, signer: Signer | None = None) -> Peer:
        """Somebody who speaks to it."""
        return Peer(
            NAME,
            via=self.process.url,
            now_ms=_clock.now_ms,
            signer=signer,
            peer_public=self.public if signer else None,
            timeouts=Timeouts(connect_s=5.0, read_s=60.0),
        )


def found(folder: Path) -> None:
    """Make central's folder with an enrolled hub, whose key lies beside it in `<folder>-hub`."""
    prepare_central(folder)
    (folder / "central.toml").write_text(f'public_url = "{NAME}"\n')
    hub = hub_folder(folder)
    hub.mkdir()
    enrol_node(folder, role="hub", node=NODE, key_file=node_key(hub, "hub").public_file, store=STORE)


def hub_folder(folder: Path) -> Path:
    """Where the hub's key lies."""
    return folder.with_name(folder.name + "-hub")


def hub_signer(folder: Path) -> Signer:
    """The hub's signature."""
    return Signer(node_key(hub_folder(folder), "hub").private, f"hub:{STORE}/{NODE}", system_rng)


def copy_of(office: Path, into: Path) -> Path:
    """The folder of a central that was stopped, once more, with its hub's key."""
    shutil.copytree(office, into)
    shutil.copytree(hub_folder(office), hub_folder(into))
    return into


@contextmanager
def serving(folder: Path) -> Iterator[Office]:
    """`storefloor central` from that folder on a free port, as a shop's central is served."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ("central", "--dir", str(folder), "--port", str(port))
    process = Process("central", arguments, url, folder.with_name(f"{folder.name}.log"))
    process.start()
    try:
        yield Office(folder, process, parse_public((folder / "central.pub").read_text()))
    finally:
        process.stop()


def open_shop(office: Office) -> None:
    """A store, its goods and more stock than anybody will order."""
    now_ms = _clock.now_ms()
    store = {"store_number": 1, "name": {"ko": "성수 플래그십"}, "currency": "KRW", "timezone": "Asia/Seoul"}
    products = [
        {"gtin": gtin, "name": {"ko": f"상품 {place}"}, "price_minor": PRICE_MINOR, "currency": "KRW"}
        for place, gtin in enumerate(GTINS)
    ]
    stock = [
        {"gtin": gtin, "on_hand": 10**8, "as_of_ms": now_ms, "price_minor": PRICE_MINOR, "price_as_of_ms": now_ms}
        for gtin in GTINS
    ]
    key = load_or_make_key(office.folder / "operator.key", system_rng)
    operator = office.peer(Signer(key, "operator:main", system_rng))
    _must(operator, "PUT", f"/v1/stores/{STORE}", store)
    _must(operator, "PUT", "/v1/products", {"products": products})
    _must(operator, "PUT", f"/v1/stores/{STORE}/stock", {"stock": stock})
    operator.close()


def place_orders(office: Office, count: int) -> list[dict[str, Any]]:
    """So many guests order one thing each, over central's own API; gives the orders as it answered them."""
    guest = office.peer()
    orders = []
    for number in range(count):
        asked = {
            "event_id": event_id(_clock.now_ms(), system_rng),
            "store": STORE,
            "lines": [{"gtin": GTINS[number % len(GTINS)], "qty": 1 + number % 3}],
        }
        orders.append(_must(guest, "POST", "/v1/guest/orders", asked)["order"])
    guest.close()
    return orders


def lost_and_doubled(central: Path, owed: set[str]) -> tuple[int, int]:
    """How many owed events central's ledger does not hold, and how many rows it holds beyond one for each of them."""
    conn = driver.connect(central / "central.db")
    held = [event for (event,) in conn.execute("SELECT event_id FROM ledger WHERE node = ?", (NODE,))]
    conn.close()
    return len(owed - set(held)), len(held) - len(owed & set(held))


def verdicts(central: Path) -> dict[str, int]:
    """How central judged what it holds."""
    conn = driver.connect(central / "central.db")
    counted = dict(map(tuple, conn.execute("SELECT verdict, count(*) FROM ledger GROUP BY verdict")))
    conn.close()
    return counted


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _must(peer: Peer, method: str, path: str, body: object) -> Any:
    reply = peer.request(method, path, body=msgspec.json.encode(body))
    if reply.status != 200:
        raise RuntimeError(f"{method} {path} was answered with {reply.status}: {reply.body[:300]!r}")
    return msgspec.json.decode(reply.body)
