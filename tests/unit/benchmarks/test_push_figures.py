"""The benchmarks of the push path say what they promise to say, and notice what must never happen."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks._figure import Case
from benchmarks._office import NODE, lost_and_doubled
from benchmarks.drain import is_wrong
from benchmarks.herd import Costs, Way, play
from sync.db import driver

KEYS = ("case", "figure", "unit", "raw", "bare", "ratio", "cpu_us_per_event", "bytes", "fsyncs")


def run(name: str, *options: str) -> dict[str, Any]:
    """One benchmark as `make bench` runs it, with little to do; gives its cases by name."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *options], capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert all(set(KEYS) <= set(case) for case in said["cases"])
    return {case["case"]: case for case in said["cases"]}


def test_a_drain_is_measured_at_both_ends_and_counts_what_arrived() -> None:
    cases = run("drain", "--events", "100", "--rounds", "1", "--no-peers")
    assert set(cases) == {"sqlite", "sqlite_pickups"}
    for name, events in (("sqlite", 100), ("sqlite_pickups", 20)):
        case = cases[name]
        assert (case["lost"], case["doubled"], case["verdict_recorded"]) == (0, 0, events)
        assert case["figure"] > 0
        assert case["ratio"] > 0
        assert case["cpu_us_hub"] > 0
        assert case["cpu_us_central"] > 0
        assert case["bytes"] > 100 * 16, "every row brings at least its own name over the line"
        assert case["fsyncs"] >= 2, "central commits the rows, the hub commits their receipts"


def test_an_empty_pull_has_a_figure_beside_its_signature() -> None:
    (case,) = run("empty_pull", "--events", "3").values()
    assert case["unit"] == "ms"
    assert case["figure"] + case["signature_ms"] == pytest.approx(case["whole_ms"], rel=0.5)


def test_the_herd_is_calibrated_and_wastes_nothing() -> None:
    cases = run("herd", "--stores", "20", "--events", "200")
    assert set(cases) == set(Way)
    assert cases["ours"]["wasted_percent"] == 0
    assert cases["ours"]["stores_done"] == 20


def test_the_model_shows_that_jitter_alone_wastes_work() -> None:
    """The model could not tell a good rule from none if this one came out well."""
    slow = Costs(new_s=0.2, again_s=0.1)
    assert play(Way.OURS, slow, 200).more["wasted_percent"] == 0
    assert float(play(Way.JITTER, slow, 200).more["wasted_percent"]) > 20


def central_with(folder: Path, *events: str) -> Path:
    """A central's books with these events in the ledger, one row each."""
    conn = driver.connect(folder / "central.db")
    conn.execute("CREATE TABLE ledger (node TEXT, event_id TEXT)")
    conn.executemany("INSERT INTO ledger VALUES (?, ?)", [(NODE, event) for event in events])
    conn.commit()
    conn.close()
    return folder


@pytest.mark.parametrize(
    ("held", "found"),
    [(("a", "b"), (0, 0)), (("a",), (1, 0)), (("a", "b", "b"), (0, 1)), (("a", "c"), (1, 1)), ((), (2, 0))],
)
def test_a_fact_that_is_missing_or_there_twice_is_found(
    tmp_path: Path, held: tuple[str, ...], found: tuple[int, int]
) -> None:
    assert lost_and_doubled(central_with(tmp_path, *held), {"a", "b"}) == found


@pytest.mark.parametrize(("lost", "doubled", "wrong"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_a_drain_that_lost_a_fact_fails(lost: int, doubled: int, wrong: bool) -> None:
    case = Case(case="sqlite", figure=1.0, unit="events/s", more={"lost": lost, "doubled": doubled})
    peer = Case(case="peer:nats-jetstream", figure=1.0, unit="events/s")
    assert is_wrong([case, peer]) is wrong
