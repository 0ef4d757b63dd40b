"""A hundred pulled plugs in a row under desks and a kiosk that go on pressing: nothing answered is lost, nothing is done twice."""

from pathlib import Path

import pytest

from tests.faults.kills.campaign import campaign

KILLS = 100
"""`make kills KILLS=2000` is the long form."""


@pytest.mark.slow
def test_a_hundred_kills_lose_no_answered_press_and_double_none(tmp_path: Path) -> None:
    outcome = campaign(tmp_path, kills=KILLS, seed=1)
    assert outcome.wrong == [], outcome.summary()
    assert outcome.kills == KILLS
    assert outcome.acknowledged > KILLS, "every hub lived long enough to answer"
