"""A PIN is kept only as an argon2id hash, and checked without asking anybody."""

import pytest

from edge.passes import hash_pin, is_pin, pin_fits


def test_a_pin_fits_its_own_hash_alone() -> None:
    kept = hash_pin("314159")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert pin_fits(kept, "314159")
    assert not pin_fits(kept, "314158")
    assert not pin_fits(kept, "")


def test_the_same_pin_of_two_people_is_kept_as_two_hashes() -> None:
    assert hash_pin("314159") != hash_pin("314159")


@pytest.mark.parametrize("kept", ["", "314159", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"])
def test_a_hash_that_cannot_be_read_fits_nothing(kept: str) -> None:
    assert not pin_fits(kept, "314159")


def test_a_pin_is_six_digits() -> None:
    assert is_pin("314159")
    for other in ("", "31415", "3141592", "31415a", "３14159", "314159\n"):
        assert not is_pin(other)
