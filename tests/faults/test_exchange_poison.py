"""A row that the peer cannot take: found among thousands, parked for a person, and nothing else waits for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from sync import backlog
from sync.db import Connection
from sync.delivery import REFUSALS_MAX
from sync.envelope import SKIPPED, Batch, PushReply
from sync.errors import PeerFailed, PeerUnreachable
from sync.ledger import Judge, SqliteLedger
from sync.pace import UNANSWERED_MAX
from sync.push import RoundReport, Trouble, push_round
from tests.exchange.line import Fault, Line
from tests.exchange.pair import Hub, Receiver, hub_at
from tests.exchange.rows import events, owe, owe_in, owed_ids


@dataclass
class Choking:
    """A ledger that breaks on some events, as a bug would; `is_broken` breaks on all."""

    real: SqliteLedger
    poison: set[str] = field(default_factory=set)
    is_broken: bool = False
    sizes: list[int] = field(default_factory=list)

    def take(self, batch: Batch, judge: Judge[Connection], *, received_at_ms: int) -> PushReply:
        self.sizes.append(len(batch.rows))
        if self.is_broken or any(row.envelope.id in self.poison and row.envelope.type != SKIPPED for row in batch.rows):
            raise RuntimeError("a bug at the peer")
        return self.real.take(batch, judge, received_at_ms=received_at_ms)


@dataclass
class World:
    receiver: Receiver
    ledger: Choking
    line: Line
    hub: Hub

    def rounds(self, count: int, *, between: Callable[[int], None] = lambda _n: None) -> None:
        """Rounds as the loop makes them: what fails is tried again."""
        for number in range(count):
            between(number)
            try:
                push_round(self.hub.pusher)
            except PeerUnreachable:
                continue

    def troubles(self) -> list[Trouble]:
        return [incident.trouble for incident in self.hub.incidents]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    receiver = Receiver(tmp_path / "central")
    ledger = Choking(SqliteLedger(receiver.db))
    receiver.ledger = ledger
    receiver.app = receiver._app()
    with receiver.listening() as port, Line(port) as line:
        hub = hub_at(tmp_path / "hub", receiver, line.url)
        yield World(receiver, ledger, line, hub)
        hub.peer.close()
        hub.db.close()
    receiver.close()


def test_a_row_that_breaks_the_peer_is_found_among_many_and_all_others_arrive(world: World) -> None:
    owe(world.hub.db, *events("a", range(1, 41)))
    owe(world.hub.db, *events("c", range(1, 6)), lane=1)
    world.ledger.poison.add("a17")
    world.rounds(30, between=lambda n: owe(world.hub.db, f"t{n}", lane=2))
    assert [e for e in world.receiver.effects() if e[0] == "a"] == events("a", range(1, 17))
    assert [e for e in world.receiver.effects() if e[0] == "c"] == events("c", range(1, 6))
    assert owed_ids(world.hub.db)[0] == "a17", "it is still owed, and only what stands behind it waits"
    assert world.troubles() == [Trouble.ROW_REFUSED]


def test_after_twenty_tries_a_skipped_row_stands_in_its_place_and_the_rows_behind_it_go_on(world: World) -> None:
    owe(world.hub.db, *events("a", range(1, 9)))
    world.ledger.poison.add("a4")
    world.rounds(REFUSALS_MAX + 20, between=lambda n: owe(world.hub.db, f"t{n}", lane=2))
    assert [e for e in world.receiver.effects() if e[0] == "a"] == ["a1", "a2", "a3", "a5", "a6", "a7", "a8"]
    assert owed_ids(world.hub.db) == []
    assert world.troubles() == [Trouble.ROW_REFUSED, Trouble.ROW_GIVEN_UP]
    with world.hub.db.reading() as conn:
        assert backlog.parked(conn) == 1, "the row itself waits here for a person"
    with world.receiver.db.reading() as conn:
        held = conn.execute("SELECT sequence, event_id, kind, reason FROM ledger WHERE kind = 'storefloor.skipped'")
        assert [tuple(row) for row in held] == [(4, "a4", "storefloor.skipped", "undeliverable")]


def test_a_peer_that_takes_nothing_at_all_makes_nobody_give_up_a_row(world: World) -> None:
    """Twenty tries are worth nothing while the peer records no other push in between."""
    owe(world.hub.db, "a1", "a2")
    owe(world.hub.db, "t1", lane=2)
    world.ledger.is_broken = True

    def an_hour_passes(_round: int) -> None:
        world.receiver.ticks.at_ms += 3_600_000

    world.rounds(REFUSALS_MAX * 3, between=an_hour_passes)
    assert (world.troubles(), world.receiver.effects()) == ([], [])
    world.ledger.is_broken = False
    world.rounds(3, between=an_hour_passes)
    assert sorted(world.receiver.effects()) == ["a1", "a2", "t1"]


def test_a_row_refused_in_words_is_told_at_once_and_given_up_after_twenty_tries_too(world: World) -> None:
    owe(world.hub.db, "a1", "a2")
    with world.hub.db.writing() as conn:
        conn.execute("UPDATE outbox_rows SET envelope = x'7b7d', tag = NULL WHERE event_id = 'a1'")
    push_round(world.hub.pusher)
    assert world.troubles() == [Trouble.ROW_REFUSED]
    world.rounds(REFUSALS_MAX + 5, between=lambda n: owe(world.hub.db, f"t{n}", lane=2))
    assert [e for e in world.receiver.effects() if e[0] == "a"] == ["a2"]
    assert world.troubles() == [Trouble.ROW_REFUSED, Trouble.ROW_GIVEN_UP]


def test_a_refused_row_is_not_asked_for_again_and_again_while_nothing_else_happens(world: World) -> None:
    owe(world.hub.db, "a1")
    with world.hub.db.writing() as conn:
        conn.execute("UPDATE outbox_rows SET envelope = x'7b7d', tag = NULL WHERE event_id = 'a1'")
    assert push_round(world.hub.pusher) == RoundReport(held_back=1)
    asked = world.line.requests
    for _ in range(10):
        assert push_round(world.hub.pusher) == RoundReport(held_back=1)
    assert world.line.requests == asked
    world.receiver.ticks.at_ms += 30_000
    push_round(world.hub.pusher)
    assert world.line.requests == asked + 1, "after half a minute the peer may be another one"


def test_one_failing_answer_is_no_reason_for_smaller_pushes(world: World) -> None:
    owe(world.hub.db, *events("a", range(1, 9)))
    world.ledger.is_broken = True
    for _ in range(UNANSWERED_MAX - 1):
        with pytest.raises(PeerFailed) as failed:
            push_round(world.hub.pusher)
        assert failed.value.proven
    world.ledger.is_broken = False
    assert push_round(world.hub.pusher) == RoundReport(settled=8)
    assert world.ledger.sizes == [8] * (UNANSWERED_MAX - 1) + [8]


def test_when_answers_to_pickups_are_lost_again_and_again_carts_still_go_up(world: World) -> None:
    """Perhaps it is the row and not the line; the other lanes find out."""
    owe(world.hub.db, "a1")
    owe(world.hub.db, "c1", lane=1)
    world.line.faults.extend([Fault.REFUSE] * UNANSWERED_MAX)
    for _ in range(UNANSWERED_MAX - 1):
        with pytest.raises(PeerUnreachable):
            push_round(world.hub.pusher)
    assert push_round(world.hub.pusher) == RoundReport(settled=1, held_back=2)
    assert world.receiver.effects() == ["c1"]
    assert push_round(world.hub.pusher) == RoundReport(settled=1)
    assert world.troubles() == []


def test_a_long_outage_costs_two_requests_a_round_and_the_backlog_goes_up_lane_zero_first(world: World) -> None:
    owe(world.hub.db, "a1")
    owe(world.hub.db, "c1", lane=1)
    owe(world.hub.db, "t1", lane=2)
    world.line.faults.extend([Fault.REFUSE] * 30)
    while world.line.faults:
        before = world.line.requests
        with pytest.raises(PeerUnreachable):
            push_round(world.hub.pusher)
        assert world.line.requests - before <= 2
    world.rounds(3)
    assert world.receiver.effects() == ["a1", "c1", "t1"]


def test_what_is_about_to_be_in_a_push_is_written_down_before_its_bytes_leave(world: World) -> None:
    """Rows that the peer may know are never dropped; so the file must know which those are, whatever happens next."""
    owe(world.hub.db, *events("t", range(1, 31)), lane=2)
    seen: list[tuple[int, int]] = []

    def look() -> None:
        with world.hub.db.reading() as conn:
            pushed = conn.execute("SELECT pushed_sequence FROM outbox_origins WHERE lane = 2").fetchone()[0]
        seen.append((pushed, len(world.receiver.effects())))

    world.receiver.before_answer = look
    push_round(msgspec.structs.replace(world.hub.pusher, batch_rows=10))
    assert seen == [(10, 10), (20, 20), (30, 30)]


def test_pushes_grow_while_they_are_quick(world: World) -> None:
    with world.hub.db.writing() as conn:
        for event_id in events("t", range(1, 3001)):
            owe_in(conn, event_id, lane=2)
    assert push_round(world.hub.pusher) == RoundReport(settled=3000)
    assert world.ledger.sizes == [500, 750, 1000, 750]
