"""Telemetry makes room, in place and without a hole; what must never be lost is never touched, and what was pushed neither."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from sync import mending, outbox, quota
from sync.coalesce import Candidate, Stretch, oldest, superseded
from sync.db import Database
from sync.envelope import SKIPPED, Envelope, Receipt, SkipReason, Verdict
from sync.errors import OutboxFull, RowDamaged
from sync.outbox import OwedBatch
from sync.wire import PushBody, read_batch
from tests.exchange.rows import MORNING_MS, dice, events, next_batch, open_hub, owe, owed_ids

ROW = 400


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Database]:
    db = open_hub(tmp_path / "state.db")
    yield db
    db.close()


def see(db: Database, *tags: str, lane: int = 2) -> None:
    """Telemetry: one sighting per tag, about 400 bytes each."""
    for i, tag in enumerate(tags):
        with db.writing() as conn:
            outbox.append(
                conn,
                lane=lane,
                kind="presence.moved",
                subject=f"tag/{tag}",
                data=b'{"zone":"' + b"z" * 150 + b'"}',
                event_id=f"{tag}-{lane}-{next_number(db)}-{i}",
                occurred_at_ms=MORNING_MS,
                now_ms=MORNING_MS,
            )


def next_number(db: Database) -> int:
    with db.reading() as conn:
        return int(conn.execute("SELECT sum(last_sequence) FROM outbox_origins").fetchone()[0])


def room_of(db: Database) -> quota.Room:
    with db.reading() as conn:
        return quota.room(conn)


def fill_to(db: Database, share: float) -> None:
    """Set the quota so that what is owed now is this share of it."""
    with db.writing() as conn:
        quota.set_quota(conn, int(quota.room(conn).owed_bytes / share))


def make_room(db: Database) -> int:
    with db.writing() as conn:
        return quota.make_room(conn, MORNING_MS + 60_000)


def batch_of(db: Database, lane: int = 2) -> OwedBatch:
    found = next_batch(db, lane=lane, limit=100_000)
    assert found is not None
    return found


def wire_of(batch: OwedBatch) -> list[Envelope]:
    """The rows as a peer reads them: strictly, each stretch following the one before."""
    rows = [msgspec.Raw(row.envelope) for row in batch.rows]
    return [row.envelope for row in read_batch(PushBody(origin=batch.origin, previous=batch.previous, rows=rows)).rows]


def test_a_counter_knows_how_many_bytes_are_owed(hub: Database) -> None:
    see(hub, "a", "b")
    owe(hub, "p1")
    with hub.reading() as conn:
        (held,) = conn.execute("SELECT sum(length(envelope)) FROM outbox_rows").fetchone()
    assert room_of(hub).owed_bytes == held
    batch = batch_of(hub)
    receipts = [Receipt(event_id=r.event_id, sequence=r.sequence, verdict=Verdict.RECORDED) for r in batch.rows]
    with hub.writing() as conn:
        outbox.settle(conn, batch.number, receipts, MORNING_MS)
    assert room_of(hub).owed_bytes == sum(len(r.envelope) for r in batch_of(hub, lane=0).rows)


def test_below_nine_tenths_nothing_gives_way(hub: Database) -> None:
    see(hub, *"aaaa")
    fill_to(hub, 0.89)
    assert make_room(hub) == 0
    assert len(owed_ids(hub, lane=2)) == 4


def test_of_facts_about_the_same_thing_the_newest_is_kept(hub: Database) -> None:
    see(hub, *"ababac")
    kept = [r.event_id for r in batch_of(hub).rows][3:]
    fill_to(hub, 0.95)
    assert make_room(hub) == 3
    first, *rest = wire_of(batch_of(hub))
    said = first.skipped()
    assert (first.type, said.first, said.last, said.count, said.reason) == (SKIPPED, 1, 3, 3, SkipReason.COALESCED)
    assert [(row.id, row.number) for row in rest] == list(zip(kept, (4, 5, 6), strict=True))


def test_when_that_is_not_enough_the_oldest_go(hub: Database) -> None:
    see(hub, *(f"tag{i}" for i in range(40)))
    fill_to(hub, 0.95)
    gone = make_room(hub)
    first, *rest = wire_of(batch_of(hub))
    assert first.skipped().reason is SkipReason.DROPPED
    assert (first.skipped().last, len(rest)) == (gone, 40 - gone)
    assert room_of(hub).owed_bytes < room_of(hub).quota_bytes * 0.90
    assert room_of(hub).skipped == gone


def test_stretches_that_meet_become_one(hub: Database) -> None:
    see(hub, *(f"tag{i}" for i in range(60)))
    for _ in range(3):
        fill_to(hub, 0.97)
        assert make_room(hub) > 0
    rows = wire_of(batch_of(hub))
    assert [row.type == SKIPPED for row in rows].count(True) == 1
    assert rows[0].skipped().last == room_of(hub).skipped


def test_a_row_that_was_ever_in_a_push_stays_as_it_was(hub: Database) -> None:
    see(hub, *"aaaaaaaa")
    before = batch_of(hub).rows[:5]
    with hub.writing() as conn:
        outbox.mark_pushed(conn, batch_of(hub).number, 5)
    fill_to(hub, 2.0)
    assert make_room(hub) > 0
    assert batch_of(hub).rows[:5] == before
    assert wire_of(batch_of(hub))[5].skipped().first == 6


def test_what_was_noted_as_pushed_never_goes_back(hub: Database) -> None:
    see(hub, "a", "b", "c")
    number = batch_of(hub).number
    with hub.writing() as conn:
        outbox.mark_pushed(conn, number, 3)
        outbox.mark_pushed(conn, number, 1)
        assert conn.execute("SELECT pushed_sequence FROM outbox_origins WHERE origin = ?", (number,)).fetchone()[0] == 3


def test_pickups_and_carts_are_never_touched_and_never_refused(hub: Database) -> None:
    see(hub, *"aaaa", lane=0)
    see(hub, *"aaaa", lane=1)
    fill_to(hub, 3.0)
    assert make_room(hub) == 0
    owe(hub, "p1", lane=0)
    owe(hub, "c1", lane=1)
    assert (len(owed_ids(hub, lane=0)), len(owed_ids(hub, lane=1))) == (5, 5)


def test_telemetry_is_refused_when_the_quota_is_used_up_or_the_disk_is_full(hub: Database) -> None:
    owe(hub, *events("p", range(4)))
    fill_to(hub, 1.0)
    with pytest.raises(OutboxFull):
        see(hub, "a")
    fill_to(hub, 0.5)
    see(hub, "a")
    with hub.writing() as conn:
        quota.close_to_telemetry(conn, closed=True)
    with pytest.raises(OutboxFull):
        see(hub, "b")
    assert len(owed_ids(hub, lane=2)) == 1


def test_a_damaged_row_is_never_sent_and_those_behind_it_go_on(hub: Database) -> None:
    owe(hub, "a1", "a2", "a3")
    with hub.writing() as conn:
        conn.execute(
            "UPDATE outbox_rows SET envelope = CAST(replace(envelope, 'order', 'ordre') AS BLOB) WHERE event_id = 'a2'"
        )
    batch = batch_of(hub, lane=0)
    assert [r.event_id for r in batch.rows] == ["a1"]
    got = [Receipt(event_id="a1", sequence=1, verdict=Verdict.RECORDED)]
    with hub.writing() as conn:
        outbox.settle(conn, batch.number, got, MORNING_MS)
        with pytest.raises(RowDamaged) as damaged:
            outbox.take_batch(conn, batch.number, 10)
        mending.set_aside_damaged(conn, batch.number, damaged.value.sequence, MORNING_MS)
        parked = conn.execute("SELECT event_id, why, envelope FROM outbox_parked").fetchall()
    assert [(event, why) for event, why, _ in parked] == [("a2", "damaged")]
    in_its_place, behind = wire_of(batch_of(hub, lane=0))
    assert (in_its_place.id, in_its_place.skipped().reason) == ("a2", SkipReason.UNDELIVERABLE)
    assert behind.id == "a3"


def test_a_row_nobody_can_read_is_parked_with_its_bytes(hub: Database) -> None:
    owe(hub, "a1", "a2")
    whole = batch_of(hub, lane=0).rows[0].envelope
    with hub.writing() as conn:
        mending.skip_undeliverable(conn, batch_of(hub, lane=0).number, 1, MORNING_MS)
        assert tuple(conn.execute("SELECT event_id, why, envelope FROM outbox_parked").fetchone()) == (
            "a1",
            "refused",
            whole,
        )
    skipped, next_one = wire_of(batch_of(hub, lane=0))
    assert (skipped.id, skipped.skipped().first, skipped.skipped().last, next_one.id) == ("a1", 1, 1, "a2")


def test_a_new_epoch_moves_stretches_with_their_length_and_keeps_what_was_pushed(hub: Database) -> None:
    see(hub, *"aaaa")
    with hub.writing() as conn:
        outbox.mark_pushed(conn, batch_of(hub).number, 1)
    fill_to(hub, 2.0)
    assert make_room(hub) > 0
    old = wire_of(batch_of(hub))
    held = room_of(hub).owed_bytes
    with hub.writing() as conn:
        mending.start_epoch(conn, dice("fork"))
        pushed = conn.execute(
            "SELECT pushed_sequence FROM outbox_origins WHERE standing = 'own' AND lane = 2"
        ).fetchone()[0]
    assert pushed == 1
    new = wire_of(batch_of(hub))
    assert [(row.id, row.number, row.last_number) for row in new] == [(r.id, r.number, r.last_number) for r in old]
    assert room_of(hub).owed_bytes == held


def test_a_new_epoch_leaves_a_damaged_row_behind(hub: Database) -> None:
    owe(hub, "a1", "a2", "a3")
    with hub.writing() as conn:
        conn.execute("UPDATE outbox_rows SET envelope = x'00' WHERE event_id = 'a2'")
        mending.start_epoch(conn, dice("fork"))
    assert [(row.id, row.type == SKIPPED) for row in wire_of(batch_of(hub, lane=0))] == [
        ("a1", False),
        ("a2", True),
        ("a3", False),
    ]


def test_a_stretch_is_settled_by_one_receipt_and_can_be_owed_again(hub: Database) -> None:
    see(hub, *"aaaab")
    fill_to(hub, 0.95)
    assert make_room(hub) == 3
    batch = batch_of(hub)
    assert [(r.sequence, r.last) for r in batch.rows] == [(1, 3), (4, 4), (5, 5)]
    got = [Receipt(event_id=r.event_id, sequence=r.sequence, verdict=Verdict.RECORDED) for r in batch.rows]
    with hub.writing() as conn:
        assert outbox.settle(conn, batch.number, got[:2], MORNING_MS) == 2
    assert batch_of(hub).previous == batch.rows[1].event_id
    held = room_of(hub).owed_bytes
    with hub.writing() as conn:
        assert not mending.owe_again(conn, batch.number, 2, None), "in the middle of a stretch stands no row"
        assert mending.owe_again(conn, batch.number, 4, batch.rows[0].event_id)
        assert mending.owe_again(conn, batch.number, 1, None)
    assert batch_of(hub).rows == batch.rows
    assert room_of(hub).owed_bytes == held + sum(len(r.envelope) for r in batch.rows[:2])


def candidate(first: int, subject: str = "a", *, size: int = ROW, reason: SkipReason | None = None) -> Candidate:
    return Candidate(first=first, last=first, kind="k", subject=subject, size=size, reason=reason)


def test_a_stretch_that_would_save_nothing_is_left() -> None:
    small = [candidate(1, size=100), candidate(2, "b", size=100), candidate(3, size=100)]
    assert superseded(small) == []
    assert superseded([candidate(1), candidate(2)]) == [Stretch(1, 1, SkipReason.COALESCED, 1)]


def test_a_row_set_aside_for_a_person_parts_two_stretches() -> None:
    rows = [candidate(1), candidate(2), candidate(3, reason=SkipReason.UNDELIVERABLE), candidate(4), candidate(5)]
    assert oldest(rows, 10 * ROW) == [Stretch(1, 2, SkipReason.DROPPED, 2), Stretch(4, 5, SkipReason.DROPPED, 2)]


def test_what_was_dropped_stays_called_so() -> None:
    rows = [candidate(1, reason=SkipReason.DROPPED), candidate(2), candidate(3)]
    assert superseded(rows) == [Stretch(1, 2, SkipReason.DROPPED, 1)]
    assert all(a.last < b.first for a, b in pairwise(superseded(rows)))
