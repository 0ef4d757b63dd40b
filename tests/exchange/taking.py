"""A receiver that takes one batch and is killed before or after its COMMIT: `python -m tests.exchange.taking DATABASE "before COMMIT"`."""

import os
import signal
import sys

from sync.db import Connection, Database
from sync.envelope import Envelope, Verdict
from sync.ledger import Judgement, SqliteLedger
from tests.exchange.rows import MORNING_MS, batch, events


def main(path: str, moment: str) -> None:
    """Take a1 to a5."""

    def judge(tx: Connection, seen: Envelope) -> Judgement:
        tx.execute("INSERT INTO effects (event_id) VALUES (?)", (seen.id,))
        if seen.id == "a5" and moment == "before COMMIT":
            os.kill(os.getpid(), signal.SIGKILL)
        return Verdict.RECORDED, None

    SqliteLedger(Database(path)).take(batch(events("a", range(1, 6))), judge, received_at_ms=MORNING_MS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
