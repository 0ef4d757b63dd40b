"""What a kiosk asks between visits: how the line is, what time it is, what the store says about itself."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from edge.app.hub import Hub
from edge.app.standing import standing
from edge.app.store_config import opening_hours, store_config
from edge.domain.truth import StoreDown
from edge.store import catalogue
from sync import outbox
from sync.link import LinkState


class StoreFace(msgspec.Struct, frozen=True, kw_only=True):
    """What the store says about itself on a screen; aisles in walking order, today's hours as 10:00–22:00."""

    store: str
    name: dict[str, str]
    timezone: str
    aisles: tuple[int, ...]
    hours_today: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The line, the hub's time and the store."""

    line: LinkState
    since_ms: int
    now_ms: int
    time_confirmed: bool
    owed: int
    store: StoreFace
    superseded_since_ms: int | None = None  # another hub has this one's place: send everybody to the desk


def read_status(hub: Hub) -> Status:
    """How things stand now."""
    with hub.state.reading() as conn:
        owed = outbox.owed(conn)
        place = standing(conn)
    with hub.replica.reading() as conn:
        aisles = catalogue.aisles(conn)
    now_ms = hub.clock.now_ms()
    return Status(
        line=hub.link.state,
        since_ms=hub.link.since_ms,
        now_ms=now_ms,
        time_confirmed=hub.clock.confirmed(),
        owed=owed.per_lane[0] + owed.per_lane[1],
        store=_face(hub.store, store_config(hub), aisles, now_ms),
        superseded_since_ms=place.superseded_since_ms,
    )


def _face(code: str, store: StoreDown | None, aisles: tuple[int, ...], now_ms: int) -> StoreFace:
    if store is None:
        return StoreFace(store=code, name={}, timezone="UTC", aisles=aisles, hours_today="")
    return StoreFace(
        store=code, name=store.name, timezone=store.timezone, aisles=aisles, hours_today=_hours_today(store, now_ms)
    )


def _hours_today(store: StoreDown, now_ms: int) -> str:
    hours = opening_hours(store)
    day = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(hours.zone)).date()
    return ", ".join(f"{_time(start)}–{_time(end)}" for start, end in sorted(hours.spans_on(day)))


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
