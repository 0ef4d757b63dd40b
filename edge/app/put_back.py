"""Puts what the journal holds into a file that is being restored: facts folded, rows owed again, orders as they came down.

Rows that central never gave a receipt for are owed under the file's new epoch; what had its receipt is folded only.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from edge.app import apply_owned, recovering
from edge.app.act import Tx, in_one_transaction
from edge.app.fold_fact import fold_fact
from edge.app.hub import Hub
from edge.app.take_facts import judge_device_fact
from edge.domain.audit import SegmentWhy, detail_of
from edge.domain.errors import DomainError
from edge.domain.facts import decode, is_known
from edge.store import answers, audit, facts_back
from edge.store.answers import Answered
from edge.store.journal import Begins, Begun, Entry, Heard, Owed, Settled
from sync import applied, cursor, ledger, mending, outbox, wire
from sync.db import Connection, IntegrityError
from sync.envelope import SKIPPED, Batch, Envelope, Lane, Origin, Receipt, Row, Verdict
from sync.errors import SyncError
from sync.feed import FeedRow

AT_ONCE = 500
"""Entries of one transaction."""

Receipts = dict[tuple[int, Origin], int]

_envelope = msgspec.json.Decoder(Envelope)


class _Acted(msgspec.Struct):
    """Who did it, of a fact of any kind."""

    actor: str = ""


_actor = msgspec.json.Decoder(_Acted)


def receipts_in(entries: Iterable[Entry]) -> Receipts:
    """Up to where each origin had its receipts, as the journal heard: per generation of the file, see `Begins.WENT_BACK`."""
    found: Receipts = {}
    generation = 0
    for place, entry in enumerate(entries):
        if isinstance(entry, Begun) and place and entry.reason is Begins.WENT_BACK:
            generation += 1
        if isinstance(entry, Settled):
            found[generation, entry.origin] = entry.sequence
    return found


def begin_again(hub: Hub, receipts: Receipts) -> str:
    """Make the backup's file this hub's again: a new epoch, recovering, nobody signed in; gives the epoch."""

    def act(tx: Tx) -> str:
        for (generation, origin), sequence in receipts.items():
            if generation == 0:
                settle_up_to(tx.conn, origin, sequence, tx.now_ms)
        for origin, mark in facts_back.marks(tx.conn).items():
            facts_back.set_mark(tx.conn, origin, mark)
        epoch = mending.start_epoch(tx.conn, tx.hub.rng)
        recovering.begin(tx.conn, tx.now_ms, recovering.Reason.restored)
        tx.conn.execute("DELETE FROM staff_sessions")
        config = f"config:{tx.hub.store}"  # who may sign in today is central's to say
        cursor.forget(tx.conn, config)
        applied.clear(tx.conn, config)
        return epoch

    return in_one_transaction(hub, act)


def put_back(hub: Hub, entries: Sequence[Entry], receipts: Receipts) -> Counter[str]:
    """Replay the journal; gives how many entries went which way. Entries the file holds already change nothing."""
    replay = _Replay(hub, receipts)
    for start in range(0, len(entries), AT_ONCE):
        for entry in replay.own(entries[start : start + AT_ONCE]):
            replay.relay(entry)
    with hub.state.writing() as conn:
        audit.begin_segment(conn, SegmentWhy.restored, hub.clock.now_ms())
        for (_, origin), sequence in receipts.items():
            if origin.node != hub.node:
                settle_up_to(conn, origin, sequence, hub.clock.now_ms())
    return replay.counts


def settle_up_to(conn: Connection, origin: Origin, sequence: int, now_ms: int) -> None:
    """Rows of this origin up to there had their receipts when the journal last heard."""
    key = (origin.store, origin.node, origin.epoch, origin.lane)
    head = conn.execute(
        "SELECT origin, settled_sequence FROM outbox_origins WHERE store = ? AND node = ? AND epoch = ? AND lane = ?",
        key,
    ).fetchone()
    if head is None:
        return
    rows = conn.execute(
        "SELECT event_id, sequence FROM outbox_rows WHERE origin = ? AND sequence > ? AND sequence <= ? ORDER BY sequence",
        (head[0], head[1], sequence),
    )
    given = [Receipt(event_id=row[0], sequence=row[1], verdict=Verdict.RECORDED) for row in rows]
    outbox.settle(conn, head[0], given, now_ms)


class _Replay:
    """One run over the journal, in its order."""

    def __init__(self, hub: Hub, receipts: Receipts) -> None:
        self.counts: Counter[str] = Counter()
        self._hub = hub
        self._receipts = receipts
        self._generation = 0
        self._is_first = True
        with hub.state.reading() as conn:
            self._held = facts_back.all_marks(conn)

    def own(self, entries: Sequence[Entry]) -> list[Owed]:
        """Put back what this hub made and took over; gives the rows of other nodes, which take the ledger's own way."""
        return in_one_transaction(self._hub, lambda tx: self._own(tx, entries))

    def _own(self, tx: Tx, entries: Sequence[Entry]) -> list[Owed]:
        others: list[Owed] = []
        for entry in entries:
            match entry:
                case Begun():
                    self._begin(entry)
                case Heard():
                    self._hear(tx, entry)
                case Owed() if entry.own:
                    self._owe(tx, entry)
                case Owed():
                    others.append(entry)
                case Settled():
                    pass  # `receipts_in` has read them all before
        return others

    def _begin(self, entry: Begun) -> None:
        if entry.reason is Begins.WENT_BACK and not self._is_first:
            self._generation += 1
            self._held |= {position.origin: position.last for position in entry.positions}
        self._is_first = False

    def _hear(self, tx: Tx, entry: Heard) -> None:
        self.counts["rows of central"] += 1
        apply_owned.apply(tx, wire.read(entry.row, FeedRow))

    def _owe(self, tx: Tx, entry: Owed) -> None:
        envelope = _envelope.decode(entry.envelope)
        is_held = entry.sequence <= self._held.get(entry.origin, 0) or facts_back.is_own_fact(tx.conn, envelope.id)
        self._held[entry.origin] = max(entry.last, self._held.get(entry.origin, 0))
        if entry.origin.lane < Lane.TELEMETRY:
            facts_back.set_mark(tx.conn, entry.origin, entry.last)
        if is_held or envelope.type == SKIPPED:
            self.counts["held already"] += 1
            return
        if entry.asked is not None and entry.answer is not None and answers.find(tx.conn, envelope.id) is None:
            answered = Answered(asked=entry.asked, refused=False, body=entry.answer)
            answers.keep(tx.conn, envelope.id, answered, entry.recorded_at_ms)
        self._fold(tx, entry, envelope)
        self._write_down(tx, entry, envelope)
        if entry.sequence > self._receipts.get((self._generation, entry.origin), 0):
            self._append(tx, entry, envelope)
            self.counts["facts owed"] += 1
        else:
            self.counts["facts with their receipt"] += 1

    def _fold(self, tx: Tx, entry: Owed, envelope: Envelope) -> None:
        if entry.origin.lane >= Lane.TELEMETRY or not is_known(envelope.type):
            return
        tx.conn.execute("SAVEPOINT entry")
        try:
            fact = decode(envelope.type, envelope.data)
            fold_fact(tx.conn, fact, event_id=envelope.id, at_ms=envelope.occurred_at_ms)
        except (DomainError, IntegrityError):
            tx.conn.execute("ROLLBACK TO entry")
            self.counts["facts that could not be folded"] += 1
        tx.conn.execute("RELEASE entry")

    def _write_down(self, tx: Tx, entry: Owed, envelope: Envelope) -> None:
        """The act into the journal of acts again, as it stood there: the same rows have the same hashes."""
        if entry.origin.lane != Lane.PICKUPS:
            return
        audit.append(
            tx.conn,
            kind=envelope.type,
            subject=envelope.subject,
            actor=_actor.decode(envelope.data).actor,
            event_id=envelope.id,
            at_ms=envelope.occurred_at_ms,
            detail=detail_of(bytes(envelope.data)),
        )

    def _append(self, tx: Tx, entry: Owed, envelope: Envelope) -> None:
        outbox.append(
            tx.conn,
            lane=entry.origin.lane,
            kind=envelope.type,
            subject=envelope.subject,
            data=bytes(envelope.data),
            event_id=envelope.id,
            occurred_at_ms=envelope.occurred_at_ms,
            now_ms=entry.recorded_at_ms,
            version=int(envelope.dataschema.rpartition(":")[2]),
        )

    def relay(self, entry: Owed) -> None:
        """A row of a kiosk: the next one of its origin is taken as it was then; any other the kiosk sends again."""
        with self._hub.state.reading() as conn:
            mark = ledger.marks(conn).get(entry.origin)
        batch = Batch(
            origin=entry.origin,
            previous=mark.event_id if mark else None,
            rows=(Row(_envelope.decode(entry.envelope), entry.envelope),),
        )
        try:
            taken = ledger.SqliteLedger(self._hub.state, relay=True)
            taken.take(batch, judge_device_fact, received_at_ms=entry.recorded_at_ms)
            self.counts["rows of kiosks"] += 1
        except SyncError:
            self.counts["rows of kiosks held already"] += 1
