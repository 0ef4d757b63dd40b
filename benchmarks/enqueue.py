"""Owe facts durably: alone, with the row of the act they tell of, a hundred at once, and by sixteen threads on a slow disk.

Beside each figure: the same 300 bytes by write + fdatasync, the same statements with the same bytes in bare SQLite on a
file with the same tables, and two queues from the package index that do a part of the same work.
"""

import itertools
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from benchmarks._enqueue_bare import Bare
from benchmarks._figure import Case, RawFile, Work, paired, print_cases
from benchmarks._syncs import Syncs, counted
from edge.store import answers
from edge.store.answers import Answered
from edge.store.databases import open_state
from edge.wiring.randomness import system_rng
from sync import outbox
from sync.db import Connection

ROWS = 60
GROUP = 100
GROUPED_ROWS = 10 * GROUP
WARM_ROWS = 8_000
ROUNDS = 40
BUDGET_S = 5.5

THREADS = 16
SLOW_ROWS = 100 * THREADS
SLOW_ROUNDS = 5
ADDED_US = 5_000
ONE_BY_ONE_ROWS = 20

PEER_BUDGET_S = 2.5

#: 300 bytes, the size the peers are given too.
DATA = b'{"order":"MFRGGZDFMZTWQ","line":1,"qty":1,"actor":"clerk:kim","note":"' + b"x" * 228 + b'"}'

ANSWER = Answered(asked=bytes(16), refused=False, body=b'{"order":"MFRGGZDFMZTWQ","line":1}')


class _Common(TypedDict):
    raw: Work
    syncs: Syncs
    count: int
    rounds: int
    budget_s: float


class Hub:
    """A hub's state file, with every table it has in a shop, and ours of the two ways to write into it."""

    def __init__(self, folder: Path) -> None:
        self.db = open_state(folder)
        with self.db.writing() as conn:
            outbox.prepare(conn, store="S001", node="H1", rng=system_rng)
        self.batch_ms: list[float] = []

    def single(self, count: int) -> None:
        """One fact per commit."""
        for _ in range(count):
            with self.db.writing() as conn:
                owe(conn, next_name())

    def with_business_row(self, count: int) -> None:
        """One fact and the answer to its press per commit."""
        for _ in range(count):
            name = next_name()
            with self.db.writing() as conn:
                answers.keep(conn, name, ANSWER, 1)
                owe(conn, name)

    def grouped(self, count: int) -> None:
        """GROUP facts per commit, each commit timed."""
        for _ in range(count // GROUP):
            began_s = time.perf_counter()
            with self.db.writing() as conn:
                for _ in range(GROUP):
                    owe(conn, next_name())
            self.batch_ms.append((time.perf_counter() - began_s) * 1000)

    def by_threads(self, count: int) -> None:
        """THREADS producers, each its share, one fact per `writing()`."""
        threads = [threading.Thread(target=self.single, args=(count // THREADS,)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def owe(conn: Connection, name: str) -> None:
    """Owe one fact."""
    outbox.append(
        conn,
        lane=0,
        kind="pickup.picked",
        subject="MFRGGZDFMZTWQ",
        data=DATA,
        event_id=name,
        occurred_at_ms=1_795_237_500_000,
        now_ms=1_795_237_500_005,
    )


def next_name() -> str:
    """An event id in the order of its time, as UUIDv7 are."""
    return f"0199{next(_numbers):032x}"


_numbers = itertools.count(1)


def slowed(syncs: Syncs, work: Work) -> Work:
    """The same work on a disk that takes ADDED_US longer for each sync."""

    def slow(count: int) -> None:
        with syncs.slower(ADDED_US):
            work(count)

    return slow


def ours(folder: Path, syncs: Syncs) -> list[Case]:
    """The four cases of our own outbox."""
    hub, raw = Hub(folder), RawFile(folder / "raw", DATA)
    (folder / "bare").mkdir()
    open_state(folder / "bare").close()
    bare = Bare(folder / "bare" / "state.db", DATA, GROUP)

    for warm in (hub.grouped, bare.grouped):  # both logs have grown and begun anew: a log that grows is slower to sync
        warm(WARM_ROWS)
    hub.batch_ms.clear()

    def p99() -> dict[str, float]:
        return {"p99_ms": round(statistics.quantiles(hub.batch_ms, n=100)[98], 2)}

    one: _Common = {"raw": raw, "syncs": syncs, "count": ROWS, "rounds": ROUNDS, "budget_s": BUDGET_S}
    group: _Common = one | {"count": GROUPED_ROWS}
    cases = [
        paired("single", ours=hub.single, bare=bare.single, **one),
        paired("with_business_row", ours=hub.with_business_row, bare=bare.with_business_row, **one),
        paired("group_100", ours=hub.grouped, bare=bare.grouped, raw_count=ROWS, more=p99, **group),
        paired(
            "producers_16_slow_disk",
            ours=slowed(syncs, hub.by_threads),
            raw=slowed(syncs, raw),
            bare=slowed(syncs, bare.single),
            syncs=syncs,
            count=SLOW_ROWS,
            raw_count=ONE_BY_ONE_ROWS,
            bare_count=ONE_BY_ONE_ROWS,
            rounds=SLOW_ROUNDS,
            budget_s=BUDGET_S,
        ),
    ]
    raw.close()
    bare.close()
    hub.db.close()
    return cases


def peers(folder: Path, syncs: Syncs) -> list[Case]:
    """What litequeue does as it comes (not safe against a power cut) and at FULL, and persist-queue."""
    from litequeue import LiteQueue  # noqa: PLC0415 - a peer is loaded only when it is measured
    from persistqueue import FIFOSQLiteQueue  # noqa: PLC0415 - the same

    plain, full = LiteQueue(folder / "litequeue.db"), LiteQueue(folder / "litequeue_full.db")
    full.conn.execute("PRAGMA synchronous=FULL")
    persist = FIFOSQLiteQueue(str(folder / "persist"), auto_commit=True)
    raw = RawFile(folder / "raw_of_peers", DATA)
    puts: dict[str, Callable[[str], object]] = {
        "peer:litequeue": plain.put,
        "peer:litequeue_full": full.put,
        "peer:persist-queue": persist.put,
    }
    text = DATA.decode()

    def repeated(put: Callable[[str], object]) -> Work:
        def work(count: int) -> None:
            for _ in range(count):
                put(text)

        return work

    cases = [
        paired(case, ours=repeated(put), raw=raw, syncs=syncs, count=ROWS, rounds=ROUNDS, budget_s=PEER_BUDGET_S)
        for case, put in puts.items()
    ]
    raw.close()
    return cases


def main() -> None:
    """Measure in a fresh folder on the disk that holds temporary files."""
    syncs = counted("benchmarks.enqueue")
    with tempfile.TemporaryDirectory(prefix="storefloor-bench-") as folder:
        print_cases("enqueue", ours(Path(folder), syncs) + peers(Path(folder), syncs))


if __name__ == "__main__":
    main()
