"""What a bad line does to the exchange: nothing is lost, nothing is doubled, and nobody's page counts as a receipt."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync import outbox
from sync.db import Connection
from sync.envelope import Batch, PushReply, Receipt, Verdict
from sync.errors import BadWire, PeerBusy, PeerRefusedUs, PeerUnreachable
from sync.ledger import Judge
from sync.push import RoundReport, push_once, push_round
from tests.exchange.line import Fault, Line
from tests.exchange.pair import Hub, Receiver, hub_at
from tests.exchange.rows import events, owe, owed_ids


@dataclass
class World:
    receiver: Receiver
    line: Line
    hub: Hub

    def push_until_drained(self) -> None:
        """Push like the loop does: whatever goes wrong, the same again."""
        for _ in range(50):
            try:
                push_round(self.hub.pusher)
            except (PeerUnreachable, BadWire):
                continue
            return
        raise AssertionError("not drained in 50 rounds")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    receiver = Receiver(tmp_path / "central")
    with receiver.listening() as port, Line(port) as line:
        hub = hub_at(tmp_path / "hub", receiver, line.url)
        yield World(receiver, line, hub)
        hub.peer.close()
        hub.db.close()
    receiver.close()


NOT_DELIVERED = [Fault.REFUSE, Fault.PORTAL, Fault.PORTAL_REDIRECT, Fault.PORTAL_FORBIDS, Fault.PORTAL_JSON, Fault.BUSY]
DELIVERED_UNHEARD = [
    Fault.LOSE_ANSWER,
    Fault.CUT_HEAD,
    Fault.CUT_BODY,
    Fault.EMPTY_BODY,
    Fault.TAMPERED,
    Fault.TWICE,
]


@pytest.mark.parametrize("fault", NOT_DELIVERED + DELIVERED_UNHEARD)
def test_without_a_receipt_every_row_stays_owed_and_a_second_try_records_each_once(world: World, fault: Fault) -> None:
    owe(world.hub.db, *events("a", range(1, 8)))
    world.line.faults.append(fault)
    with pytest.raises((PeerUnreachable, BadWire)):
        push_round(world.hub.pusher)
    assert owed_ids(world.hub.db) == events("a", range(1, 8)), "nothing is settled without a receipt"
    assert world.receiver.effects() == (events("a", range(1, 8)) if fault in DELIVERED_UNHEARD else [])
    assert push_round(world.hub.pusher) == RoundReport(settled=7)
    assert owed_ids(world.hub.db) == []
    assert world.receiver.effects() == events("a", range(1, 8))
    assert world.hub.incidents == []


@pytest.mark.parametrize(
    "fault", [Fault.PORTAL, Fault.PORTAL_JSON, Fault.PORTAL_REDIRECT, Fault.EMPTY_BODY, Fault.CUT_HEAD, Fault.CUT_BODY]
)
def test_a_hub_that_cannot_prove_its_peer_believes_receipts_alone_too(
    world: World, tmp_path: Path, fault: Fault
) -> None:
    """Without the peer's key only the receipts themselves tell a delivery from a page of somebody else."""
    hub = hub_at(tmp_path / "trusting", world.receiver, world.line.url, trusting=True)
    owe(hub.db, "a1", "a2")
    world.line.faults.append(fault)
    with pytest.raises((PeerUnreachable, BadWire)):
        push_round(hub.pusher)
    assert owed_ids(hub.db) == ["a1", "a2"]
    assert push_round(hub.pusher) == RoundReport(settled=2)
    assert world.receiver.effects() == ["a1", "a2"]
    hub.db.close()


class Careless:
    """A ledger whose receipts are not those of the rows it was given."""

    def __init__(self, *sequences: int) -> None:
        self.sequences = sequences

    def take(self, batch: Batch, judge: Judge[Connection], *, received_at_ms: int) -> PushReply:
        return PushReply(
            receipts=tuple(Receipt(event_id=f"a{n}", sequence=n, verdict=Verdict.RECORDED) for n in self.sequences),
            mark=9,
            mark_event_id="a9",
        )


@pytest.mark.parametrize("sequences", [(), (1, 2), (2, 3), (1, 3, 2), (1, 2, 3, 4)])
def test_receipts_that_are_not_those_of_the_rows_settle_none_of_them(
    tmp_path: Path, sequences: tuple[int, ...]
) -> None:
    receiver = Receiver(tmp_path / "central", ledger=Careless(*sequences))
    with receiver.listening() as port:
        hub = hub_at(tmp_path / "hub", receiver, f"http://127.0.0.1:{port}")
        owe(hub.db, "a1", "a2", "a3")
        with hub.db.reading() as conn:
            (origin,) = outbox.owed_origins(conn)
        # One batch and not a round: a pusher that believed such receipts would never come to an end.
        with pytest.raises(BadWire):
            push_once(hub.pusher, origin, limit=10)
        assert owed_ids(hub.db) == ["a1", "a2", "a3"]
        hub.peer.close()
        hub.db.close()
    receiver.close()


def test_a_push_cut_again_and_again_ends_like_one_without_a_cut(world: World) -> None:
    owe(world.hub.db, *events("a", range(1, 30)))
    owe(world.hub.db, *events("t", range(1, 30)), lane=2)
    world.line.faults.extend(
        [Fault.CUT_BODY, Fault.NONE, Fault.LOSE_ANSWER, Fault.CUT_HEAD, Fault.TWICE, Fault.REFUSE] * 3
    )
    world.push_until_drained()
    assert sorted(world.receiver.effects()) == sorted(events("a", range(1, 30)) + events("t", range(1, 30)))


def test_the_peer_says_when_to_come_back_and_that_word_is_passed_on(world: World) -> None:
    owe(world.hub.db, "a1")
    world.line.faults.append(Fault.BUSY)
    with pytest.raises(PeerBusy) as busy:
        push_round(world.hub.pusher)
    assert busy.value.retry_after_s == 7.0


def test_a_proxy_that_finds_a_batch_too_large_only_makes_it_smaller(world: World) -> None:
    owe(world.hub.db, *events("a", range(1, 9)))
    world.line.faults.extend([Fault.TOO_LARGE, Fault.TOO_LARGE])
    assert push_round(world.hub.pusher) == RoundReport(settled=8)
    assert world.receiver.effects() == events("a", range(1, 9))
    assert world.line.requests == 2 + 3, "eight rows, four, then two, four and the last two"


def test_a_revoked_hub_stops_and_keeps_everything(world: World) -> None:
    owe(world.hub.db, "a1")
    del world.receiver.keys["hub:S001/H1"]
    with pytest.raises(PeerRefusedUs, match="unknown_key"):
        push_round(world.hub.pusher)
    assert owed_ids(world.hub.db) == ["a1"]


def test_a_line_that_is_down_raises_and_changes_nothing(world: World) -> None:
    owe(world.hub.db, "a1")
    world.line.cut()
    with pytest.raises(PeerUnreachable):
        push_round(world.hub.pusher)
    assert owed_ids(world.hub.db) == ["a1"]
