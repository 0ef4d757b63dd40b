"""Time is believed only once it was signed, and then it runs by the clock that nobody can set."""

from edge.domain.clock import DRIFT_MS, Clock, SimClock, SystemClock

TEATIME_MS = 1_795_237_500_123


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


def test_a_confirmed_clock_takes_signed_time_again_only_once_it_has_drifted() -> None:
    clock = SystemClock()
    clock.confirm(TEATIME_MS)
    clock.confirm(TEATIME_MS + DRIFT_MS // 2)
    assert TEATIME_MS <= clock.now_ms() < TEATIME_MS + DRIFT_MS // 2
    clock.confirm(TEATIME_MS + 10 * DRIFT_MS)
    assert clock.now_ms() >= TEATIME_MS + 10 * DRIFT_MS


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
