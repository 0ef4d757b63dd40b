"""A hub's push loop as a process of its own, so that it can be killed: `python -m tests.exchange.pushing FOLDER URL PUBLIC`."""

import sys
from pathlib import Path

from sync.db import Connection
from sync.http_client import Peer
from sync.push import Incident, Pusher, push_round
from sync.signing import Signer, load_or_make_key, parse_public
from tests.exchange.pair import NAME
from tests.exchange.rows import MORNING_MS, dice, open_hub


def main(folder: Path, url: str, public: str, run: str) -> None:
    """Push everything that is owed, then leave."""
    signer = Signer(load_or_make_key(folder / "hub.key", dice("H1 key")), "hub:S001/H1", dice(f"nonces of run {run}"))
    peer = Peer(NAME, via=url, signer=signer, peer_public=parse_public(public), now_ms=lambda: MORNING_MS)

    def stop(_tx: Connection, incident: Incident) -> None:
        raise SystemExit(f"not expected here: {incident}")

    db = open_hub(folder / "state.db")
    push_round(Pusher(db=db, peer=peer, now_ms=lambda: MORNING_MS, rng=dice(run), on_incident=stop, batch_rows=5))
    db.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4])
