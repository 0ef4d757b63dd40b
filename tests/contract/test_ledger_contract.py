"""Every ledger: each event once, in order, whole batches or nothing, whoever sends at the same time."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.envelope import Batch, Envelope, Origin, PushReply, Row, SkipReason, Verdict
from sync.errors import OriginForked, SequenceGap
from sync.ledger import Judgement
from tests.contract.implementations import LEDGERS, LedgerUnderTest
from tests.exchange.rows import HUB, batch, events, row, skipped


@pytest.fixture(params=LEDGERS)
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerUnderTest]:
    opened = LEDGERS[request.param](tmp_path)
    yield opened
    opened.close()


def take(books: LedgerUnderTest, pushed: Batch, **verdicts: Judgement) -> PushReply:
    def judge(tx: Any, seen: Envelope) -> Judgement:
        books.note(tx, seen.id)
        return verdicts.get(seen.id, (Verdict.RECORDED, None))

    return books.take(pushed, judge)


def verdicts(reply: PushReply) -> list[str]:
    return [receipt.verdict.value for receipt in reply.receipts]


def test_each_row_gets_its_receipt_and_the_mark_moves(books: LedgerUnderTest) -> None:
    reply = take(books, batch(["a1", "a2"]), a2=(Verdict.FLAGGED, "unknown_parcel"))
    assert [(r.event_id, r.sequence, r.verdict, r.reason) for r in reply.receipts] == [
        ("a1", 1, Verdict.RECORDED, None),
        ("a2", 2, Verdict.FLAGGED, "unknown_parcel"),
    ]
    assert (reply.mark, reply.mark_event_id) == (2, "a2")
    assert books.held() == [("e1", 1, "a1", "recorded"), ("e1", 2, "a2", "flagged")]
    assert books.effects() == ["a1", "a2"]


def test_a_batch_sent_again_has_no_second_effect(books: LedgerUnderTest) -> None:
    take(books, batch(["a1", "a2"]))
    reply = take(books, batch(["a1", "a2"]))
    assert verdicts(reply) == ["duplicate", "duplicate"]
    assert (reply.mark, reply.mark_event_id) == (2, "a2")
    assert books.effects() == ["a1", "a2"]


def test_a_longer_batch_over_the_same_rows_adds_only_the_new_ones(books: LedgerUnderTest) -> None:
    take(books, batch(["a1", "a2"]))
    assert verdicts(take(books, batch(["a1", "a2", "a3"]))) == ["duplicate", "duplicate", "recorded"]
    assert books.effects() == ["a1", "a2", "a3"]


def test_what_cannot_be_read_is_kept_and_later_rows_go_on(books: LedgerUnderTest) -> None:
    reply = take(books, batch(["a1", "a2"]), a1=(Verdict.UNREADABLE, "no such field"))
    assert verdicts(reply) == ["unreadable", "recorded"]
    assert books.held()[0] == ("e1", 1, "a1", "unreadable")


def test_a_gap_applies_nothing_and_names_the_number(books: LedgerUnderTest) -> None:
    take(books, batch(["a1"]))
    with pytest.raises(SequenceGap) as gap:
        take(books, batch(["a3"], first=3, previous="a2"))
    assert (gap.value.expected, gap.value.mark_event_id) == (2, "a1")
    assert books.effects() == ["a1"]


def test_a_copied_disk_is_a_fork_and_nothing_of_it_is_applied(books: LedgerUnderTest) -> None:
    take(books, batch(events("a", range(1, 11))))
    with pytest.raises(OriginForked):
        take(books, batch(["a8", "n9", "n10", "n11"], first=8, previous="a7"))
    with pytest.raises(OriginForked):
        take(books, batch(["n11"], first=11, previous="n10"))
    assert books.effects() == events("a", range(1, 11))


def test_under_a_new_epoch_what_is_held_comes_back_as_duplicate_and_the_rest_is_recorded(
    books: LedgerUnderTest,
) -> None:
    take(books, batch(["a1", "a2", "a3"]))
    fresh = Origin(store="S001", node="H1", epoch="e2", lane=0)
    again = batch(["a2", "a3", "n4"], origin=fresh)
    assert verdicts(take(books, again)) == ["duplicate", "duplicate", "recorded"]
    assert verdicts(take(books, again)) == ["duplicate", "duplicate", "duplicate"], "also when its reply was lost"
    after = take(books, batch(["n5"], first=4, previous="n4", origin=fresh))
    assert (after.mark, after.mark_event_id) == (4, "n5")
    assert books.effects() == ["a1", "a2", "a3", "n4", "n5"]
    assert [row[2] for row in books.held()] == ["a1", "a2", "a3", "n4", "n5"], "the ledger holds each event once"


def test_an_event_of_lane_zero_is_known_in_lane_one_too(books: LedgerUnderTest) -> None:
    take(books, batch(["a1"]))
    other = Origin(store="S001", node="H1", epoch="e1", lane=1)
    assert verdicts(take(books, batch(["a1", "c1"], origin=other))) == ["duplicate", "recorded"]


def test_another_store_may_hold_the_same_event_id(books: LedgerUnderTest) -> None:
    take(books, batch(["a1"]))
    other = Origin(store="S002", node="H1", epoch="e1", lane=0)
    assert verdicts(take(books, batch(["a1"], origin=other))) == ["recorded"]


def test_telemetry_is_not_searched_for_its_event_ids(books: LedgerUnderTest) -> None:
    lane = Origin(store="S001", node="H1", epoch="e1", lane=2)
    take(books, batch(["t1"], origin=lane))
    assert verdicts(take(books, batch(["t1", "t2"], origin=lane))) == ["duplicate", "recorded"]
    renumbered = Origin(store="S001", node="H1", epoch="e2", lane=2)
    assert verdicts(take(books, batch(["t1"], origin=renumbered))) == ["recorded"]


TELEMETRY = Origin(store="S001", node="H1", epoch="e1", lane=2)


def rows_of(origin: Origin, *rows: Row, previous: str | None = None) -> Batch:
    return Batch(origin=origin, previous=previous, rows=rows)


def test_a_skipped_stretch_is_recorded_with_its_reason_and_has_no_effect(books: LedgerUnderTest) -> None:
    pushed = rows_of(TELEMETRY, row("t1", 1), skipped("s2", 2, 90), row("t91", 91), skipped("s92", 92, 99))
    reply = take(books, pushed)
    assert [(r.sequence, r.verdict.value, r.reason) for r in reply.receipts] == [
        (1, "recorded", None),
        (2, "recorded", "dropped"),
        (91, "recorded", None),
        (92, "recorded", "dropped"),
    ]
    assert (reply.mark, reply.mark_event_id) == (99, "s92")
    assert books.effects() == ["t1", "t91"]
    assert verdicts(take(books, pushed)) == ["duplicate"] * 4
    after = take(books, rows_of(TELEMETRY, skipped("s92", 92, 99), row("t100", 100), previous="t91"))
    assert (verdicts(after), after.mark) == (["duplicate", "recorded"], 100)


def test_rows_that_a_stretch_replaced_are_a_fork_when_they_come_after_all(books: LedgerUnderTest) -> None:
    take(books, rows_of(TELEMETRY, row("t1", 1), skipped("s2", 2, 90), row("t91", 91)))
    for other in (
        rows_of(TELEMETRY, row("t1", 1), row("t2", 2), row("t3", 3)),
        rows_of(TELEMETRY, row("t40", 40), row("t41", 41), previous="t39"),
        rows_of(TELEMETRY, skipped("s2", 2, 95), row("t96", 96), previous="t1"),
        rows_of(TELEMETRY, skipped("s2", 2, 91), row("t92", 92), previous="t1"),
    ):
        with pytest.raises(OriginForked):
            take(books, other)
    assert books.effects() == ["t1", "t91"]


def test_the_row_that_an_undeliverable_one_stands_for_comes_late_as_a_duplicate(books: LedgerUnderTest) -> None:
    """Its last push may still be on its way when the sender gives it up."""
    instead = skipped("a2", 2, 2, SkipReason.UNDELIVERABLE)
    take(books, batch(["a1"]))
    assert verdicts(take(books, rows_of(HUB, instead, row("a3", 3), previous="a1"))) == ["recorded", "recorded"]
    assert verdicts(take(books, batch(["a2"], first=2, previous="a1"))) == ["duplicate"]
    assert books.effects() == ["a1", "a3"]


def test_a_row_that_was_taken_after_all_settles_the_one_that_stands_for_it(books: LedgerUnderTest) -> None:
    take(books, batch(["a1", "a2"]))
    instead = skipped("a2", 2, 2, SkipReason.UNDELIVERABLE)
    assert verdicts(take(books, rows_of(HUB, instead, row("a3", 3), previous="a1"))) == ["duplicate", "recorded"]
    assert books.effects() == ["a1", "a2", "a3"]


def test_a_judge_that_breaks_leaves_nothing_behind(books: LedgerUnderTest) -> None:
    def judge(tx: Any, seen: Envelope) -> Judgement:
        books.note(tx, seen.id)
        if seen.id == "a2":
            raise RuntimeError("the books are broken")
        return Verdict.RECORDED, None

    with pytest.raises(RuntimeError, match="broken"):
        books.take(batch(["a1", "a2"]), judge)
    assert (books.effects(), books.held()) == ([], [])
    assert verdicts(take(books, batch(["a1", "a2"]))) == ["recorded", "recorded"]


def test_four_connections_that_send_the_same_at_once_have_one_effect(books: LedgerUnderTest) -> None:
    """A reply that takes too long is asked for again while the first request still runs."""
    together = threading.Barrier(4)
    seen: list[list[str]] = []

    def send() -> None:
        for start in range(1, 101, 20):
            pushed = batch(
                events("a", range(start, start + 20)), first=start, previous=f"a{start - 1}" if start > 1 else None
            )
            together.wait(10)
            seen.append(verdicts(take(books, pushed)))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert books.effects() == events("a", range(1, 101))
    assert len(seen) == 20
    assert sum(all(v == "recorded" for v in got) for got in seen) == 5
    assert HUB.epoch == books.held()[0][0]


def test_two_epochs_that_send_the_same_events_at_once_have_one_effect(books: LedgerUnderTest) -> None:
    """A copied disk: both copies owe the same facts and come back at the same moment."""
    together = threading.Barrier(2)

    def send(epoch: str) -> None:
        origin = Origin(store="S001", node="H1", epoch=epoch, lane=0)
        for start in range(1, 61, 10):
            pushed = batch(
                events("a", range(start, start + 10)),
                first=start,
                previous=f"a{start - 1}" if start > 1 else None,
                origin=origin,
            )
            together.wait(10)
            take(books, pushed)

    threads = [threading.Thread(target=send, args=(epoch,)) for epoch in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(books.effects()) == sorted(events("a", range(1, 61)))
