"""How much a store's copies weigh on the line, and how long until a hub that had none answers out of them.

A real central serves, a real hub takes: signature, stream, sealing, the file made durable and put in its place. Between
them lies a line of 20 Mbit/s. `raw` is how long that line takes for the same bytes when nobody does anything with them,
`bare` how long bare sqlite3 takes to write the rows of the finished file into an empty one, without line or seals.
"""

import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks._assortment import CARTS, PRODUCTS, Assortment, invent
from benchmarks._figure import Case, cpu_s, print_cases
from benchmarks._office import NAME, NODE, STORE, Office, found, hub_signer, serving
from benchmarks._slow_line import slow_line
from benchmarks._syncs import Syncs, counted
from central.app.send_down import Down, people_feed
from central.store.database import Books, sqlite_url
from central.store.migrations import migrate
from edge.app.hub import Hub, open_hub
from edge.app.take_snapshot import take_snapshot
from edge.domain.clock import SystemClock
from edge.gateway.central import CentralClient
from edge.store import catalogue, people
from edge.wiring.randomness import system_rng
from sync.db import driver
from sync.http_client import Peer, Timeouts

BITS_PER_S = 20_000_000
ROUNDS, ROUNDS_LEAST = 5, 3
BUDGET_S = 25.0
"""After this no round begins, but ROUNDS_LEAST there always are."""
ROWS = PRODUCTS + CARTS

_clock = SystemClock()


class Round:
    """What one hub saw."""

    def __init__(self, *, took_s: float, cpu_s: float, central_cpu_s: float, sent_bytes: int, fsyncs: int) -> None:
        self.took_s = took_s
        self.cpu_s = cpu_s
        self.central_cpu_s = central_cpu_s
        self.sent_bytes = sent_bytes
        self.fsyncs = fsyncs


def main() -> None:
    """Measure in a fresh folder on the disk that holds temporary files."""
    syncs = counted("benchmarks.snapshot")
    with tempfile.TemporaryDirectory(prefix="storefloor-bench-") as name:
        folder, told = Path(name), invent(STORE)
        found(folder / "central")
        _tell(folder / "central", told)
        rounds, raws, bares = [], [], []
        until_s = time.monotonic() + BUDGET_S
        with serving(folder / "central") as office:
            for number in range(ROUNDS):
                if number >= ROUNDS_LEAST and time.monotonic() > until_s:
                    break
                taken = _take(folder / f"hub-{number}", office, told, syncs)
                rounds.append(taken)
                raws.append(_bare_line_s(taken.sent_bytes))
                bares.append(_bare_sqlite_s(folder / f"hub-{number}" / "replica.db", folder / "bare.db"))
                shutil.rmtree(folder / f"hub-{number}")
    print_cases("snapshot", _cases(rounds, statistics.median(raws), statistics.median(bares)))


def _cases(rounds: list[Round], raw_s: float, bare_s: float) -> list[Case]:
    took_s = statistics.median(each.took_s for each in rounds)
    sent_bytes = int(statistics.median(each.sent_bytes for each in rounds))
    cpu_us = statistics.median(each.cpu_s for each in rounds) / ROWS * 1e6
    fsyncs = int(statistics.median(each.fsyncs for each in rounds))
    more: dict[str, float | int | str] = {
        "line": "20 Mbit/s",
        "products": PRODUCTS,
        "carts": CARTS,
        "rounds": len(rounds),
        "slowest_ms": round(max(each.took_s for each in rounds) * 1000, 1),
        "central_cpu_us_per_row": round(statistics.median(each.central_cpu_s for each in rounds) / ROWS * 1e6, 1),
    }
    return [
        Case(case="on_the_line", figure=sent_bytes / 1e6, unit="MB", bytes=sent_bytes, more={"rows": ROWS}),
        Case(
            case="until_the_replica_answers",
            figure=took_s * 1000,
            unit="ms",
            raw=raw_s * 1000,
            bare=bare_s * 1000,
            ratio=took_s / raw_s,
            cpu_us_per_event=cpu_us,
            bytes=sent_bytes,
            fsyncs=fsyncs,
            more=more,
        ),
    ]


def _tell(folder: Path, told: Assortment) -> None:
    """Send everything down to the store, as central does when an import or a phone changed it."""
    books = Books(sqlite_url(folder / "central.db"))
    migrate(books)
    with books.writing() as tx:
        down = Down()
        for product in told.products:
            down.product(product)
        for cart in told.carts:
            down.send(people_feed(STORE), "cart", cart.cart_id, cart)
        down.flush(tx, _clock.now_ms())
    books.close()


def _take(folder: Path, office: Office, told: Assortment, syncs: Syncs) -> Round:
    folder.mkdir()
    with slow_line(office.port, BITS_PER_S) as line:
        peer = Peer(
            NAME,
            via=line.url,
            now_ms=_clock.now_ms,
            signer=hub_signer(office.folder),
            peer_public=office.public,
            timeouts=Timeouts(connect_s=5.0, read_s=60.0),
        )
        hub = open_hub(folder, store=STORE, node=NODE, clock=_clock, rng=system_rng, central=CentralClient(peer))
        fsyncs, cpu_before, central_before = syncs.count, cpu_s(), office.cpu_s()
        began_s = time.perf_counter()
        count = take_snapshot(hub, peer)
        _must_answer(hub, told)
        took_s = time.perf_counter() - began_s
        used_s, central_used_s = cpu_s() - cpu_before, office.cpu_s() - central_before
        waited = syncs.count - fsyncs
        peer.close()
        sent_bytes = line.came_down()
        hub.close()
    if count != ROWS:
        raise RuntimeError(f"{count} of {ROWS} rows came")
    return Round(took_s=took_s, cpu_s=used_s, central_cpu_s=central_used_s, sent_bytes=sent_bytes, fsyncs=waited)


def _must_answer(hub: Hub, told: Assortment) -> None:
    """The last product and the last cart are found in the file that is in its place now, and the cart opens."""
    product, cart = told.products[-1], told.carts[-1]
    with hub.replica.reading() as conn:
        stored = people.cart_of(conn, hub.keys, cart.identity)
        if catalogue.products(conn, [product.gtin]) != {product.gtin: product} or stored is None or stored.cart != cart:
            raise RuntimeError("the replica does not answer with what central told")


def _bare_line_s(size: int) -> float:
    """How long the line takes for so many bytes."""
    with (
        _sender(size) as port,
        slow_line(port, BITS_PER_S) as line,
        socket.create_connection(("127.0.0.1", line.port)) as near,
    ):
        began_s = time.perf_counter()
        near.shutdown(socket.SHUT_WR)
        while near.recv(65_536):
            pass
        return time.perf_counter() - began_s


@contextmanager
def _sender(size: int) -> Iterator[int]:
    """Sends so many bytes to whoever connects; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def send() -> None:
            near, _ = listener.accept()
            with near:
                near.sendall(bytes(size))

        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(10)


def _bare_sqlite_s(replica: Path, into: Path) -> float:
    """How long bare sqlite3 takes to write the very rows of this file into an empty one, and to make it durable."""
    source = driver.connect(replica)
    names = [row[0] for row in source.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    made = [row[0] for row in source.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")]
    rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    source.close()
    into.unlink(missing_ok=True)
    began_s = time.perf_counter()
    bare = driver.connect(into, isolation_level=None)
    bare.execute("PRAGMA journal_mode=OFF")
    bare.execute("BEGIN")
    for statement in made:
        bare.execute(statement)
    for name, found_rows in rows.items():
        if found_rows:
            marks = ", ".join("?" * len(found_rows[0]))
            bare.executemany(f"INSERT INTO {name} VALUES ({marks})", found_rows)
    bare.execute("COMMIT")
    bare.close()
    return time.perf_counter() - began_s


if __name__ == "__main__":
    main()
