"""Central and a hub of S001 as real processes, with any line between them; their books are looked into from outside."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from central.settings import CentralSettings
from edge.app.act import Tx, in_one_transaction
from edge.app.hub import open_hub
from edge.domain.clock import SystemClock
from edge.domain.fact_base import Fact
from edge.settings import HubSettings, write
from edge.wiring.central import add_staff_at, prepare_central
from edge.wiring.keys import enrol_node, node_key
from edge.wiring.processes import Process
from edge.wiring.randomness import system_rng
from sync.http_client import Peer
from sync.signing import Signer, load_or_make_key, parse_public
from tests.cast.counter import PIN, STORE, NoLine
from tests.cast.hub_process import free_port

PUT_AT_ONCE = 500
"""Facts owed in one transaction when a backlog is made."""


class TwoEnds:
    """Build it, give `lay` the address of the line, start both, stop both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.central_port, self.hub_port = free_port(), free_port()
        self.hub_url = f"http://127.0.0.1:{self.hub_port}"
        at_central, at_hub = folder / "central", folder / "hub"
        for each in (at_central, at_hub):
            each.mkdir(parents=True)
        url = f"http://127.0.0.1:{self.central_port}"
        write(at_central / "central.toml", CentralSettings(port=self.central_port))
        self._central_public = prepare_central(at_central)
        key = node_key(at_hub, "hub")
        enrol_node(at_central, role="hub", node="H1", key_file=key.public_file, store=STORE)
        self.central = Process("central", ("central", "--dir", str(at_central)), url, folder / "central.log")
        self.hub = Process("hub", ("hub", "--dir", str(at_hub)), self.hub_url, folder / "hub.log")

    def lay(self, line_url: str, **more: object) -> None:
        """Write the hub's settings: it reaches central by this address."""
        settings = HubSettings(
            store=STORE,
            central_url=self.central.url,
            central_via=line_url,
            central_public_key=self._central_public,
            port=self.hub_port,
        )
        write(self.folder / "hub" / "hub.toml", msgspec.structs.replace(settings, **more))

    def open_shop(self) -> None:
        """Head office knows the store, and Kim works there; central must be running."""
        signer = Signer(
            load_or_make_key(self.folder / "central" / "operator.key", system_rng), "operator:main", system_rng
        )
        public = parse_public(self._central_public)
        office = Peer(self.central.url, now_ms=SystemClock().now_ms, signer=signer, peer_public=public)
        store = {
            "store_number": 1,
            "name": {"ko": "성수 플래그십", "en": "Seongsu Flagship"},
            "currency": "KRW",
            "timezone": "Asia/Seoul",
        }
        reply = office.request("PUT", f"/v1/stores/{STORE}", body=msgspec.json.encode(store))
        assert reply.status == 200, reply.body
        office.close()
        add_staff_at(self.folder / "central", store=STORE, staff_id="kim", name="김직원", role="clerk", pin=PIN)

    def owe(self, facts: list[Fact]) -> list[str]:
        """A hub that stands still owes these facts from now on; their event_ids."""
        names: list[str] = []
        hub = open_hub(
            self.folder / "hub", store=STORE, node="H1", clock=SystemClock(), rng=system_rng, central=NoLine()
        )

        def act(tx: Tx) -> None:
            for fact in facts[len(names) : len(names) + PUT_AT_ONCE]:
                names.append(hub.new_id())
                tx.owe(fact, names[-1])

        while len(names) < len(facts):
            in_one_transaction(hub, act)
        hub.close()
        return names

    def at_central(self, sql: str) -> list[tuple[object, ...]]:
        """Ask central's books."""
        return _rows(self.folder / "central" / "central.db", sql)

    def at_hub(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the hub's book."""
        return _rows(self.folder / "hub" / "state.db", sql)

    def in_copies(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the hub's copies."""
        return _rows(self.folder / "hub" / "replica.db", sql)

    def recorded(self) -> int:
        """Facts in central's ledger."""
        return int(str(self.at_central("SELECT count(*) FROM ledger")[0][0]))

    def owed(self) -> int:
        """Facts the hub still owes."""
        return int(
            str(self.at_hub("SELECT coalesce(sum(last_sequence - settled_sequence), 0) FROM outbox_origins")[0][0])
        )

    def stop(self) -> None:
        """End both."""
        self.hub.stop()
        self.central.stop()


def _rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)) as book:
        return book.execute(sql).fetchall()


def until(holds: Callable[[], bool], what: str, *, timeout_s: float = 60.0) -> float:
    """Wait for what other processes do by themselves; gives the seconds it took."""
    began_s = time.monotonic()
    while not holds():
        assert time.monotonic() < began_s + timeout_s, f"after {timeout_s:.0f} s still not: {what}"
        time.sleep(0.05)
    return time.monotonic() - began_s
