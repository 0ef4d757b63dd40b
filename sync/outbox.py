"""Keeps what this node owes upwards until each row has its receipt: written with the act, sent later, never forgotten.

`append` runs inside the transaction of the act it tells of. Every function takes that connection and commits nothing.
A row is owed while its sequence is above its origin's `settled_sequence`; only `settle` moves that number up.
"""

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Raw, Struct

from sync.db import Connection, Migrations
from sync.envelope import Envelope, Lane, Origin, Receipt, Verdict, schema_urn, sequence_text, write_time
from sync.errors import BadWire, RowTooLarge
from sync.wire import BATCH_BYTES, ROW_BYTES_MAX

MIGRATIONS = Migrations("outbox", "sync", "migrations/outbox")

Rng = Callable[[int], bytes]


class OwedRow(Struct, frozen=True):
    """One row as it will be sent."""

    sequence: int
    event_id: str
    tries: int
    envelope: bytes


class OwedBatch(Struct, frozen=True):
    """The oldest owed rows of one origin; `previous` is the event_id settled before them."""

    number: int
    origin: Origin
    previous: str | None
    rows: tuple[OwedRow, ...]


class Owed(Struct, frozen=True):
    """How much is owed per lane, and since when the oldest of all waits (`since_ms`, None when nothing is owed)."""

    per_lane: tuple[int, int, int]
    since_ms: int | None

    @property
    def total(self) -> int:
        """All lanes together."""
        return sum(self.per_lane)


class OwedOrigin(Struct, frozen=True):
    """An origin with owed rows: its number in this file, lane, count, and whether the rows were born here."""

    number: int
    lane: int
    count: int
    own: bool


def prepare(conn: Connection, *, store: str, node: str, rng: Rng) -> None:
    """Give a new file its epoch and three lanes; a file that has them keeps them. Call it once at start."""
    if conn.execute("SELECT 1 FROM outbox_origins WHERE standing = 'own'").fetchone() is None:
        open_epoch(conn, store, node, rng)


def open_epoch(conn: Connection, store: str, node: str, rng: Rng) -> str:
    """Three lanes under a new random epoch, which it gives. `prepare` and `mending.start_epoch` call it."""
    epoch = rng(8).hex()
    conn.executemany(
        "INSERT INTO outbox_origins (store, node, epoch, lane, standing) VALUES (?, ?, ?, ?, 'own')",
        [(store, node, epoch, int(lane)) for lane in Lane],
    )
    return epoch


def append(
    conn: Connection,
    *,
    lane: int,
    kind: str,
    subject: str,
    data: bytes,
    event_id: str,
    occurred_at_ms: int,
    now_ms: int,
    version: int = 1,
) -> int:
    """Owe one fact, in the caller's transaction; gives its sequence. `data` is the fact's JSON body.

    Raises RowTooLarge, BadWire (data is not JSON) and IntegrityError (the event_id is already in this outbox).
    """
    if len(data) > ROW_BYTES_MAX:
        raise RowTooLarge(f"{kind} carries {len(data)} bytes, {ROW_BYTES_MAX} are allowed")
    _must_be_json(data)
    taken = conn.execute(
        "UPDATE outbox_origins SET last_sequence = last_sequence + 1 WHERE standing = 'own' AND lane = ?"
        " RETURNING origin, last_sequence, store, node",
        (lane,),
    ).fetchone()
    if taken is None:
        raise RuntimeError("outbox.prepare() was not called for this file")
    number, sequence, store, node = taken
    envelope = Envelope(
        id=event_id,
        source=f"/{store}/{node}",
        type=kind,
        subject=subject,
        time=write_time(occurred_at_ms),
        dataschema=schema_urn(kind, version),
        data=Raw(data),
        sequence=sequence_text(sequence),
        recordedtime=write_time(now_ms),
    )
    conn.execute(
        "INSERT INTO outbox_rows (origin, sequence, event_id, born_here, kind, recorded_at_ms, envelope)"
        " VALUES (?, ?, ?, 1, ?, ?, ?)",
        (number, sequence, event_id, kind, now_ms, msgspec.json.encode(envelope)),
    )
    return int(sequence)


def relay_append(conn: Connection, origin: Origin, envelope: Envelope, raw: bytes, now_ms: int) -> None:
    """Owe a row born at a node below, unchanged and under its own origin. Rows come in the order of their sequence."""
    key = (origin.store, origin.node, origin.epoch, origin.lane)
    conn.execute(
        "INSERT INTO outbox_origins (store, node, epoch, lane, standing) VALUES (?, ?, ?, ?, 'relayed')"
        " ON CONFLICT DO NOTHING",
        key,
    )
    moved = conn.execute(
        "UPDATE outbox_origins SET last_sequence = ? WHERE store = ? AND node = ? AND epoch = ? AND lane = ?"
        " AND standing = 'relayed' AND last_sequence = ? RETURNING origin",
        (envelope.last_number, *key, envelope.number - 1),
    ).fetchone()
    if moved is None:
        raise BadWire(f"row {envelope.number} of {origin.node} cannot be passed on: not the next one")
    conn.execute(
        "INSERT INTO outbox_rows (origin, sequence, event_id, born_here, kind, recorded_at_ms, envelope)"
        " VALUES (?, ?, ?, 0, ?, ?, ?)",
        (moved[0], envelope.number, envelope.id, envelope.type, now_ms, raw),
    )


def owed(conn: Connection) -> Owed:
    """What is owed now. Reads one row per origin, never the backlog."""
    per_lane = [0, 0, 0]
    oldest: list[int] = []
    for count, lane, at_ms in conn.execute(
        "SELECT o.last_sequence - o.settled_sequence, o.lane, r.recorded_at_ms FROM outbox_origins o"
        " LEFT JOIN outbox_rows r ON r.origin = o.origin AND r.sequence = o.settled_sequence + 1"
        " WHERE o.last_sequence > o.settled_sequence"
    ):
        per_lane[lane] += count
        oldest.append(at_ms)
    return Owed((per_lane[0], per_lane[1], per_lane[2]), min(oldest, default=None))


def owed_origins(conn: Connection) -> list[OwedOrigin]:
    """Origins with owed rows in the order they are to be sent: lane 0 first, our own before those passed on."""
    found = conn.execute(
        "SELECT origin, lane, last_sequence - settled_sequence, standing = 'own' FROM outbox_origins"
        " WHERE last_sequence > settled_sequence ORDER BY lane, standing = 'own' DESC, origin"
    )
    return [OwedOrigin(number, lane, count, bool(own)) for number, lane, count, own in found]


def take_batch(conn: Connection, number: int, limit: int) -> OwedBatch | None:
    """The oldest owed rows of origin `number`: at most `limit`, at most BATCH_BYTES, at least one. Changes nothing.

    A row that was refused on its own before travels alone, so that rows behind it are not refused with it.
    """
    head = conn.execute(
        "SELECT store, node, epoch, lane, settled_sequence, settled_event_id FROM outbox_origins WHERE origin = ?",
        (number,),
    ).fetchone()
    rows: list[OwedRow] = []
    size = 0
    for row in conn.execute(
        "SELECT sequence, event_id, tries, envelope FROM outbox_rows WHERE origin = ? AND sequence > ?"
        " ORDER BY sequence LIMIT ?",
        (number, head["settled_sequence"], limit),
    ):
        size += len(row["envelope"])
        if rows and (size > BATCH_BYTES or row["tries"] or rows[0].tries):
            break
        rows.append(OwedRow(*row))
    if not rows:
        return None
    origin = Origin(store=head["store"], node=head["node"], epoch=head["epoch"], lane=head["lane"])
    return OwedBatch(number, origin, head["settled_event_id"], tuple(rows))


def settle(conn: Connection, number: int, receipts: Sequence[Receipt], now_ms: int) -> int:
    """Take receipts, row by row, from the oldest owed row on; gives how many rows they settled.

    A receipt for a row settled before is passed over. A receipt that names another event, or leaves one out, raises
    BadWire: the caller's transaction rolls back and every row stays owed.
    """
    settled = conn.execute("SELECT settled_sequence FROM outbox_origins WHERE origin = ?", (number,)).fetchone()[0]
    fresh = [receipt for receipt in receipts if receipt.sequence > settled]
    for i, receipt in enumerate(fresh, start=settled + 1):
        changed = conn.execute(
            "UPDATE outbox_rows SET settled_at_ms = ?, verdict = ?, reason = ?"
            " WHERE origin = ? AND sequence = ? AND event_id = ?",
            (now_ms, receipt.verdict, receipt.reason, number, receipt.sequence, receipt.event_id),
        ).rowcount
        if receipt.sequence != i or changed != 1:
            raise BadWire(f"a receipt for {receipt.event_id} at {receipt.sequence}, but row {i} was due")
    if fresh:
        conn.execute(
            "UPDATE outbox_origins SET settled_sequence = ?, settled_event_id = ? WHERE origin = ?",
            (fresh[-1].sequence, fresh[-1].event_id, number),
        )
    return len(fresh)


def forget_settled(conn: Connection, before_ms: int) -> int:
    """Drop rows whose receipt is older than `before_ms`, but none that a person still has to look at; gives how many."""
    return conn.execute(
        "DELETE FROM outbox_rows WHERE settled_at_ms < ? AND verdict IN ('recorded', 'duplicate')", (before_ms,)
    ).rowcount


def parked(conn: Connection) -> int:
    """How many rows the peer could not read; they wait here for a person while later rows go on."""
    return int(conn.execute("SELECT count(*) FROM outbox_rows WHERE verdict = ?", (Verdict.UNREADABLE,)).fetchone()[0])


def flagged(conn: Connection) -> int:
    """How many rows the peer recorded but found to contradict something."""
    return int(conn.execute("SELECT count(*) FROM outbox_rows WHERE verdict = ?", (Verdict.FLAGGED,)).fetchone()[0])


def _must_be_json(data: bytes) -> None:
    try:
        msgspec.json.decode(data, type=Raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise BadWire(f"a fact's data is JSON: {e}") from e
