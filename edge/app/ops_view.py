"""The ops page's numbers: the line, what is owed, what is parked or flagged, which devices were heard."""

import msgspec

from edge.app.apply_changes import cursor_of
from edge.app.board import LineView, midnight_ms, read_line
from edge.app.hub import Hub
from edge.app.keep_line import confirmed_since_ms
from edge.app.keep_room import DiskView, read_disk
from edge.app.store_config import store_config
from edge.store import devices, incidents, line_turns, summaries, unread, wishes
from edge.store.line_turns import LineTurn
from edge.store.second_disk import SecondDiskNow
from sync import backlog
from sync.backlog import LaneBacklog
from sync.db import Connection, sqlite_version

LATE_WISH_MS = 24 * 3_600_000
"""A wish without an answer a day after it was recorded is something central forgot, or never got."""


class LaneView(msgspec.Struct, frozen=True, kw_only=True):
    """One outbox lane: 0 pickups, 1 carts and consent, 2 telemetry."""

    lane: int
    owed: int
    oldest_ms: int | None  # recorded time of the oldest row without a receipt
    parked: int


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk (later: desk, beacon) enrolled at this hub."""

    node: str
    role: str
    state: str  # active | revoked
    last_seen_ms: int | None


class IncidentView(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person should look at: parked or flagged rows, a fork, an unanswered wish, a promised part missing."""

    incident_id: int
    kind: str
    at_ms: int
    subject: str  # an order, a wish, an event id; never a person
    detail: str
    done_at_ms: int | None


class CursorView(msgspec.Struct, frozen=True, kw_only=True):
    """How far this hub has read one feed."""

    feed: str
    number: int
    read_at_ms: int | None  # when a page was last applied since this start; all feeds are read together


class OpsView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the first ops page shows."""

    now_ms: int
    store: str
    store_name: dict[str, str]
    node: str
    line: LineView
    line_turns: tuple[LineTurn, ...]  # today's, oldest first; the first may be older and says how the day began
    confirmed_since_ms: int | None  # when signed time was first seen since this start
    lanes: tuple[LaneView, ...]
    cursors: tuple[CursorView, ...]
    devices: tuple[DeviceView, ...]
    incidents: tuple[IncidentView, ...]  # open ones, newest first
    parked: int
    flagged: int
    unread: int  # rows from central of a kind this version does not know
    late_wishes: int
    open_orders: int
    visits: int
    disk: DiskView
    second_disk: SecondDiskNow | None  # None: none is set, and a lost disk loses facts
    streams: int  # live streams open now
    streams_max: int
    sqlite_version: str


def read_ops(hub: Hub) -> OpsView:
    """The page as it is now."""
    store, now_ms = store_config(hub), hub.clock.now_ms()
    with hub.replica.reading() as conn:
        unread_copies = unread.count(conn)
    with hub.state.reading() as conn:
        return OpsView(
            now_ms=now_ms,
            store=hub.store,
            store_name=store.name if store else {},
            node=hub.node,
            line=read_line(hub),
            line_turns=tuple(line_turns.since(conn, midnight_ms(hub))),
            confirmed_since_ms=confirmed_since_ms(hub, conn),
            lanes=tuple(_lane(each) for each in backlog.lanes(conn)),
            cursors=_cursors(hub),
            devices=_devices(hub, conn),
            incidents=_incidents(conn),
            parked=backlog.parked(conn),
            flagged=backlog.flagged(conn),
            unread=unread.count(conn) + unread_copies,
            late_wishes=len(wishes.unanswered_before(conn, now_ms - LATE_WISH_MS)),
            open_orders=summaries.open_count(conn),
            visits=len(hub.visits),
            disk=read_disk(hub, conn),
            second_disk=hub.second_disk.now() if hub.second_disk else None,
            streams=hub.live.open_streams,
            streams_max=hub.live.limit,
            sqlite_version=sqlite_version(),
        )


def _lane(each: LaneBacklog) -> LaneView:
    return LaneView(lane=each.lane, owed=each.owed, oldest_ms=each.since_ms, parked=each.parked)


def _cursors(hub: Hub) -> tuple[CursorView, ...]:
    read_at_ms = hub.pulled.at_ms or None
    return tuple(
        CursorView(feed=feed, number=number, read_at_ms=read_at_ms) for feed, number in sorted(cursor_of(hub).items())
    )


def _devices(hub: Hub, conn: Connection) -> tuple[DeviceView, ...]:
    return tuple(
        DeviceView(
            node=each.node,
            role=each.role,
            state=each.state,
            last_seen_ms=hub.heard.get(each.node, each.last_seen_ms),
        )
        for each in devices.everyone(conn)
    )


def _incidents(conn: Connection) -> tuple[IncidentView, ...]:
    return tuple(
        IncidentView(
            incident_id=each.incident_id,
            kind=each.kind,
            at_ms=each.at_ms,
            subject=each.subject,
            detail=each.detail,
            done_at_ms=each.done_at_ms,
        )
        for each in incidents.waiting(conn)
    )
