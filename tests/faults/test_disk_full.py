"""On a disk that is full nothing acknowledged is lost, nothing is half there, and what matters goes on out of the ballast."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

SHIM = Path(__file__).with_name("full_disk.c")


class FullDisk:
    """A folder that a child process takes for a disk of so many bytes."""

    def __init__(self, folder: Path, compiler: str) -> None:
        self.folder = folder / "disk"
        self.folder.mkdir()
        self._library = folder / "full_disk.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", self._library, SHIM, "-ldl"], check=True)

    def walk(self, name: str, size: int) -> dict[str, object]:
        """Run one walk of `on_a_full_disk` there and give what it printed."""
        environment = os.environ | {
            "LD_PRELOAD": str(self._library),
            "STOREFLOOR_DISK": str(self.folder),
            "STOREFLOOR_DISK_BYTES": str(size),
        }
        command = [sys.executable, "-m", "tests.faults.on_a_full_disk", name, str(self.folder)]
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True, timeout=120
        )
        seen: dict[str, object] = json.loads(ran.stdout)
        return seen


@pytest.fixture
def disk(tmp_path: Path, c_compiler: str) -> FullDisk:
    return FullDisk(tmp_path, c_compiler)


def test_nothing_acknowledged_is_lost_and_the_ballast_carries_some_more(disk: FullDisk) -> None:
    seen = disk.walk("lone", 8 * 1024 * 1024)
    assert seen["states"] == ["held", "freed"]
    assert int(str(seen["carried_by_ballast"])) >= 100
    assert (seen["refused"], seen["later"]) == (20, 40)
    assert seen["held"] == seen["acknowledged"] == seen["held_after_restart"]
    assert seen["integrity"] == "ok"


def test_threads_that_share_commits_on_a_full_disk_are_each_told_the_truth(disk: FullDisk) -> None:
    seen = disk.walk("together", 4 * 1024 * 1024)
    assert seen["held"] == seen["acknowledged"]
    assert len(str(seen["held"])) > 1_000


def test_handovers_go_on_while_the_disk_fills_up(disk: FullDisk) -> None:
    seen = disk.walk("desk", 24 * 1024 * 1024)
    assert (seen["handed_over"], seen["refused"], seen["facts"]) == (20, [], 20)
    assert (seen["freed"], seen["shown"]) == ("freed", "freed")
    assert "disk_full" in str(seen["incidents"])
    assert (seen["after"], seen["incidents_after"]) == ("held", [])
