"""A minute of coverage-guided fuzzing of everything a stranger's scan reaches; `make fuzz SECONDS=900` goes on for longer."""

import pytest

from tests.fuzz.run import TARGETS, fuzz

SECONDS = 20
A_REAL_RUN = 2_000


@pytest.mark.slow
@pytest.mark.usefixtures("atheris")
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_a_fuzzer_thinks_of_is_taken_for_what_it_is_not(target: str) -> None:
    fared = fuzz(target, SECONDS)
    assert not fared.found, fared.found
    assert fared.units > A_REAL_RUN, "the fuzzer hardly ran"
