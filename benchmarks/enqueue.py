"""Owe a fact durably, one per commit; raw: the same two statements in bare SQLite with the same settings."""

import itertools
import tempfile
from pathlib import Path

from benchmarks._figure import compare
from edge.domain.ids import event_id
from edge.wiring.randomness import system_rng
from sync import outbox
from sync.db import Database, driver

COUNT = 1_000
DATA = b'{"order":"MFRGGZDFMZTWQ","line":1,"qty":1,"actor":"clerk:kim","note":"' + b"x" * 180 + b'"}'


def main() -> None:
    """Measure in a fresh folder on the disk that holds temporary files."""
    with tempfile.TemporaryDirectory(prefix="storefloor-bench-") as folder:
        db = Database(Path(folder) / "ours.db", migrations=(outbox.MIGRATIONS,))
        with db.writing() as conn:
            outbox.prepare(conn, store="S001", node="H1", rng=system_rng)
        bare = driver.connect(Path(folder) / "raw.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE origins (origin INTEGER PRIMARY KEY, last_sequence INTEGER NOT NULL) STRICT",
            "CREATE TABLE rows (sequence INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, envelope BLOB NOT NULL) STRICT",
            "INSERT INTO origins VALUES (1, 0)",
        ):
            bare.execute(statement)
        numbers = itertools.count(1)

        def ours(count: int) -> None:
            for _ in range(count):
                at_ms = next(numbers)
                with db.writing() as conn:
                    outbox.append(
                        conn,
                        lane=0,
                        kind="pickup.picked",
                        subject="MFRGGZDFMZTWQ",
                        data=DATA,
                        event_id=event_id(at_ms, system_rng),
                        occurred_at_ms=at_ms,
                        now_ms=at_ms,
                    )

        def raw(count: int) -> None:
            for _ in range(count):
                at_ms = next(numbers)
                bare.execute("BEGIN IMMEDIATE")
                bare.execute("UPDATE origins SET last_sequence = last_sequence + 1 WHERE origin = 1")
                bare.execute("INSERT INTO rows VALUES (?, ?, ?)", (at_ms, event_id(at_ms, system_rng), DATA))
                bare.execute("COMMIT")

        compare("durable enqueue, one per commit", "facts/s", ours=ours, raw=raw, count=COUNT)
        bare.close()
        db.close()


if __name__ == "__main__":
    main()
