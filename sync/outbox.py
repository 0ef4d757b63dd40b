"""Keeps what this node owes upwards until each row has its receipt: written with the act, sent later, never forgotten.

`append` runs inside the transaction of the act it tells of. Every function takes that connection and commits nothing.
A row is owed while its sequence is above its origin's `settled_sequence`; only `settle` moves that number up.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

import msgspec
from msgspec import Raw, Struct

from sync.db import Connection, Migrations
from sync.envelope import SKIPPED, Envelope, Lane, Origin, Receipt
from sync.errors import BadWire, RowDamaged, RowTooLarge
from sync.own_row import draft, key_of, numbered, tag
from sync.quota import must_have_room
from sync.wire import BATCH_BYTES, ROW_BYTES_MAX

MIGRATIONS = Migrations("outbox", "sync", "migrations/outbox")

Rng = Callable[[int], bytes]


class OwedRow(Struct, frozen=True):
    """One row as it will be sent. `last` is the end of its stretch when it is a skipped row, else its own number."""

    sequence: int
    event_id: str
    tries: int
    envelope: bytes
    last: int


class OwedBatch(Struct, frozen=True):
    """The oldest owed rows of one origin; `previous` is the event_id settled before them."""

    number: int
    origin: Origin
    previous: str | None
    rows: tuple[OwedRow, ...]

    @property
    def last(self) -> int:
        """The last number the batch stands for."""
        return self.rows[-1].last


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

    Raises RowTooLarge, BadWire (data is not JSON), IntegrityError (the event_id is already in this outbox), and in lane 2
    OutboxFull.
    """
    if len(data) > ROW_BYTES_MAX:
        raise RowTooLarge(f"{kind} carries {len(data)} bytes, {ROW_BYTES_MAX} are allowed")
    _must_be_json(data)
    if lane == Lane.TELEMETRY:
        must_have_room(conn)
    pieces, size = draft(
        kind=kind,
        version=version,
        subject=subject,
        data=data,
        event_id=event_id,
        occurred_at_ms=occurred_at_ms,
        now_ms=now_ms,
    )
    taken = conn.execute(_TAKE_NUMBER, (size, lane)).fetchone()
    if taken is None:
        raise RuntimeError("outbox.prepare() was not called for this file")
    number, sequence, store, node, epoch = taken
    envelope = numbered(pieces, store, node, sequence)
    mark = tag(f"{store}/{node}/{epoch}/{lane}", sequence, event_id, envelope)
    conn.execute(_WRITE_OWN, (number, sequence, event_id, kind, now_ms, envelope, mark))
    return int(sequence)


_TAKE_NUMBER = (
    "UPDATE outbox_origins SET last_sequence = last_sequence + 1,"
    " owed_bytes = owed_bytes + ? + length(store) + length(node)"
    " WHERE standing = 'own' AND lane = ? RETURNING origin, last_sequence, store, node, epoch"
)
_WRITE_OWN = (
    "INSERT INTO outbox_rows (origin, sequence, event_id, born_here, kind, recorded_at_ms, envelope, tag)"
    " VALUES (?, ?, ?, 1, ?, ?, ?, ?)"
)


def relay_append(conn: Connection, origin: Origin, envelope: Envelope, raw: bytes, now_ms: int) -> None:
    """Owe a row born at a node below, unchanged and under its own origin. Rows come in the order of their sequence.

    Raises OutboxFull for telemetry that there is no room for: it stays owed where it was born.
    """
    key = (origin.store, origin.node, origin.epoch, origin.lane)
    if origin.lane == Lane.TELEMETRY:
        must_have_room(conn)
    conn.execute(
        "INSERT INTO outbox_origins (store, node, epoch, lane, standing) VALUES (?, ?, ?, ?, 'relayed')"
        " ON CONFLICT DO NOTHING",
        key,
    )
    last = envelope.last_number
    moved = conn.execute(
        "UPDATE outbox_origins SET last_sequence = ?, owed_bytes = owed_bytes + ?"
        " WHERE store = ? AND node = ? AND epoch = ? AND lane = ?"
        " AND standing = 'relayed' AND last_sequence = ? RETURNING origin",
        (last, len(raw), *key, envelope.number - 1),
    ).fetchone()
    if moved is None:
        raise BadWire(f"row {envelope.number} of {origin.node} cannot be passed on: not the next one")
    mark = tag(key_of(origin), envelope.number, envelope.id, raw)
    skipped_to = last if envelope.type == SKIPPED else None
    conn.execute(
        "INSERT INTO outbox_rows (origin, sequence, event_id, born_here, kind, recorded_at_ms, envelope, skipped_to, tag)"
        " VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)",
        (moved[0], envelope.number, envelope.id, envelope.type, now_ms, raw, skipped_to, mark),
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

    A row that was refused on its own before travels alone, so that rows behind it are not refused with it. Raises
    RowDamaged when the oldest of all is not what was written here: `mending.set_aside_damaged` lets the origin go on.
    """
    head = conn.execute(
        "SELECT store, node, epoch, lane, settled_sequence, settled_event_id FROM outbox_origins WHERE origin = ?",
        (number,),
    ).fetchone()
    origin = Origin(store=head["store"], node=head["node"], epoch=head["epoch"], lane=head["lane"])
    key = key_of(origin)
    rows: list[OwedRow] = []
    size = 0
    for sequence, event_id, tries, envelope, last, mark in conn.execute(
        "SELECT sequence, event_id, tries, envelope, coalesce(skipped_to, sequence), tag FROM outbox_rows"
        " WHERE origin = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        (number, head["settled_sequence"], limit),
    ):
        size += len(envelope)
        if rows and (size > BATCH_BYTES or tries or rows[0].tries):
            break
        if mark is not None and mark != tag(key, sequence, event_id, envelope):
            if rows:
                break
            raise RowDamaged(key, sequence)
        rows.append(OwedRow(sequence, event_id, tries, envelope, last))
    return OwedBatch(number, origin, head["settled_event_id"], tuple(rows)) if rows else None


def is_own(conn: Connection, number: int) -> bool:
    """Whether rows born here are still numbered under origin `number`."""
    found = conn.execute("SELECT standing FROM outbox_origins WHERE origin = ?", (number,)).fetchone()
    return found is not None and found[0] == "own"


def mark_pushed(conn: Connection, number: int, last: int) -> None:
    """Note, before the bytes leave, that rows of origin `number` up to sequence `last` are in a push.

    From then on the peer may know them, so they are never coalesced or dropped.
    """
    conn.execute(
        "UPDATE outbox_origins SET pushed_sequence = ?1 WHERE origin = ?2 AND pushed_sequence < ?1", (last, number)
    )


def settle(conn: Connection, number: int, receipts: Sequence[Receipt], now_ms: int) -> int:
    """Take receipts, row by row, from the oldest owed row on; gives how many rows they settled.

    A receipt for a row settled before is passed over. A receipt that names another event, or leaves one out, raises
    BadWire: the caller's transaction rolls back and every row stays owed.
    """
    settled = conn.execute("SELECT settled_sequence FROM outbox_origins WHERE origin = ?", (number,)).fetchone()[0]
    fresh = [receipt for receipt in receipts if receipt.sequence > settled]
    rows = conn.execute(
        "SELECT sequence, event_id, coalesce(skipped_to, sequence), length(envelope) FROM outbox_rows"
        " WHERE origin = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        (number, settled, len(fresh)),
    ).fetchall()
    size = 0
    for i, receipt in enumerate(fresh):
        if i == len(rows) or (receipt.sequence, receipt.event_id) != tuple(rows[i])[:2]:
            raise BadWire(f"a receipt for {receipt.event_id} at {receipt.sequence}, but row {settled + 1} was due")
        settled, size = rows[i][2], size + rows[i][3]
    for (verdict, reason), run in groupby(fresh, key=lambda receipt: (receipt.verdict, receipt.reason)):
        same = list(run)
        conn.execute(
            "UPDATE outbox_rows SET settled_at_ms = ?, verdict = ?, reason = ?"
            " WHERE origin = ? AND sequence BETWEEN ? AND ?",
            (now_ms, verdict, reason, number, same[0].sequence, same[-1].sequence),
        )
    if fresh:
        conn.execute(
            "UPDATE outbox_origins SET settled_sequence = ?, settled_event_id = ?,"
            " owed_bytes = max(0, owed_bytes - ?) WHERE origin = ?",
            (settled, fresh[-1].event_id, size, number),
        )
    return len(fresh)


def forget_settled(conn: Connection, before_ms: int) -> int:
    """Drop rows whose receipt is older than `before_ms`, but none that a person still has to look at; gives how many."""
    origins = conn.execute("SELECT origin, settled_sequence FROM outbox_origins").fetchall()
    return sum(
        conn.execute(
            "DELETE FROM outbox_rows WHERE origin = ? AND sequence <= ? AND settled_at_ms < ?"
            " AND verdict IN ('recorded', 'duplicate')",
            (number, settled, before_ms),
        ).rowcount
        for number, settled in origins
    )


_is_json = msgspec.json.Decoder(Raw).decode


def own_envelope(conn: Connection, event_id: str) -> Envelope | None:
    """A row that was born here, as it goes on the line; None once it was forgotten, or for another's event_id."""
    row = conn.execute("SELECT envelope FROM outbox_rows WHERE event_id = ? AND born_here = 1", (event_id,)).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=Envelope)


def _must_be_json(data: bytes) -> None:
    try:
        _is_json(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise BadWire(f"a fact's data is JSON: {e}") from e
