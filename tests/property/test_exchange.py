"""Whatever the line does to a push, each event has one effect, in its order: found out by trying all sorts of lines.

The outbox, the ledger and the rule are the real ones on SQLite in memory; only the line between them is drawn.
"""

from dataclasses import dataclass, field

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import Raw

from sync import mending, outbox, wire
from sync.db import Connection, Database
from sync.envelope import Envelope, PushReply, Verdict
from sync.errors import BadWire, SequenceGap
from sync.ledger import Judgement, SqliteLedger
from tests.exchange.rows import ALL_TABLES, MORNING_MS, dice, open_hub, owe, owed_ids


@dataclass
class Flight:
    """A push on its way: the bytes, and what it was taken from. It may arrive late, twice, or never."""

    number: int
    body: bytes
    replies: list[PushReply] = field(default_factory=list)


class Exchange(RuleBasedStateMachine):
    """One hub owes, a line loses, delays, doubles and reorders, central takes; the hub's disk may be copied."""

    @initialize()
    def open(self) -> None:
        self.hub = open_hub(":memory:", seed="hub")
        self.central = Database(":memory:", migrations=ALL_TABLES)
        self.ledger = SqliteLedger(self.central)
        self.flights: list[Flight] = []
        self.effects: list[str] = []
        self.made: list[str] = []
        self.forks = 0

    def teardown(self) -> None:
        for _ in range(200):
            if not self.send(limit=3):
                break
            self.arrive(len(self.flights) - 1)
            self.answer(len(self.flights) - 1)
        assert sorted(self.effects) == sorted(self.made), "drained: every fact arrived, none twice"
        for lane in (0, 1):
            assert [e for e in self.effects if e.startswith(f"{lane}/")] == [
                e for e in self.made if e.startswith(f"{lane}/")
            ]
        self.hub.close()
        self.central.close()

    @rule(lane=st.sampled_from([0, 1]), count=st.integers(1, 5))
    def act(self, lane: int, count: int) -> None:
        for _ in range(count):
            self.made.append(f"{lane}/{len(self.made)}")
            owe(self.hub, self.made[-1], lane=lane)

    @rule(limit=st.integers(1, 4), pick=st.integers(0, 1))
    def send_some(self, limit: int, pick: int) -> None:
        self.send(limit, pick)

    @precondition(lambda self: self.flights)
    @rule(which=st.integers(0, 50))
    def arrive_some(self, which: int) -> None:
        self.arrive(which % len(self.flights))

    @precondition(lambda self: self.flights)
    @rule(which=st.integers(0, 50))
    def answer_some(self, which: int) -> None:
        self.answer(which % len(self.flights))

    @precondition(lambda self: self.forks < 3)
    @rule()
    def start_epoch(self) -> None:
        self.forks += 1
        with self.hub.writing() as tx:
            mending.start_epoch(tx, dice(f"fork {self.forks}"))

    @invariant()
    def no_event_had_a_second_effect(self) -> None:
        assert len(set(self.effects)) == len(self.effects)

    @invariant()
    def what_is_not_at_central_is_still_owed(self) -> None:
        owed = {*owed_ids(self.hub, lane=0), *owed_ids(self.hub, lane=1)}
        assert set(self.made) - set(self.effects) <= owed

    def send(self, limit: int, pick: int = 0) -> bool:
        with self.hub.reading() as tx:
            origins = outbox.owed_origins(tx)
            batch = outbox.take_batch(tx, origins[pick % len(origins)].number, limit) if origins else None
        if batch is not None:
            body = wire.PushBody(
                origin=batch.origin, previous=batch.previous, rows=[Raw(row.envelope) for row in batch.rows]
            )
            self.flights.append(Flight(batch.number, wire.write(body)))
        return batch is not None

    def arrive(self, which: int) -> None:
        flight = self.flights[which]
        batch = wire.read_batch(wire.read(flight.body, wire.PushBody))
        try:
            reply = self.ledger.take(batch, self.judge, received_at_ms=MORNING_MS)
        except SequenceGap:
            return
        # A fork is impossible here: nothing is ever written under one number twice.
        flight.replies.append(msgspec.json.decode(msgspec.json.encode(reply), type=PushReply))

    def answer(self, which: int) -> None:
        flight = self.flights[which]
        if not flight.replies:
            return
        with self.hub.writing() as tx:
            before = outbox.owed(tx).total
            try:
                outbox.settle(tx, flight.number, flight.replies[-1].receipts, MORNING_MS)
            except BadWire:
                assert outbox.owed(tx).total == before, "an answer that comes too late for its epoch settles nothing"

    def judge(self, tx: Connection, seen: Envelope) -> Judgement:
        self.effects.append(seen.id)
        return Verdict.RECORDED, None


TestExchange = Exchange.TestCase
TestExchange.settings = settings(max_examples=40, stateful_step_count=40)
