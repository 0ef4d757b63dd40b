"""The shop is drawn as one line: every shelf inside the walls, the way from here past the stops to the desk."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from kiosk_ui.kiosk.plan import HERE_X, HERE_Y, MOST_NUMBERED, WAY_END_Y, draw_plan

aisles = st.lists(st.integers(1, 99), min_size=1, max_size=30, unique=True).map(tuple)


@given(aisles, st.data())
def test_the_way_begins_here_ends_at_the_desk_and_stays_inside_the_walls(
    numbers: tuple[int, ...], data: st.DataObject
) -> None:
    stops = tuple(data.draw(st.lists(st.sampled_from(numbers), unique=True)))
    plan = draw_plan(numbers, stops)
    points = [(int(x), int(y)) for x, y in re.findall(r"(\d+) (\d+)", plan.way)]
    assert points[0] == (HERE_X, HERE_Y)
    assert points[-1][1] == WAY_END_Y
    assert all(20 <= x <= 964 and 20 <= y <= 540 for x, y in points)
    assert len(plan.dots) == len(stops)


@given(aisles)
def test_shelves_stand_beside_each_other_in_walking_order(numbers: tuple[int, ...]) -> None:
    plan = draw_plan(numbers)
    ends = [(shelf.x, shelf.x + shelf.width) for shelf in plan.shelves]
    assert all(before[1] < after[0] for before, after in itertools.pairwise(ends))
    assert [shelf.label for shelf in plan.shelves] == [str(n) if len(numbers) <= MOST_NUMBERED else "" for n in numbers]


def test_a_shop_that_told_nothing_about_its_aisles_is_drawn_without_numbers() -> None:
    plan = draw_plan(())
    assert plan.shelves
    assert {shelf.label for shelf in plan.shelves} == {""}
