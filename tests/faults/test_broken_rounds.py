"""A push that gets somewhere before the line fails is not a push to nobody: the next try comes soon."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from edge.loops import Loops, Peers
from sync.errors import PeerRefusedUs, PeerUnreachable
from sync.http_client import Peer
from sync.push import push_round
from tests.cast.two_ends import until
from tests.exchange.line import Fault, Line
from tests.exchange.pair import Hub, Receiver, hub_at
from tests.exchange.rows import events, owe, owed_ids
from tests.sim.world import World


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[tuple[Hub, Line]]:
    """A hub that owes five facts of lane 0 and five of lane 2, which travel in two batches."""
    receiver = Receiver(tmp_path / "central")
    with receiver.listening() as port, Line(port) as line:
        hub = hub_at(tmp_path / "hub", receiver, line.url)
        owe(hub.db, *events("a", range(1, 6)))
        owe(hub.db, *events("t", range(1, 6)), lane=2)
        yield hub, line
        hub.peer.close()
        hub.db.close()
    receiver.close()


def test_a_round_that_breaks_off_says_how_many_rows_had_their_receipts(ends: tuple[Hub, Line]) -> None:
    hub, line = ends
    line.faults.extend([Fault.NONE, Fault.LOSE_ANSWER])
    with pytest.raises(PeerUnreachable) as broken:
        push_round(hub.pusher)
    assert broken.value.settled == 5
    assert owed_ids(hub.db) == []
    assert len(owed_ids(hub.db, lane=2)) == 5


def test_a_round_that_got_nowhere_says_so(ends: tuple[Hub, Line]) -> None:
    hub, line = ends
    line.faults.append(Fault.REFUSE)
    with pytest.raises(PeerUnreachable) as broken:
        push_round(hub.pusher)
    assert broken.value.settled == 0
    assert push_round(hub.pusher).settled == 10


def test_a_refusal_after_a_silence_is_said_to_a_person_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, 1)
    world.line.cut = True
    peer = cast("Peer", world.line)
    loops = Loops(world.hub, Peers(beat=peer, push=peer, pull=peer), heartbeat_s=0.05, poll_wait_s=0, batch_rows=200)
    loops.start()
    try:
        until(lambda: loops.counts["pull.PeerUnreachable"] >= 1, "the line is not there")

        def refuse(*_asked: object, **_more: object) -> None:
            raise PeerRefusedUs(403, "revoked")

        monkeypatch.setattr(world.line, "request", refuse)
        until(lambda: "refused_by_central" in world.incident_kinds(), "a person hears of it")
    finally:
        loops.stop()
        world.close()
