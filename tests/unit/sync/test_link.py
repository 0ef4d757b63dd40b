"""The line as people see it: said once when it goes, once when it is back, and never flickering."""

from sync.backoff import BASE_MS, CAP_MS, delay_ms
from sync.link import FAILS_TO_CUT, WINDOW, Link, LinkState


def said(beats: str) -> list[tuple[int, str]]:
    """Feed beats (o passed, x failed) and list what was said at which beat."""
    link = Link(now_ms=0)
    changes = [(n, link.seen(beat == "o", now_ms=n)) for n, beat in enumerate(beats, start=1)]
    return [(n, state.value) for n, state in changes if state is not None]


def test_the_first_beat_that_passes_brings_the_line_up() -> None:
    assert said("o") == [(1, "up")]


def test_after_a_bad_start_it_takes_two() -> None:
    assert said("xoxoo") == [(5, "up")]


def test_one_lost_beat_is_no_cut_and_three_are() -> None:
    assert said("oxoxxo") == [(1, "up")]
    assert said("oxxx") == [(1, "up"), (4, "cut")]


def test_each_change_is_said_once() -> None:
    assert said("o" + "x" * 20 + "o" * 20) == [(1, "up"), (4, "cut"), (23, "up")]


def test_a_line_that_loses_most_of_its_beats_is_cut_without_three_in_a_row() -> None:
    assert FAILS_TO_CUT == 3
    assert said("o" + "xxo" * WINDOW)[1][1] == "cut"


def test_a_line_that_loses_every_other_beat_does_not_flicker() -> None:
    assert said("o" + "xo" * 50) == [(1, "up")]


def test_it_knows_since_when() -> None:
    link = Link(now_ms=5)
    assert (link.state, link.since_ms) == (LinkState.CUT, 5)
    link.seen(True, now_ms=9)
    assert (link.state, link.since_ms) == (LinkState.UP, 9)
    link.seen(True, now_ms=12)
    assert link.since_ms == 9


def highest(count: int) -> bytes:
    """Chance at its highest; `bytes` itself, which gives zeros, is chance at its lowest."""
    return b"\xff" * count


def test_waits_double_up_to_a_ceiling_and_are_spread_below_it() -> None:
    never, always = bytes, highest
    assert delay_ms(0, always) == 0
    assert [delay_ms(n, always) for n in (1, 2, 3)] == [BASE_MS, 2 * BASE_MS, 4 * BASE_MS]
    assert delay_ms(60, always) == CAP_MS
    assert delay_ms(60, never) == 0


def test_what_the_peer_asks_for_comes_first_and_the_jitter_on_top() -> None:
    assert delay_ms(1, bytes, retry_after_s=7) == 7000
    assert 7900 < delay_ms(1, highest, retry_after_s=7) < 8000, "spread over the second it was named for"
    assert delay_ms(60, highest, retry_after_s=7) < 8000, "its word wins over our own back-off"
