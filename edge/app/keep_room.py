"""Keeps room on the disk for what must never be lost: telemetry gives way first, then the ballast."""

import msgspec

from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.store import incidents
from sync import quota
from sync.ballast import BallastState
from sync.db import Connection
from sync.envelope import write_time

DISK_FULL = "disk_full"
DISK_TIGHT = "outbox_tight"


class DiskView(msgspec.Struct, frozen=True, kw_only=True):
    """How much room is left, for the ops page. Bytes; `skipped` and `refused` count facts of telemetry, ever."""

    owed_bytes: int
    quota_bytes: int
    free_bytes: int
    ballast: str  # held | freed | none
    skipped: int  # dropped or coalesced to make room
    refused: int  # not taken at all


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What one look led to: facts of telemetry that made room, and the ballast if it changed since the last look."""

    gone: int = 0
    ballast: BallastState | None = None


def keep_room(hub: Hub) -> Kept:
    """Look once: make room in the outbox, say what the ballast did, lay it down again when the disk has room.

    Costs two small reads while there is nothing to do. Raises what the database raises; the loop comes again.
    """
    with hub.state.reading() as conn:
        room = quota.room(conn)
    state = hub.ballast.keep() if hub.ballast is not None else BallastState.HELD
    closed = state is BallastState.FREED
    if not room.is_tight and closed == room.is_closed:
        return Kept()

    def act(tx: Tx) -> int:
        quota.close_to_telemetry(tx.conn, closed=closed)
        _say(hub, tx, closed=closed, was_closed=room.is_closed)
        gone = quota.make_room(tx.conn, tx.now_ms)
        if gone:
            day = write_time(tx.now_ms)[:10]
            incidents.raise_one(
                tx.conn, kind=DISK_TIGHT, subject=f"{hub.node} {day}", detail=f"{gone}", now_ms=tx.now_ms
            )
        return gone

    gone = in_one_transaction(hub, act)
    return Kept(gone=gone, ballast=state if closed != room.is_closed else None)


def read_disk(hub: Hub, conn: Connection) -> DiskView:
    """The room there is now."""
    room = quota.room(conn)
    return DiskView(
        owed_bytes=room.owed_bytes,
        quota_bytes=room.quota_bytes,
        free_bytes=hub.ballast.disk_free_bytes() if hub.ballast is not None else 0,
        ballast=hub.ballast.state.value if hub.ballast is not None else "none",
        skipped=room.skipped,
        refused=room.refused,
    )


def _say(hub: Hub, tx: Tx, *, closed: bool, was_closed: bool) -> None:
    if closed and not was_closed:
        at = write_time(tx.now_ms)
        incidents.raise_one(tx.conn, kind=DISK_FULL, subject=f"{hub.node} {at}", detail="", now_ms=tx.now_ms)
    elif was_closed and not closed:
        incidents.done_by_itself(tx.conn, kind=DISK_FULL, by=hub.actor, now_ms=tx.now_ms)
