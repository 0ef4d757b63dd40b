"""Whatever a disk may hold after the power went, the hub that starts on it has everything it ever answered, once."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.faults.crash_states.disk import Cut, Disk, Step, read_steps
from tests.faults.crash_states.sweep import FACTS_LEAST, ORDERS, memory_folder, record, sweep

RECORDINGS = {1: 2_250, 2: 2_250, 3: 600}
"""Different states opened per recording, at least 5,000 in all; `make crash STATES=200000` goes on from there."""


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory, gone afterwards."""
    with memory_folder() as folder:
        yield folder


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "states"), RECORDINGS.items(), ids=[f"recording {seed}" for seed in RECORDINGS])
def test_no_power_cut_takes_an_answer_back_or_leaves_half_an_act(
    memory: Path, c_compiler: str, seed: int, states: int
) -> None:
    steps = record(memory / "day", orders=ORDERS, compiler=c_compiler)
    swept = sweep(steps, memory / "state", states=states, seed=seed)
    assert swept.wrong == [], swept.summary()
    assert swept.states >= states * 0.99
    assert swept.acknowledged >= FACTS_LEAST
    assert set(swept.per_cut) == set(Cut)


def test_the_recording_holds_checkpoints_and_a_wal_that_ends_and_begins_again(memory: Path, c_compiler: str) -> None:
    """Without them the states would only ever be a longer WAL."""
    steps = list(read_steps(record(memory / "day", orders=ORDERS, compiler=c_compiler)))
    folder = memory / "day" / "hub"
    removed = [step.path for step in steps if step.op == "U"]
    book_written = [step.number for step in steps if step.op == "W" and step.path == f"{folder}/state.db"]
    assert removed.count(f"{folder}/state.db-wal") == 2, "in the break and in the evening"
    assert len(book_written) > len(set(book_written)), "a page of the book is written again by a later checkpoint"


def steps_of(*calls: tuple[str, int, int, str, bytes]) -> Disk:
    disk = Disk()
    for op, inode, number, path, data in calls:
        disk.step(Step(op, inode, number, path, data))
    return disk


CREATED = (("C", 7, 0, "/hub/a", b""), ("b", 1, 3, "/hub", b""), ("s", 1, 3, "/hub", b""))


def test_a_write_is_safe_only_once_a_sync_that_began_after_it_came_back() -> None:
    early, late = ("W", 7, 0, "/hub/a", b"early"), ("W", 7, 5, "/hub/a", b"late")
    begins, back = ("B", 7, 4, "/hub/a", b""), ("S", 7, 4, "/hub/a", b"")
    assert steps_of(*CREATED, early).after_a_cut(Cut.DROP, Random(1)).files == {"/hub/a": b""}
    assert steps_of(*CREATED, early, begins).after_a_cut(Cut.DROP, Random(1)).files == {"/hub/a": b""}
    disk = steps_of(*CREATED, early, begins, late, back)
    assert disk.after_a_cut(Cut.DROP, Random(1)).files == {"/hub/a": b"early"}
    assert disk.after_a_cut(Cut.KEEP, Random(1)).files == {"/hub/a": b"earlylate"}


def test_a_name_is_safe_only_once_its_folder_was_synced() -> None:
    written = (("W", 7, 0, "/hub/a", b"x"), ("B", 7, 4, "/hub/a", b""), ("S", 7, 4, "/hub/a", b""))
    nameless = steps_of(CREATED[0], *written)
    assert nameless.after_a_cut(Cut.DROP, Random(1)).files == {}
    renamed = steps_of(*CREATED, *written, ("R", 7, 0, "/hub/a", b"/hub/b"))
    assert renamed.after_a_cut(Cut.DROP, Random(1)).files == {"/hub/a": b"x"}
    assert renamed.after_a_cut(Cut.KEEP, Random(1)).files == {"/hub/b": b"x"}


def test_a_write_is_torn_at_sectors_and_nowhere_else() -> None:
    disk = steps_of(*CREATED, ("W", 7, 100, "/hub/a", b"\1" * 2000))
    seen = {disk.after_a_cut(Cut.TORN, Random(seed)).files["/hub/a"] for seed in range(200)}
    borders = (100, 512, 1024, 1536, 2048, 2100)
    for content in seen:
        for start, end in pairwise(borders):
            assert len(set(content[start:end])) <= 1, "half a sector"
    assert len(seen) > 10
