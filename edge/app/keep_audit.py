"""Keeps the journal of acts: its head is signed each minute, and what central countersigned is written down beside it."""

import msgspec

from edge.app import recovering
from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.domain.audit import Head, NamedHead, SegmentWhy
from edge.domain.facts import JournalHead
from edge.domain.truth import JournalSeen
from edge.store import audit, incidents
from edge.store.audit import SignedHead
from sync.db import Connection
from sync.signing import public_bytes, public_text

SIGN_EVERY_MS = 60_000
"""What somebody at the hub's own keyboard could change unseen: the acts of a minute."""


def sign_head(hub: Hub) -> Head | None:
    """Sign the newest row and owe the head upwards; None when it is signed already, or this hub has no key."""
    if hub.journal_key is None:
        return None
    with hub.state.reading() as conn:
        if _unsigned(conn) is None:
            return None
    return in_one_transaction(hub, _sign)


def take_seen(tx: Tx, seen: JournalSeen) -> None:
    """Write down that central countersigned a head, and whether this file lacks it.

    While the hub is recovering the rows may still be on their way into the file; the end of that looks what is lacking.
    """
    last = audit.last_seen(tx.conn)
    if last is not None and (last.head.segment, last.head.number) > (seen.head.segment, seen.head.number):
        return  # the feed was read from its beginning: this is an older word
    audit.put_head(tx.conn, msgspec.convert(seen, SignedHead, from_attributes=True))
    if not recovering.is_recovering(tx.conn):
        say_what_is_lacking(tx)


def say_what_is_lacking(tx: Tx) -> None:
    """The newest countersigned head, when this file does not hold it, begins a segment that names it, once."""
    last = audit.last_seen(tx.conn)
    if last is None or audit.holds(tx.conn, last.head.named()) or _is_named(tx.conn, last.head.named()):
        return
    audit.begin_segment(tx.conn, SegmentWhy.head_not_here, tx.now_ms)
    incidents.raise_one(
        tx.conn,
        kind="journal_head_not_here",
        subject=f"{last.head.segment}/{last.head.number}",
        detail=f"central countersigned it up to row {last.head.number}; it goes on in a new segment",
        now_ms=tx.now_ms,
    )


def _unsigned(conn: Connection) -> tuple[int, int, str] | None:
    """Segment, number and hash of the newest row, when no head covers it."""
    last = audit.last(conn)
    if last is None or last.number <= audit.newest_signed(conn, last.segment):
        return None
    return last.segment, last.number, last.hash.hex()


def _sign(tx: Tx) -> Head | None:
    hub, unsigned = tx.hub, _unsigned(tx.conn)
    assert hub.journal_key is not None
    if unsigned is None:
        return None
    segment, number, row_hash = unsigned
    head = Head(
        store=hub.store,
        node=hub.node,
        segment=segment,
        began=audit.began(tx.conn, segment),
        number=number,
        hash=row_hash,
        signed_at_ms=tx.now_ms,
    )
    public = public_text(public_bytes(hub.journal_key))
    signature = hub.journal_key.sign(head.text).hex()
    audit.put_head(tx.conn, SignedHead(head=head, public_key=public, signature=signature))
    fact = JournalHead(actor=hub.actor, at=tx.at, head=head, public_key=public, signature=signature)
    tx.owe(fact, hub.new_id())
    return head


def _is_named(conn: Connection, head: NamedHead) -> bool:
    """True when a segment of this file says already that it lacks this head."""
    return any(begun.last_seen == head and not begun.is_here for begun in audit.begun_segments(conn))
