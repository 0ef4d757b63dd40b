"""Time is believed only once it was signed, and then it runs by the clock that nobody can set."""

import pytest

from edge.domain.clock import Clock, SimClock, SystemClock, parse_rfc3339, rfc3339
from edge.domain.errors import BadTime

TEATIME_MS = 1_795_237_500_123


@pytest.mark.parametrize(
    "ms, text",
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (TEATIME_MS, "2026-11-21T05:05:00.123Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ],
)
def test_a_label_is_written_and_read_back_to_the_millisecond(ms: int, text: str) -> None:
    assert rfc3339(ms) == text
    assert parse_rfc3339(text) == ms


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T14:05:00.123+09:00",
        "2026-11-21t05:05:00.1239z",
        "2026-11-20T20:05:00.123-09:00",
    ],
)
def test_any_offset_and_finer_digits_are_the_same_moment(text: str) -> None:
    assert parse_rfc3339(text) == TEATIME_MS


def test_a_leap_second_is_the_first_of_the_next_minute() -> None:
    assert rfc3339(parse_rfc3339("2016-12-31T23:59:60Z")) == "2017-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-21",
        "2026-11-21T05:05:00",
        "2026-13-21T05:05:00Z",
        "2026-02-30T05:05:00Z",
        "2026-11-21T24:05:00Z",
        "2026-11-21T05:05:61Z",
        "2026-11-21T05:05:00+24:00",
        "2026-11-21T05:05:00+09:60",
        "２026-11-21T05:05:00Z",
        "2026-11-21T05:05:00Z\n",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTime):
        parse_rfc3339(text)


def test_a_year_that_nobody_can_write_is_refused() -> None:
    with pytest.raises(BadTime):
        rfc3339(10**18)


def test_a_node_lifts_a_wall_clock_that_woke_up_in_the_past_to_its_floor() -> None:
    in_the_future_ms = 4_000_000_000_000
    clock = SystemClock(floor_ms=in_the_future_ms)
    assert clock.now_ms() == in_the_future_ms
    assert not clock.confirmed()


def test_signed_time_is_believed_and_says_how_far_off_the_label_was() -> None:
    clock = SystemClock(floor_ms=4_000_000_000_000)
    offset_ms = clock.confirm(TEATIME_MS)
    assert clock.confirmed()
    assert offset_ms == TEATIME_MS - 4_000_000_000_000
    assert TEATIME_MS <= clock.now_ms() < TEATIME_MS + 60_000


def test_central_needs_nobody_to_confirm_its_time() -> None:
    assert SystemClock(confirmed=True).confirmed()


def test_two_starts_are_told_apart() -> None:
    assert SystemClock().boot_id != SystemClock().boot_id


def test_monotonic_time_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.monotonic_ms() <= clock.monotonic_ms()


def test_a_simulated_clock_moves_only_when_told() -> None:
    clock: Clock = SimClock(TEATIME_MS, confirmed=False)
    assert (clock.now_ms(), clock.monotonic_ms(), clock.confirmed()) == (TEATIME_MS, 0, False)
    assert isinstance(clock, SimClock)
    clock.advance(1_500)
    assert (clock.now_ms(), clock.monotonic_ms()) == (TEATIME_MS + 1_500, 1_500)
    assert clock.confirm(TEATIME_MS) == -1_500
    assert (clock.now_ms(), clock.monotonic_ms(), clock.confirmed()) == (TEATIME_MS, 1_500, True)
