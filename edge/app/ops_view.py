"""The ops page's numbers: the line, what is owed, what is parked or flagged, which devices were heard."""

import msgspec

from edge.app.board import LineView


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
    read_at_ms: int | None


class OpsView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the first ops page shows."""

    now_ms: int
    store: str
    store_name: dict[str, str]
    node: str
    line: LineView
    lanes: tuple[LaneView, ...]
    cursors: tuple[CursorView, ...]
    devices: tuple[DeviceView, ...]
    incidents: tuple[IncidentView, ...]  # open ones, newest first
    parked: int
    flagged: int
    open_orders: int
    streams: int  # live streams open now
    streams_max: int
    sqlite_version: str
