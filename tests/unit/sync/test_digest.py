"""Two ends find the rows they do not agree about, in few questions, whatever the number of rows."""

from collections.abc import Callable, Sequence

import pytest

from sync.digest import Difference, Differs, Span, differences, parts, row_sum, span_of
from sync.envelope import renumbered
from tests.exchange.rows import row

ROWS = 3_000


def held(count: int = ROWS) -> dict[int, bytes]:
    return {number: row(f"event-{number}", number).raw for number in range(1, count + 1)}


class End:
    """One end, and how often it was asked."""

    def __init__(self, rows: dict[int, bytes]) -> None:
        self.rows = rows
        self.asked = 0

    def between(self, first: int, last: int) -> list[tuple[int, bytes]]:
        return [(number, raw) for number, raw in sorted(self.rows.items()) if first <= number <= last]

    def answer(self, spans: Sequence[Span]) -> list[Span]:
        self.asked += 1
        return [span_of(self.between(each.first, each.last), each.first, each.last) for each in spans]


def compared(here: End, there: End, *, limit: int = 50) -> list[Difference]:
    return list(differences(1, ROWS, here.between, there.answer, limit=limit))


def test_two_ends_that_hold_the_same_are_asked_once() -> None:
    there = End(held())
    assert compared(End(held()), there) == []
    assert there.asked == 1


@pytest.mark.parametrize("place", [1, 2, 1_499, ROWS])
@pytest.mark.parametrize(
    ("spoil", "differs"),
    [
        (lambda here, _there, place: here.pop(place), Differs.MISSING_HERE),
        (lambda _here, there, place: there.pop(place), Differs.MISSING_THERE),
        (lambda here, _there, place: here.update({place: row("another", place).raw}), Differs.OTHER),
    ],
    ids=["missing-here", "missing-there", "other"],
)
def test_the_one_row_that_differs_is_named(
    place: int, spoil: Callable[[dict[int, bytes], dict[int, bytes], int], object], differs: Differs
) -> None:
    here, there = End(held()), End(held())
    spoil(here.rows, there.rows, place)
    assert compared(here, there) == [Difference(sequence=place, differs=differs)]
    assert there.asked <= 4


def test_a_change_inside_a_row_is_seen_and_another_number_for_it_is_not() -> None:
    raw = row("event", 7).raw
    assert row_sum(raw) == row_sum(renumbered(raw, 900))
    assert row_sum(raw) != row_sum(raw.replace(b'"order":', b'"Order":'))
    assert row_sum(b"no row") != row_sum(b"no Row")


def test_two_rows_that_changed_places_are_both_named() -> None:
    here, there = End(held()), End(held())
    here.rows[10], here.rows[11] = renumbered(here.rows[11], 10), renumbered(here.rows[10], 11)
    assert [each.sequence for each in compared(here, there)] == [10, 11]


def test_an_end_that_lost_everything_names_as_much_as_it_is_asked_for_and_no_more() -> None:
    there = End(held())
    found = compared(End({}), there, limit=5)
    assert [each.sequence for each in found] == [1, 2, 3, 4, 5]
    assert there.asked <= 8


def test_parts_leave_nothing_out_and_count_nothing_twice() -> None:
    for last in (1, 2, 15, 16, 17, 1_000):
        covered = [number for first, end in parts(1, last) for number in range(first, end + 1)]
        assert covered == list(range(1, last + 1))
        assert len(parts(1, last)) <= 16
