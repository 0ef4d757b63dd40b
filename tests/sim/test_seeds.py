"""Hundreds of days at a shop with a bad line: nothing told is lost, nothing counts twice, and both ends agree in the end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.sim.run import Seen, run
from tests.sim.seeds import TAUGHT

SEEDS = 300
BLOCK = 25
ROOT = Path(__file__).resolve().parents[2]
TOLD = "import sys; from tests.sim.run import run; sys.stdout.write(repr(run(int(sys.argv[1]))))"


def story(seen: Seen) -> str:
    """A failed seed, and how to see it again."""
    return "\n".join((*seen.trail, f"{seen.wrong}", f"see it again: make sim SEED={seen.seed}"))


def block(first: int) -> ParameterSet:
    """Some seeds to play in one go; `make quick` plays the first of them too."""
    marks = () if first == 1 else (pytest.mark.slow,)
    return pytest.param(first, marks=marks, id=f"seeds {first} to {first + BLOCK - 1}")


@pytest.mark.parametrize("first", [block(first) for first in range(1, SEEDS + 1, BLOCK)])
def test_after_bad_days_nothing_told_is_lost_nothing_counts_twice_and_the_books_agree(first: int) -> None:
    for seed in range(first, first + BLOCK):
        seen = run(seed)
        assert seen.wrong is None, story(seen)


@pytest.mark.parametrize(("seed", "taught"), list(TAUGHT.items()), ids=[f"seed {seed}" for seed in TAUGHT])
def test_a_seed_that_once_failed_stays_right(seed: int, taught: str) -> None:
    seen = run(seed)
    assert seen.wrong is None, f"{taught}\n{story(seen)}"


def test_a_seed_is_the_same_to_the_byte_whichever_process_plays_it() -> None:
    def told(hash_seed: str) -> str:
        asked = [sys.executable, "-c", TOLD, "7"]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        return subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    seen = repr(run(7))
    assert "ledger=" in seen
    assert told("1") == told("2") == seen
