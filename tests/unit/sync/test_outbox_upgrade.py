"""A file of the version before: nothing in it is purged, changed or read through at start, and all of it is still sent."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from sync import backlog, outbox, quota
from sync.db import Connection, Database, Migrations
from sync.envelope import Receipt, Verdict
from sync.ledger import SqliteLedger
from tests.exchange.rows import MORNING_MS, Ticks, dice, envelope, events, open_hub, owe, owed_ids, recorded
from tests.exchange.rows import batch as batch_of

FIRST_STEP = "0001_outbox.sql"


class TheVersionBefore(Migrations):
    """The outbox as it was when only its first step existed."""

    def steps(self) -> list[tuple[int, str, str]]:
        return [step for step in super().steps() if step[1] == FIRST_STEP]


def old_file(path: Path, *, settled: int, last: int) -> list[bytes]:
    """A hub's file with `last` rows in lane 0 and two in lane 2, written as that version wrote them; gives lane 0's bytes."""
    db = Database(path, migrations=(TheVersionBefore("outbox", "sync", "migrations/outbox"),))
    rows = [msgspec.json.encode(envelope(f"a{n}", n)) for n in range(1, last + 1)]
    with db.writing() as conn:
        for lane in range(3):
            conn.execute(
                "INSERT INTO outbox_origins (store, node, epoch, lane, standing) VALUES ('S001', 'H1', 'e1', ?, 'own')",
                (lane,),
            )
        for n, raw in enumerate(rows, start=1):
            insert(conn, 1, n, f"a{n}", raw)
        for n in (1, 2):
            insert(conn, 3, n, f"t{n}", msgspec.json.encode(envelope(f"t{n}", n)))
        conn.execute(
            "UPDATE outbox_origins SET last_sequence = ?, settled_sequence = ?, settled_event_id = ? WHERE origin = 1",
            (last, settled, f"a{settled}"),
        )
        conn.execute("UPDATE outbox_origins SET last_sequence = 2 WHERE origin = 3")
        conn.execute(
            "UPDATE outbox_rows SET settled_at_ms = ?, verdict = 'recorded' WHERE origin = 1 AND sequence <= ?",
            (MORNING_MS, settled),
        )
    db.close()
    return rows


def insert(conn: Connection, origin: int, number: int, event_id: str, raw: bytes) -> None:
    conn.execute(
        "INSERT INTO outbox_rows (origin, sequence, event_id, born_here, kind, recorded_at_ms, envelope)"
        " VALUES (?, ?, ?, 1, 'pickup.ready', ?, ?)",
        (origin, number, event_id, MORNING_MS, raw),
    )


def test_an_upgrade_owes_everything_still_and_sends_the_same_bytes(tmp_path: Path) -> None:
    rows = old_file(tmp_path / "state.db", settled=2, last=6)
    hub = open_hub(tmp_path / "state.db", seed="an epoch that is not needed")
    assert owed_ids(hub) == events("a", range(3, 7))
    with hub.reading() as conn:
        batch = outbox.take_batch(conn, 1, 100)
        assert quota.room(conn).owed_bytes == sum(map(len, rows[2:])) + 2 * len(rows[0])
    assert batch is not None
    assert (batch.origin.epoch, batch.previous) == ("e1", "a2")
    assert [row.envelope for row in batch.rows] == rows[2:]
    owe(hub, "a7")
    got = [Receipt(event_id=f"a{n}", sequence=n, verdict=Verdict.RECORDED) for n in range(3, 8)]
    with hub.writing() as conn:
        assert outbox.settle(conn, 1, got, MORNING_MS) == 5
    assert owed_ids(hub) == []
    assert owed_ids(hub, lane=2) == ["t1", "t2"]
    hub.close()


def test_telemetry_of_the_version_before_may_have_been_pushed_and_stays(tmp_path: Path) -> None:
    """That version did not write down what was in a push, so none of its rows may change any more."""
    old_file(tmp_path / "state.db", settled=0, last=1)
    hub = open_hub(tmp_path / "state.db")
    with hub.writing() as conn:
        quota.set_quota(conn, 1)
        assert quota.make_room(conn, MORNING_MS) == 0
    assert owed_ids(hub, lane=2) == ["t1", "t2"]
    hub.close()


def plans(db: Database, work: Callable[[Connection], object]) -> list[str]:
    """What SQLite does for every statement that `work` runs."""
    said: list[str] = []
    with db.writing() as conn:
        conn.set_trace_callback(said.append)
        work(conn)
        conn.set_trace_callback(None)
        return [
            f"{step[3]} for {sql}"
            for sql in said
            if sql.split(None, 1)[0] in {"SELECT", "UPDATE", "DELETE", "INSERT"}
            for step in conn.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]


def test_starting_and_looking_never_reads_the_backlog(tmp_path: Path) -> None:
    hub = open_hub(tmp_path / "state.db")
    owe(hub, *events("a", range(5)))

    def start_and_look(conn: Connection) -> None:
        outbox.prepare(conn, store="S001", node="H1", rng=dice("again"))
        outbox.owed(conn)
        outbox.owed_origins(conn)
        outbox.take_batch(conn, 1, 2)
        outbox.mark_pushed(conn, 1, 2)
        backlog.lanes(conn)
        backlog.parked(conn)
        backlog.flagged(conn)
        quota.room(conn)
        quota.must_have_room(conn)
        outbox.forget_settled(conn, MORNING_MS)

    found = plans(hub, start_and_look)
    rows = [plan for plan in found if "outbox_rows" in plan]
    assert rows, "the plans were looked at"
    through = [plan for plan in rows if plan.startswith(("SCAN outbox_rows", "SCAN r"))]
    assert [plan for plan in through if "outbox_review" not in plan.split(" for ")[0]] == []
    hub.close()


def test_rows_that_a_ledger_passes_on_are_tagged_like_our_own(tmp_path: Path) -> None:

    hub = open_hub(tmp_path / "state.db")
    SqliteLedger(hub, relay=True).take(batch_of(["k1", "k2"]), recorded, received_at_ms=Ticks().now_ms())
    with hub.writing() as conn:
        (number,) = (o.number for o in outbox.owed_origins(conn) if not o.own)
        conn.execute("UPDATE outbox_rows SET envelope = x'7b7d' WHERE event_id = 'k2'")
        batch = outbox.take_batch(conn, number, 10)
    assert batch is not None
    assert [row.event_id for row in batch.rows] == ["k1"]
    hub.close()
