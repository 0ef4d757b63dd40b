"""The real week, played through running processes, agrees in every book; kills at random moments change no total."""

from pathlib import Path

import pytest

from tests.cast.replays import replay

pytestmark = [pytest.mark.data, pytest.mark.slow]

OF_THE_FIRST_DAY = {
    "rows": 3597,
    "sale_orders": 107,
    "sale_lines": 3521,
    "sale_units": 47353,
    "gross_minor": 11441989,
    "cancellation_invoices": 31,
    "cancellation_lines": 62,
    "return_lines_linked": 1,
    "return_lines_without_order": 57,
    "refund_charge_lines": 4,
    "refund_minor": 227878,
    "quarantined": 14,
    "pickups": 106,
}
"""Counted in the file of 14 November 2011 by its own columns; see docs/reference/import-uci.md."""

NOTHING = {"facts_owed": 0, "flagged": 0, "duplicates_applied": 0, "lost": 0}


@pytest.fixture
def week(data_dir: Path) -> Path:
    """The folder of the real week."""
    return data_dir / "retail" / "uci_online_retail"


def test_a_day_of_the_real_shop_agrees_in_every_book(week: Path) -> None:
    code, result, said = replay(week, "--seed", "1", "--days", "1")

    assert result["disagreements"] == [], said
    assert code == 0
    assert {name: result[name] for name in OF_THE_FIRST_DAY} == OF_THE_FIRST_DAY
    assert {name: result["central"][name] for name in result["central"]} == {
        **{name: OF_THE_FIRST_DAY[name] for name in OF_THE_FIRST_DAY if name not in ("rows", "quarantined")},
        "handed_over": 106,
    }
    assert {name: result[name] for name in NOTHING} == NOTHING
    assert result["handed_over_while_cut"] >= 53
    assert result["cuts"], "a play without a cut proves nothing"


def test_hub_and_central_killed_five_times_each_change_no_total(week: Path) -> None:
    code, result, said = replay(week, "--seed", "7", "--days", "2", "--kills", "5")

    assert result["disagreements"] == [], said
    assert code == 0
    assert result["kills"] == {"hub": 5, "central": 5}
    assert result["pickups"] == result["handed_over"] == result["hub"]["handed_over"]
    assert {name: result[name] for name in NOTHING} == NOTHING
