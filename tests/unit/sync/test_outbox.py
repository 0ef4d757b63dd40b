"""The outbox: written with the act, in order, settled by receipts alone."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync import backlog, mending, outbox
from sync.db import Database, IntegrityError
from sync.envelope import Envelope, Origin, Receipt, Verdict
from sync.errors import BadWire, RowTooLarge
from sync.outbox import OwedBatch
from sync.wire import BATCH_BYTES, ROW_BYTES_MAX
from tests.exchange.rows import (
    MORNING_MS,
    dice,
    events,
    next_batch,
    open_hub,
    owe,
    owe_in,
    owed_ids,
    row,
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Database]:
    db = open_hub(tmp_path / "state.db")
    yield db
    db.close()


def waiting(db: Database, lane: int = 0, limit: int = 200) -> OwedBatch:
    found = next_batch(db, lane=lane, limit=limit)
    assert found is not None
    return found


def receipts(batch: OwedBatch, verdict: Verdict = Verdict.RECORDED) -> list[Receipt]:
    return [Receipt(event_id=r.event_id, sequence=r.sequence, verdict=verdict) for r in batch.rows]


def settle(db: Database, batch: OwedBatch, got: list[Receipt]) -> int:
    with db.writing() as conn:
        return outbox.settle(conn, batch.number, got, MORNING_MS + 60)


def test_a_fact_and_its_act_commit_together_or_not_at_all(hub: Database) -> None:
    def act_that_fails() -> None:
        with hub.writing() as conn:
            owe_in(conn, "a1")
            raise RuntimeError("the shelf is full")

    with pytest.raises(RuntimeError, match="shelf"):
        act_that_fails()
    assert owed_ids(hub) == []
    owe(hub, "a2")
    assert [(r.sequence, r.event_id) for r in waiting(hub).rows] == [(1, "a2")]


def test_a_row_on_disk_is_the_envelope_that_will_travel(hub: Database) -> None:
    owe(hub, "a1")
    assert msgspec.json.decode(waiting(hub).rows[0].envelope) == {
        "specversion": "1.0",
        "id": "a1",
        "source": "/S001/H1",
        "type": "pickup.ready",
        "subject": "order/A",
        "time": "2026-11-21T05:04:59.995Z",
        "recordedtime": "2026-11-21T05:05:00.000Z",
        "dataschema": "urn:storefloor:fact:pickup.ready:1",
        "datacontenttype": "application/json",
        "data": {"order": "A"},
        "sequence": "000000000001",
    }


def test_each_lane_counts_for_itself_and_lane_zero_goes_first(hub: Database) -> None:
    owe(hub, "t1", "t2", lane=2)
    owe(hub, "c1", lane=1)
    owe(hub, "a1", lane=0)
    with hub.reading() as conn:
        assert [(o.lane, o.count, o.own) for o in outbox.owed_origins(conn)] == [
            (0, 1, True),
            (1, 1, True),
            (2, 2, True),
        ]
        assert outbox.owed(conn) == outbox.Owed((1, 1, 2), MORNING_MS)
        assert outbox.owed(conn).total == 4


def test_the_backlog_is_told_lane_by_lane(hub: Database) -> None:
    owe(hub, "a1", "a2")
    owe(hub, "c1", lane=1, now_ms=MORNING_MS + 7)
    batch = waiting(hub, limit=1)
    settle(hub, batch, receipts(batch, Verdict.UNREADABLE))
    with hub.reading() as conn:
        told = [(lane.lane, lane.owed, lane.since_ms, lane.parked) for lane in backlog.lanes(conn)]
    assert told == [(0, 1, MORNING_MS, 1), (1, 1, MORNING_MS + 7, 0), (2, 0, None, 0)]


def test_an_event_is_owed_once(hub: Database) -> None:
    owe(hub, "a1")
    with pytest.raises(IntegrityError), hub.writing() as conn:
        owe_in(conn, "a1", lane=1)
    assert owed_ids(hub) == ["a1"]


def test_what_is_no_json_or_too_large_is_refused_where_it_is_made(hub: Database) -> None:
    for data, error in ((b'{"order":', BadWire), (b"\xff", BadWire), (b'"' + b"x" * ROW_BYTES_MAX + b'"', RowTooLarge)):
        with pytest.raises(error), hub.writing() as conn:
            outbox.append(
                conn, lane=0, kind="k", subject="s", data=data, event_id="a1", occurred_at_ms=0, now_ms=MORNING_MS
            )
    assert owed_ids(hub) == []


def test_taking_a_batch_changes_nothing(hub: Database) -> None:
    owe(hub, *events("a", range(1, 6)))
    assert waiting(hub, limit=3) == waiting(hub, limit=3)
    assert owed_ids(hub) == events("a", range(1, 6))


def test_a_receipt_settles_its_row_and_names_what_stands_before_the_next(hub: Database) -> None:
    owe(hub, *events("a", range(1, 6)))
    first = waiting(hub, limit=3)
    assert first.previous is None
    assert settle(hub, first, receipts(first)) == 3
    assert waiting(hub).previous == "a3"
    assert owed_ids(hub) == ["a4", "a5"]


def test_a_second_copy_of_a_receipt_changes_nothing(hub: Database) -> None:
    owe(hub, "a1", "a2")
    batch = waiting(hub, limit=1)
    assert settle(hub, batch, receipts(batch)) == 1
    assert settle(hub, batch, receipts(batch)) == 0
    assert owed_ids(hub) == ["a2"]


@pytest.mark.parametrize(
    "wrong",
    [
        [Receipt(event_id="a2", sequence=2, verdict=Verdict.RECORDED)],
        [Receipt(event_id="b1", sequence=1, verdict=Verdict.RECORDED)],
        [
            Receipt(event_id="a1", sequence=1, verdict=Verdict.RECORDED),
            Receipt(event_id="a3", sequence=3, verdict=Verdict.RECORDED),
        ],
    ],
    ids=["one left out before it", "another event", "one left out between"],
)
def test_receipts_that_do_not_fit_settle_nothing(hub: Database, wrong: list[Receipt]) -> None:
    owe(hub, "a1", "a2", "a3")
    with pytest.raises(BadWire):
        settle(hub, waiting(hub), wrong)
    assert owed_ids(hub) == ["a1", "a2", "a3"]


def test_an_unreadable_row_is_parked_and_later_rows_go_on(hub: Database) -> None:
    owe(hub, "a1", "a2")
    batch = waiting(hub, limit=1)
    settle(hub, batch, receipts(batch, Verdict.UNREADABLE))
    assert owed_ids(hub) == ["a2"]
    with hub.reading() as conn:
        assert (backlog.parked(conn), backlog.flagged(conn)) == (1, 0)
    with hub.writing() as conn:
        assert outbox.forget_settled(conn, MORNING_MS + 10**9) == 0, "a parked row waits for a person"


def test_settled_rows_are_forgotten_after_their_time_and_owed_ones_never(hub: Database) -> None:
    owe(hub, "a1", "a2")
    batch = waiting(hub, limit=1)
    settle(hub, batch, receipts(batch))
    with hub.writing() as conn:
        assert outbox.forget_settled(conn, MORNING_MS + 60) == 0
        assert outbox.forget_settled(conn, MORNING_MS + 61) == 1
        assert outbox.forget_settled(conn, MORNING_MS + 10**12) == 0
    assert owed_ids(hub) == ["a2"]
    assert waiting(hub).previous == "a1"


def test_a_row_refused_on_its_own_travels_alone(hub: Database) -> None:
    owe(hub, "a1", "a2", "a3")
    batch = waiting(hub)
    with hub.writing() as conn:
        assert mending.count_refusal(conn, batch.number, 2) == 1
        assert mending.count_refusal(conn, batch.number, 2) == 2
    assert [r.event_id for r in waiting(hub).rows] == ["a1"]
    settle(hub, batch, receipts(batch)[:1])
    assert [(r.event_id, r.tries) for r in waiting(hub).rows] == [("a2", 2)]


def test_a_batch_is_cut_by_its_bytes_but_never_empty(hub: Database) -> None:
    big = b'"' + b"x" * (ROW_BYTES_MAX - 2) + b'"'
    for i in range(6):
        with hub.writing() as conn:
            outbox.append(
                conn, lane=0, kind="k", subject="s", data=big, event_id=f"b{i}", occurred_at_ms=0, now_ms=MORNING_MS
            )
    sizes = [len(row.envelope) for row in waiting(hub).rows]
    assert 1 <= len(sizes) < 6
    assert sum(sizes) <= BATCH_BYTES


def test_a_file_keeps_its_epoch_over_a_restart_and_another_file_has_another(tmp_path: Path) -> None:
    db = open_hub(tmp_path / "state.db", seed="first start")
    owe(db, "a1")
    epoch = waiting(db).origin.epoch
    db.close()
    db = open_hub(tmp_path / "state.db", seed="second start")
    owe(db, "a2")
    assert waiting(db).origin.epoch == epoch
    assert owed_ids(db) == ["a1", "a2"]
    db.close()
    other = open_hub(tmp_path / "other.db", seed="another file")
    owe(other, "a1")
    assert waiting(other).origin.epoch != epoch
    other.close()


def test_a_new_epoch_renumbers_what_is_owed_and_keeps_every_event_id(hub: Database) -> None:
    owe(hub, *events("a", range(1, 6)))
    owe(hub, "t1", lane=2)
    first = waiting(hub, limit=2)
    settle(hub, first, receipts(first))
    with hub.writing() as conn:
        epoch = mending.start_epoch(conn, dice("fork"))
    owe(hub, "a6")
    again = waiting(hub)
    assert again.origin == Origin(store="S001", node="H1", epoch=epoch, lane=0)
    assert again.previous is None
    assert [(r.sequence, r.event_id) for r in again.rows] == list(enumerate(["a3", "a4", "a5", "a6"], start=1))
    numbers = [msgspec.json.decode(r.envelope, type=Envelope).number for r in again.rows]
    assert numbers == [1, 2, 3, 4], "the number inside the envelope is the one of its row"
    assert owed_ids(hub, lane=2) == ["t1"]
    with hub.reading() as conn:
        assert outbox.owed(conn).per_lane == (4, 0, 1)


def test_a_second_fork_moves_only_what_is_still_owed(hub: Database) -> None:
    owe(hub, "a1", "a2", "a3")
    for seed in ("one", "two"):
        with hub.writing() as conn:
            mending.start_epoch(conn, dice(seed))
        batch = waiting(hub, limit=1)
        settle(hub, batch, receipts(batch))
    assert owed_ids(hub) == ["a3"]
    assert waiting(hub).previous == "a2"


def test_renumbering_keeps_attributes_nobody_here_knows(hub: Database) -> None:
    owe(hub, "a1")
    with hub.writing() as conn:
        raw = waiting(hub).rows[0].envelope
        conn.execute("UPDATE outbox_rows SET envelope = ?, tag = NULL", (raw[:-1] + b',"traceparent":"00-ab"}',))
        mending.start_epoch(conn, dice("fork"))
    assert msgspec.json.decode(waiting(hub).rows[0].envelope)["traceparent"] == "00-ab"


def test_rows_the_peer_lost_are_owed_again(hub: Database) -> None:
    owe(hub, *events("a", range(1, 6)))
    batch = waiting(hub, limit=4)
    settle(hub, batch, receipts(batch))
    with hub.writing() as conn:
        assert mending.owe_again(conn, batch.number, 3, "a2")
    assert owed_ids(hub) == ["a3", "a4", "a5"]
    assert waiting(hub).previous == "a2"


@pytest.mark.parametrize(
    ("expected", "before"),
    [(3, "zz"), (5, "a4"), (9, "a8")],
    ids=["another history", "nothing is missing", "ahead of us"],
)
def test_rows_are_not_owed_again_on_a_word_that_does_not_fit(hub: Database, expected: int, before: str) -> None:
    owe(hub, *events("a", range(1, 6)))
    batch = waiting(hub, limit=4)
    settle(hub, batch, receipts(batch))
    with hub.writing() as conn:
        assert not mending.owe_again(conn, batch.number, expected, before)
    assert owed_ids(hub) == ["a5"]


def test_rows_already_forgotten_cannot_be_owed_again(hub: Database) -> None:
    owe(hub, "a1", "a2", "a3")
    batch = waiting(hub, limit=2)
    settle(hub, batch, receipts(batch))
    with hub.writing() as conn:
        outbox.forget_settled(conn, MORNING_MS + 10**9)
        assert not mending.owe_again(conn, batch.number, 1, None)
    assert owed_ids(hub) == ["a3"]


def test_rows_of_a_kiosk_go_up_under_its_own_origin_and_unchanged(hub: Database) -> None:
    kiosk = Origin(store="S001", node="K1", epoch="k", lane=2)
    born = [row("k1", 1), row("k2", 2)]
    for r in born:
        with hub.writing() as conn:
            outbox.relay_append(conn, kiosk, r.envelope, r.raw, MORNING_MS)
    with hub.reading() as conn:
        (origin,) = outbox.owed_origins(conn)
        batch = outbox.take_batch(conn, origin.number, 10)
    assert batch is not None
    assert not origin.own
    assert (batch.origin, batch.previous) == (kiosk, None)
    assert [r.envelope for r in batch.rows] == [r.raw for r in born]


def test_a_hole_in_what_is_passed_on_is_an_error_here_and_not_at_central(hub: Database) -> None:
    kiosk = Origin(store="S001", node="K1", epoch="k", lane=2)
    made = row("k2", 2)
    with pytest.raises(BadWire), hub.writing() as conn:
        outbox.relay_append(conn, kiosk, made.envelope, made.raw, MORNING_MS)


def test_a_file_that_was_not_prepared_says_so(tmp_path: Path) -> None:
    db = Database(tmp_path / "bare.db", migrations=(outbox.MIGRATIONS,))
    with pytest.raises(RuntimeError, match="prepare"), db.writing() as conn:
        owe_in(conn, "a1")
    db.close()
