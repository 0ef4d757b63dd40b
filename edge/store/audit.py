"""The journal of acts in state.db: appended in the transaction of the act, each row with the one before it in its hash."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from edge.domain.audit import BEGUN, NO_HASH, AuditRow, Head, NamedHead, SegmentBegun, SegmentWhy
from sync.db import Connection

_COLUMNS = "number, segment, at_ms, kind, subject, actor, event_id, detail, hash"
_LAST = f"SELECT {_COLUMNS} FROM audit_rows ORDER BY number DESC LIMIT 1"  # noqa: S608 - constants only
_INSERT = f"INSERT INTO audit_rows ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
_TIP = "SELECT number, segment, hash FROM audit_rows ORDER BY number DESC LIMIT 1"

_encode = msgspec.json.Encoder().encode


class SignedHead(msgspec.Struct, frozen=True, kw_only=True):
    """A head with its hub's signature, and central's where it is here (`seen_at_ms` and `seen_signature`)."""

    head: Head
    public_key: str
    signature: str
    seen_at_ms: int | None = None
    seen_signature: str | None = None


def append(conn: Connection, *, kind: str, subject: str, actor: str, event_id: str, at_ms: int, detail: bytes) -> None:
    """Write one act at the end of the journal; the first one begins it."""
    tip = conn.execute(_TIP).fetchone()
    if tip is None:
        begin_segment(conn, SegmentWhy.first, at_ms)
        tip = conn.execute(_TIP).fetchone()
    _insert(conn, tip[2], (tip[0] + 1, tip[1], at_ms, kind, subject, actor, event_id, detail))


def begin_segment(conn: Connection, reason: SegmentWhy, at_ms: int) -> None:
    """Go on in a new segment, numbered above all that are known, which says why and names the last countersigned head."""
    tip = conn.execute(_TIP).fetchone() or (0, 0, NO_HASH)
    seen = last_seen(conn)
    named = seen.head.named() if seen is not None else None
    segment = max(tip[1], named.segment if named else 0) + 1
    is_here = named is None or holds(conn, named)
    begun = msgspec.json.encode(SegmentBegun(reason=reason, last_seen=named, is_here=is_here))
    _insert(conn, tip[2], (tip[0] + 1, segment, at_ms, BEGUN, "", "", "", begun))


def chained(before: bytes, row: tuple[int, int, int, str, str, str, str, bytes]) -> bytes:
    """The hash of a row: SHA-256 of the hash before it and the row as a JSON array, its detail in hex."""
    return hashlib.sha256(before + _encode((*row[:7], row[7].hex()))).digest()


def hash_after(before: bytes, row: AuditRow) -> bytes:
    """The hash this row must have behind a row with the hash `before`."""
    return chained(
        before, (row.number, row.segment, row.at_ms, row.kind, row.subject, row.actor, row.event_id, row.detail)
    )


def last(conn: Connection) -> AuditRow | None:
    """The newest row."""
    row = conn.execute(_LAST).fetchone()
    return None if row is None else _row(row)


def rows(conn: Connection) -> Iterator[AuditRow]:
    """Every row, oldest first."""
    for row in conn.execute(f"SELECT {_COLUMNS} FROM audit_rows ORDER BY number"):  # noqa: S608 - constants only
        yield _row(row)


def about(conn: Connection, subject: str) -> list[AuditRow]:
    """Every row about one order, oldest first."""
    found = conn.execute(f"SELECT {_COLUMNS} FROM audit_rows WHERE subject = ? ORDER BY number", (subject,))  # noqa: S608 - constants only
    return [_row(row) for row in found]


def began(conn: Connection, segment: int) -> int:
    """The number of a segment's first row that is still kept."""
    found = conn.execute("SELECT min(number) FROM audit_rows WHERE segment = ?", (segment,)).fetchone()
    return int(found[0] or 0)


def holds(conn: Connection, head: NamedHead) -> bool:
    """True when the row that a head ends with is here, with its hash."""
    found = conn.execute("SELECT hash FROM audit_rows WHERE number = ?", (head.number,)).fetchone()
    return found is not None and found[0].hex() == head.hash


def put_head(conn: Connection, signed: SignedHead) -> None:
    """Keep a head; of those of one day that central has not seen, and of those it has, only the newest stays."""
    head = signed.head
    conn.execute(
        "INSERT INTO audit_heads VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (segment, number) DO UPDATE SET"
        " head = excluded.head, public_key = excluded.public_key, signature = excluded.signature,"
        " seen_at_ms = excluded.seen_at_ms, seen_signature = excluded.seen_signature",
        (
            head.segment,
            head.number,
            msgspec.json.encode(head),
            signed.public_key,
            signed.signature,
            signed.seen_at_ms,
            signed.seen_signature,
        ),
    )
    conn.execute(
        "DELETE FROM audit_heads WHERE segment = :segment AND number < :number"
        " AND (seen_at_ms IS NULL OR seen_at_ms / 86400000 = :seen_at_ms / 86400000)",
        {"segment": head.segment, "number": head.number, "seen_at_ms": signed.seen_at_ms},
    )


def heads(conn: Connection) -> list[SignedHead]:
    """Every head that is kept, oldest first."""
    found = conn.execute(
        "SELECT head, public_key, signature, seen_at_ms, seen_signature FROM audit_heads ORDER BY segment, number"
    )
    return [_head(row) for row in found]


def last_seen(conn: Connection) -> SignedHead | None:
    """The newest head that central countersigned, as far as this file knows."""
    row = conn.execute(
        "SELECT head, public_key, signature, seen_at_ms, seen_signature FROM audit_heads"
        " WHERE seen_at_ms IS NOT NULL ORDER BY segment DESC, number DESC LIMIT 1"
    ).fetchone()
    return None if row is None else _head(row)


def newest_signed(conn: Connection, segment: int) -> int:
    """The number of the newest row of a segment that is under a signed head; 0 before the first."""
    found = conn.execute("SELECT coalesce(max(number), 0) FROM audit_heads WHERE segment = ?", (segment,))
    return int(found.fetchone()[0])


def begun_segments(conn: Connection) -> list[SegmentBegun]:
    """What each segment that is kept said when it began, oldest first."""
    found = conn.execute("SELECT detail FROM audit_rows WHERE kind = ? ORDER BY number", (BEGUN,))
    return [msgspec.json.decode(row[0], type=SegmentBegun) for row in found]


def forget_before(conn: Connection, before_ms: int) -> int:
    """Drop rows from before then, up to a head central countersigned before then; gives how many.

    That head stays: what is left is chained to it, so a journal that lost its beginning otherwise can be told apart.
    """
    old = [each for each in heads(conn) if each.seen_at_ms is not None and each.seen_at_ms < before_ms]
    kept = next((each.head for each in reversed(old) if holds(conn, each.head.named())), None)
    if kept is None:
        return 0
    conn.execute("DELETE FROM audit_heads WHERE number < ?", (kept.number,))
    return conn.execute("DELETE FROM audit_rows WHERE number <= ?", (kept.number,)).rowcount


def _insert(conn: Connection, before: bytes, row: tuple[int, int, int, str, str, str, str, bytes]) -> None:
    conn.execute(_INSERT, (*row, chained(before, row)))


def _row(row: Any) -> AuditRow:
    return AuditRow(
        number=row[0],
        segment=row[1],
        at_ms=row[2],
        kind=row[3],
        subject=row[4],
        actor=row[5],
        event_id=row[6],
        detail=row[7],
        hash=row[8],
    )


def _head(row: Any) -> SignedHead:
    return SignedHead(
        head=msgspec.json.decode(row[0], type=Head),
        public_key=row[1],
        signature=row[2],
        seen_at_ms=row[3],
        seen_signature=row[4],
    )
