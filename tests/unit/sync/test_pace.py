"""How much goes into one push, and what refusals tell of a row: numbers in, numbers out."""

from sync.pace import FIRST_ROWS, QUICK_MS, REST_MS, SLOW_MS, STEP_ROWS, UNANSWERED_MAX, Pace
from sync.wire import BATCH_ROWS_MAX

MOST = BATCH_ROWS_MAX


def test_a_full_push_that_is_quick_makes_the_next_one_larger_up_to_what_the_wire_takes() -> None:
    pace = Pace()
    assert pace.limit(1, MOST) == FIRST_ROWS
    seen = []
    for _ in range(10):
        pace.settled(1, pace.limit(1, MOST), QUICK_MS)
        seen.append(pace.limit(1, MOST))
    assert seen[:2] == [FIRST_ROWS + STEP_ROWS, FIRST_ROWS + 2 * STEP_ROWS]
    assert seen[-1] == BATCH_ROWS_MAX


def test_a_push_that_was_not_full_tells_nothing_about_larger_ones() -> None:
    pace = Pace()
    pace.settled(1, 3, 1)
    assert pace.limit(1, MOST) == FIRST_ROWS


def test_a_slow_push_makes_the_next_one_smaller_but_not_small() -> None:
    pace = Pace()
    for _ in range(6):
        pace.settled(1, pace.limit(1, MOST), 1)
    for _ in range(6):
        pace.settled(1, pace.limit(1, MOST), SLOW_MS)
    assert pace.limit(1, MOST) == FIRST_ROWS


def test_whoever_pushes_may_ask_for_less() -> None:
    assert Pace().limit(1, 7) == 7


def test_halving_comes_down_to_one_row_and_success_brings_it_back() -> None:
    pace, sent = Pace(), []
    while pace.limit(1, MOST) > 1:
        sent.append(pace.limit(1, MOST))
        pace.halve(1, sent[-1])
    assert sent == [500, 250, 125, 62, 31, 15, 7, 3]
    assert pace.limit(2, MOST) == FIRST_ROWS, "another origin is not made smaller"
    back = []
    for _ in range(10):
        pace.settled(1, pace.limit(1, MOST), 1)
        back.append(pace.limit(1, MOST))
    assert back == [2, 4, 8, 16, 32, 64, 128, 256, FIRST_ROWS, FIRST_ROWS + STEP_ROWS]


def test_one_lost_answer_is_the_line_but_one_after_another_makes_the_push_smaller() -> None:
    pace = Pace()
    doubted = [pace.unanswered(1, pace.limit(1, MOST)) for _ in range(UNANSWERED_MAX + 1)]
    assert doubted == [False] * (UNANSWERED_MAX - 1) + [True, True]
    assert pace.limit(1, MOST) == FIRST_ROWS // 4
    pace.settled(1, 100, 1)
    assert not pace.unanswered(1, 100), "a success in between and the count begins again"


def test_a_refusal_tells_of_the_row_only_when_the_peer_recorded_another_push_in_between() -> None:
    pace = Pace()
    assert not pace.refused_alone(1, 0)
    assert not pace.refused_alone(1, 0), "nothing was recorded since: the peer may refuse everything"
    pace.settled(2, 5, 1)
    assert pace.refused_alone(1, 0)
    assert not pace.refused_alone(1, 0), "each recorded push lends its word once"


def test_a_refused_row_rests_until_asking_again_can_tell_something_new() -> None:
    pace = Pace()
    assert not pace.rests(1, 0)
    pace.refused_alone(1, 1000)
    assert pace.rests(1, 1000 + REST_MS - 1)
    assert not pace.rests(1, 1000 + REST_MS)
    assert not pace.rests(1, 999), "a clock that went back holds nothing up"
    pace.settled(2, 5, 1)
    assert not pace.rests(1, 1000)
    pace.refused_alone(1, 1000)
    pace.given_up(1)
    assert not pace.rests(1, 1000)
