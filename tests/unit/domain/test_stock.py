"""A unit is in exactly one of reserved, staged, gone; what is left may be promised."""

from edge.domain.stock import available


def test_what_may_still_be_promised_is_what_nobody_holds() -> None:
    assert available(on_hand=10, gone_since=2, restocked_since=1, reserved=3, staged=1, safety=2) == 3


def test_a_promise_too_many_shows_as_a_number_below_zero() -> None:
    assert available(on_hand=1, gone_since=0, restocked_since=0, reserved=3, staged=0, safety=0) == -2
