"""Two hubs on one folder would each hand out what the other promised: the second one is told so and ends."""

import subprocess
import sys
from pathlib import Path

from tests.cast.floor import Floor
from tests.cast.hub_process import DeskOverWire, HubProcess, free_port


def test_a_second_hub_on_one_folder_ends_with_a_clear_word_and_the_first_goes_on(tmp_path: Path) -> None:
    Floor(tmp_path).close()
    first = HubProcess(tmp_path)
    first.process.start()
    try:
        command = [sys.executable, "-m", "edge.cli", "hub", "--dir", str(tmp_path), "--port", str(free_port())]
        second = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)
        assert second.returncode == 1
        assert "is already served by process" in second.stderr
        assert "Traceback" not in second.stderr
        DeskOverWire(first.url).close()
    finally:
        first.process.stop()


def test_a_hub_that_was_killed_leaves_its_folder_free(tmp_path: Path) -> None:
    Floor(tmp_path).close()
    hub = HubProcess(tmp_path)
    hub.process.start()
    hub.process.kill()
    hub.process.start()
    hub.process.stop()
