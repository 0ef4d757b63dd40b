"""Whatever is owed, pushed and squeezed: an origin never has a hole, and every fact is there or counted as gone."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import mending, outbox, quota
from sync.db import Database
from sync.envelope import SKIPPED, Receipt, Verdict
from sync.wire import PushBody, read_batch
from tests.exchange.rows import MORNING_MS, dice, open_hub

acts = st.lists(
    st.one_of(
        st.tuples(st.just("see"), st.sampled_from("abcdef"), st.integers(0, 400)),
        st.tuples(st.just("pick"), st.sampled_from("ab"), st.integers(0, 200)),
        st.tuples(st.just("push"), st.integers(1, 6), st.booleans()),
        st.tuples(st.just("squeeze"), st.sampled_from((0.91, 1.0, 1.5, 4.0)), st.just(0)),
        st.tuples(st.just("fork"), st.just(0), st.just(0)),
    ),
    max_size=60,
)


class Node:
    """One outbox, what was put into it, and what its peer holds: facts and the numbers that stretches stand for."""

    def __init__(self) -> None:
        self.db = open_hub(":memory:")
        self.made: dict[int, list[str]] = {0: [], 2: []}
        self.seen_bytes: dict[tuple[str, int, int], bytes] = {}
        self.forks = 0

    def owe(self, lane: int, about: str, size: int) -> None:
        name = f"{lane}-{len(self.made[lane])}"
        with self.db.writing() as tx:
            quota.set_quota(tx, 10**9)
            outbox.append(
                tx,
                lane=lane,
                kind="presence.moved" if lane else "pickup.picked",
                subject=f"tag/{about}",
                data=msgspec.json.encode("z" * size),
                event_id=name,
                occurred_at_ms=MORNING_MS,
                now_ms=MORNING_MS,
            )
        self.made[lane].append(name)

    def push(self, limit: int, *, answered: bool) -> None:
        with self.db.writing() as tx:
            for origin in outbox.owed_origins(tx):
                batch = outbox.take_batch(tx, origin.number, limit)
                assert batch is not None
                outbox.mark_pushed(tx, batch.number, batch.last)
                rows = [msgspec.Raw(row.envelope) for row in batch.rows]
                read_batch(PushBody(origin=batch.origin, previous=batch.previous, rows=rows))
                for row in batch.rows:
                    key = (batch.origin.epoch, batch.origin.lane, row.sequence)
                    assert self.seen_bytes.setdefault(key, row.envelope) == row.envelope, (
                        "what was pushed never changes"
                    )
                if answered:
                    got = [
                        Receipt(event_id=row.event_id, sequence=row.sequence, verdict=Verdict.RECORDED)
                        for row in batch.rows
                    ]
                    outbox.settle(tx, batch.number, got, MORNING_MS)

    def squeeze(self, share: float) -> None:
        with self.db.writing() as tx:
            owed = quota.room(tx).owed_bytes
            quota.set_quota(tx, max(1, int(owed / share)))
            quota.make_room(tx, MORNING_MS)

    def fork(self) -> None:
        self.forks += 1
        with self.db.writing() as tx:
            mending.start_epoch(tx, dice(f"fork {self.forks}"))

    def check(self) -> None:
        with self.db.reading() as conn:
            for number, last, settled, lane, owed_bytes in conn.execute(
                "SELECT origin, last_sequence, settled_sequence, lane, owed_bytes FROM outbox_origins"
            ).fetchall():
                self.no_hole(conn.execute(ROWS, (number,)).fetchall(), last)
                held = conn.execute(OWED_BYTES, (number, settled)).fetchone()[0]
                assert owed_bytes == held, f"lane {lane} counts its bytes"
            room = quota.room(conn)
            facts = conn.execute(FACTS, (SKIPPED,)).fetchall()
        for lane, made in self.made.items():
            here = [name for name, of_lane in facts if of_lane == lane]
            gone = room.skipped if lane == 2 else 0
            assert len(here) + gone == len(made), "each fact is there or counted as gone"
            assert set(here) <= set(made)
            if lane == 0:
                assert here == made

    def no_hole(self, rows: list[tuple[int, int]], last: int) -> None:
        due = rows[0][0] if rows else last + 1
        for first, end in rows:
            assert first == due
            due = end + 1
        assert due == last + 1


ROWS = "SELECT sequence, coalesce(skipped_to, sequence) FROM outbox_rows WHERE origin = ? ORDER BY sequence"
OWED_BYTES = "SELECT coalesce(sum(length(envelope)), 0) FROM outbox_rows WHERE origin = ? AND sequence > ?"
FACTS = (
    "SELECT r.event_id, o.lane FROM outbox_rows r JOIN outbox_origins o USING (origin) WHERE r.kind != ?"
    " ORDER BY CAST(substr(r.event_id, 3) AS INTEGER)"
)


@settings(max_examples=150, deadline=None)
@given(acts)
def test_an_origin_stays_whole_whatever_gives_way(todo: list[tuple[str, object, object]]) -> None:
    node = Node()
    for what, first, second in todo:
        if what in {"see", "pick"}:
            node.owe(2 if what == "see" else 0, str(first), int(str(second)))
        elif what == "push":
            node.push(int(str(first)), answered=bool(second))
        elif what == "squeeze":
            node.squeeze(float(str(first)))
        else:
            node.fork()
    node.check()
    node.push(100_000, answered=True)
    node.check()
    closes(node.db)


def closes(db: Database) -> None:
    with db.reading() as conn:
        assert outbox.owed(conn).total == 0
    db.close()
