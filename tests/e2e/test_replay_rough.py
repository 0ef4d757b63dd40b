"""A day of the real shop with everything that goes wrong in one: no unit and no penny is without an end, in either book."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast.replays import replay

pytestmark = [pytest.mark.data, pytest.mark.slow]

NOTHING = {
    "refunds_of_collected": 0,
    "handed_over_twice": 0,
    "dearer_substitutes": 0,
    "lost": 0,
    "facts_owed": 0,
    "flagged": 0,
    "duplicates_applied": 0,
}
ENDS = ("handed_over", "substituted_away", "short", "expired", "cancelled")
COUNTED = ("short_lines", "substituted_lines", "expired_orders", "proxies", "returns", "partial")


def accounted(shares: dict[str, int]) -> int:
    """Everything whose end is known."""
    return sum(shares[end] for end in ENDS)


@pytest.mark.parametrize("seed", [1, 4])
def test_a_rough_day_leaves_no_unit_without_an_end(data_dir: Path, seed: int) -> None:
    week = data_dir / "retail" / "uci_online_retail"
    code, result, said = replay(week, "--scenario", "rough", "--seed", str(seed), "--days", "1")

    assert result["disagreements"] == [], said
    assert code == 0
    _adds_up(result)
    assert {name: result[name] for name in NOTHING} == NOTHING
    for name in COUNTED:
        assert 0.8 * result["plan"][name] <= result[name] <= 1.2 * result["plan"][name], name
        assert result[name] > 0, name
    assert result["cancels_granted"] > 0
    assert result["cancels_refused"] > 0
    assert result["cancels_granted"] + result["cancels_refused"] == result["plan"]["cancels"]


def _adds_up(result: dict[str, Any]) -> None:
    """Both books say the same, and it is the day that is in the file, counted there by its own columns."""
    for name, ordered in (("units", 47_327), ("money_minor", 11_153_110)):
        assert result[name] == result["hub"][name] == result["central"][name]
        assert accounted(result[name]) == result[name]["ordered"] == ordered
        assert all(result[name][end] > 0 for end in ENDS), name
    assert result["units"]["substituted_in"] == result["units"]["substituted_away"]
    assert result["handed_over"] + result["expired_orders"] + result["cancelled_orders"] == 106
