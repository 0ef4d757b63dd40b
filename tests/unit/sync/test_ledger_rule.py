"""The rule of the ledger alone: what a batch means, given what is held."""

import pytest

from sync.envelope import Batch, Origin, Row
from sync.errors import OriginForked, SequenceGap
from sync.ledger import Mark, Step, next_mark, plan
from tests.exchange.rows import batch, events, row, skipped

TELEMETRY = Origin(store="S001", node="H1", epoch="e1", lane=2)


def test_rows_after_the_mark_are_applied() -> None:
    assert plan(Mark(), batch(["a1", "a2"]), {}, set()) == (Step.APPLY, Step.APPLY)
    assert plan(Mark(2, "a2"), batch(["a3"], first=3, previous="a2"), {}, set()) == (Step.APPLY,)


def test_a_batch_sent_again_is_only_receipted() -> None:
    steps = plan(Mark(3, "a3"), batch(["a2", "a3"], first=2, previous="a1"), {2: "a2", 3: "a3"}, {"a2", "a3"})
    assert steps == (Step.SEEN_HERE, Step.SEEN_HERE)


def test_a_batch_that_begins_with_old_rows_is_applied_from_the_first_new_one() -> None:
    steps = plan(Mark(2, "a2"), batch(["a2", "a3"], first=2, previous="a1"), {2: "a2"}, {"a2"})
    assert steps == (Step.SEEN_HERE, Step.APPLY)


def test_rows_beyond_a_hole_are_not_applied_and_the_next_number_is_named() -> None:
    with pytest.raises(SequenceGap) as gap:
        plan(Mark(2, "a2"), batch(["a4"], first=4, previous="a3"), {}, set())
    assert (gap.value.expected, gap.value.mark_event_id) == (3, "a2")


@pytest.mark.parametrize(
    ("mark", "first", "previous", "held"),
    [
        (Mark(2, "a2"), 3, "zz", {}),
        (Mark(2, "a2"), 3, None, {}),
        (Mark(), 1, "a0", {}),
        (Mark(3, "a3"), 2, "a1", {2: "zz", 3: "a3"}),
        (Mark(3, "a3"), 2, "a1", {3: "a3"}),
    ],
    ids=[
        "another row before the first",
        "the first of a new history under an old epoch",
        "a past that is not held",
        "another event at a number",
        "nothing held at a number below the mark",
    ],
)
def test_two_histories_under_one_origin_are_a_fork(
    mark: Mark, first: int, previous: str | None, held: dict[int, str]
) -> None:
    with pytest.raises(OriginForked):
        plan(mark, batch(["x2", "a3"], first=first, previous=previous), held, set())


def test_a_copied_disk_that_counts_on_is_a_fork_and_not_ten_duplicates() -> None:
    """Yesterday's file put back: same epoch, numbers 81 to 90 once more, but for other handovers."""
    held = dict(enumerate(events("a", range(1, 101)), start=1))
    with pytest.raises(OriginForked):
        plan(Mark(100, "a100"), batch(events("new", range(81, 91)), first=81, previous="a80"), held, set())


def test_an_event_held_under_another_number_only_moves_the_mark() -> None:
    steps = plan(Mark(), batch(["a8", "a9", "a10"]), {}, {"a8", "a9"})
    assert steps == (Step.SEEN_ELSEWHERE, Step.SEEN_ELSEWHERE, Step.APPLY)


def test_an_event_twice_in_one_batch_is_applied_once() -> None:
    assert plan(Mark(), batch(["a1", "a1"]), {}, set()) == (Step.APPLY, Step.SEEN_ELSEWHERE)


def test_telemetry_is_told_apart_by_its_number_alone() -> None:
    assert plan(Mark(), batch(["t1", "t1"], origin=TELEMETRY), {}, {"t1"}) == (Step.APPLY, Step.APPLY)


def test_the_mark_never_goes_back() -> None:
    assert next_mark(Mark(5, "a5"), batch(["a2", "a3"], first=2)) == Mark(5, "a5")
    assert next_mark(Mark(2, "a2"), batch(["a2", "a3"], first=2)) == Mark(3, "a3")


def stretches(*rows: Row, previous: str | None = None) -> Batch:
    return Batch(origin=TELEMETRY, previous=previous, rows=rows)


def test_a_skipped_stretch_is_applied_and_the_mark_stands_at_its_end() -> None:
    pushed = stretches(row("t1", 1), skipped("s2", 2, 900), row("t901", 901))
    assert plan(Mark(), pushed, {}, set()) == (Step.APPLY,) * 3
    assert next_mark(Mark(), pushed) == Mark(901, "t901")
    assert next_mark(Mark(), stretches(row("t1", 1), skipped("s2", 2, 900))) == Mark(900, "s2")


def test_a_skipped_stretch_sent_again_is_only_receipted_and_what_follows_is_new() -> None:
    again = stretches(skipped("s2", 2, 900), row("t901", 901), previous="t1")
    assert plan(Mark(900, "s2"), again, {2: "s2"}, set()) == (Step.SEEN_HERE, Step.APPLY)


def test_a_stretch_that_grew_over_rows_that_were_taken_is_a_fork() -> None:
    """A row that was ever in a push is never dropped, so only another history can say this."""
    for mark, held in ((Mark(5, "t5"), {2: "s2", 5: "t5"}), (Mark(9, "t9"), {2: "s2", 5: "t5", 9: "t9"})):
        with pytest.raises(OriginForked):
            plan(mark, stretches(skipped("s2", 2, 8), row("t9", 9), previous="t1"), held, set())


def test_rows_inside_a_stretch_that_was_taken_are_a_fork() -> None:
    with pytest.raises(OriginForked):
        plan(Mark(8, "s2"), stretches(row("t5", 5), row("t6", 6), previous="t4"), {}, set())
