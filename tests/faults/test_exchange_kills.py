"""What SIGKILL does to the exchange: at either end, at the worst moment, nothing is lost and nothing has a second effect."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sync.envelope import Verdict
from sync.ledger import SqliteLedger
from sync.signing import load_or_make_key, public_bytes, public_text
from tests.exchange.pair import Receiver
from tests.exchange.rows import MORNING_MS, batch, dice, events, open_hub, owe, owed_ids


def start_pushing(folder: Path, port: int, receiver: Receiver, run: int) -> subprocess.Popen[bytes]:
    url, public = f"http://127.0.0.1:{port}", public_text(public_bytes(receiver.key))
    return subprocess.Popen([sys.executable, "-m", "tests.exchange.pushing", str(folder), url, public, str(run)])


def test_a_hub_killed_between_sending_and_settling_owes_the_rows_still(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path / "central")
    hub = open_hub(tmp_path / "state.db")
    key = load_or_make_key(tmp_path / "hub.key", dice("H1 key"))
    receiver.know("hub:S001/H1", key)
    owe(hub, *events("a", range(1, 24)))
    running: list[subprocess.Popen[bytes]] = []

    def kill_before_the_answer_leaves() -> None:
        if len(running) <= 3:  # the first three runs die in their first push, after central's COMMIT
            running[-1].send_signal(signal.SIGKILL)
            running[-1].wait(10)

    receiver.before_answer = kill_before_the_answer_leaves
    with receiver.listening() as port:
        for run in range(4):
            running.append(start_pushing(tmp_path, port, receiver, run))
            running[-1].wait(60)
    assert [process.returncode for process in running] == [-signal.SIGKILL] * 3 + [0]
    assert receiver.effects() == events("a", range(1, 24))
    assert owed_ids(hub) == []
    hub.close()
    receiver.close()


@pytest.mark.parametrize("moment", ["before COMMIT", "after COMMIT"])
def test_a_receiver_that_dies_in_a_push_has_all_of_the_batch_or_nothing(tmp_path: Path, moment: str) -> None:
    """The process is gone, the file is what it is: opened again, it answers the same push as if nothing had been."""
    Receiver(tmp_path / "central").close()
    path = str(tmp_path / "central" / "central.db")
    killed = subprocess.run([sys.executable, "-m", "tests.exchange.taking", path, moment], check=False)
    assert killed.returncode == -signal.SIGKILL
    receiver = Receiver(tmp_path / "central")
    assert receiver.effects() == (events("a", range(1, 6)) if moment == "after COMMIT" else [])
    again = SqliteLedger(receiver.db).take(batch(events("a", range(1, 6))), receiver.judge, received_at_ms=MORNING_MS)
    assert {r.verdict for r in again.receipts} == {Verdict.DUPLICATE if moment == "after COMMIT" else Verdict.RECORDED}
    assert receiver.effects() == events("a", range(1, 6))
    receiver.close()
