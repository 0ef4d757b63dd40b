"""What the ops page says out of the hub's figures: ages, states with their icon, today's line as a band."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup

from edge.app.keep_backup import SecondDiskNow
from edge.app.keep_room import DiskView
from edge.app.ops_view import DeviceView, OpsView
from kiosk_ui.design import icon
from kiosk_ui.ops.line_today import Change, band, changes_until, labels
from kiosk_ui.ops.words import WORDS, incident_word, length
from kiosk_ui.wording import in_locale

SILENT_AFTER_MS = 60_000
"""A kiosk asks its hub for the status every few seconds; a minute without one is more than a restart."""
CHANGES_SHOWN = 8
"""Rows below the band; a line that flickers all day is seen on the band and would fill the page."""
BAR_PX = 200
BAR_FULL = 1000
"""Rows at which a lane's bar is full: more than a busy day's cut, so that an ordinary backlog stays short."""

TIGHT = 0.9
"""From here on telemetry makes room (`sync.quota`)."""

_STATES = {
    "fine": ("state-ok", "circle-check"),
    "silent": ("state-stop", "octagon-alert"),
    "revoked": ("state-off", "circle-x"),
}


class DeviceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A device with what its silence means."""

    node: str
    role: str
    health: str  # fine | silent | revoked
    seen_ms: int | None


def template_words(zone: ZoneInfo) -> dict[str, object]:
    """The words templates ask for."""
    return {
        "t": WORDS.text,
        "tn": WORDS.count,
        "at": lambda at_ms: clock_face(at_ms, zone),
        "day_and_time": lambda at_ms: clock_face(at_ms, zone, "%Y-%m-%d %H:%M"),
        "length": length,
        "incident_word": incident_word,
        "device_state": device_state,
        "count_state": count_state,
        "disk_state": disk_state,
        "second_disk_state": second_disk_state,
        "megabytes": lambda size: size // 1_000_000,
        "in_locale": in_locale,
    }


def figures(ops: OpsView, zone: ZoneInfo) -> dict[str, object]:
    """The figures templates ask for."""
    midnight = datetime.fromtimestamp(ops.now_ms / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    turns = [(turn.at_ms, turn.state == "up") for turn in ops.line_turns]
    changes = changes_until(turns, int(midnight.timestamp() * 1000), ops.now_ms)
    stretches = band(changes)
    return {
        "owed_in_all": sum(lane.owed for lane in ops.lanes),
        "width_of": lambda owed: min(BAR_PX, -(-owed * BAR_PX // BAR_FULL)),
        "devices": devices_to_look_at_first(ops.devices, ops.now_ms),
        "changes": list(reversed(changes))[:CHANGES_SHOWN],
        "stretches": stretches,
        "link_labels": labels(changes, stretches),
        "link_words": said(changes, zone),
    }


def clock_face(at_ms: int, zone: ZoneInfo, shape: str = "%H:%M") -> str:
    """A time in the store's zone."""
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime(shape)


def devices_to_look_at_first(devices: Sequence[DeviceView], now_ms: int) -> list[DeviceRow]:
    """Silent ones first, then by name; a revoked one is no trouble and comes last."""
    rows = [
        DeviceRow(node=each.node, role=each.role, health=health(each, now_ms), seen_ms=each.last_seen_ms)
        for each in devices
    ]
    order = ("silent", "fine", "revoked")
    return sorted(rows, key=lambda row: (order.index(row.health), row.role, row.node))


def health(device: DeviceView, now_ms: int) -> str:
    """fine, silent (nothing heard for a minute, or never) or revoked."""
    if device.state != "active":
        return "revoked"
    heard = device.last_seen_ms is not None and now_ms - device.last_seen_ms < SILENT_AFTER_MS
    return "fine" if heard else "silent"


def device_state(name: str) -> Markup:
    """A device's state as word, icon and colour."""
    look, symbol = _STATES[name]
    return _state(look, symbol, WORDS.text(f"device.{name}"))


def count_state(count: int) -> Markup:
    """Whether a count that should be zero is."""
    if count == 0:
        return _state("state-ok", "circle-check", WORDS.text("box.nothing"))
    return _state("state-warn", "triangle-alert", WORDS.text("box.some"))


def disk_state(disk: DiskView) -> Markup:
    """Whether there is room: the ballast given up means that the disk is full."""
    if disk.ballast == "freed":
        return _state("state-stop", "octagon-alert", WORDS.text("disk.full"))
    if disk.owed_bytes >= disk.quota_bytes * TIGHT:
        return _state("state-warn", "triangle-alert", WORDS.text("disk.tight"))
    return _state("state-ok", "circle-check", WORDS.text("disk.room"))


def second_disk_state(disk: SecondDiskNow | None) -> Markup:
    """Whether what is recorded lies on a second disk too."""
    if disk is None:
        return _state("state-warn", "triangle-alert", WORDS.text("second.none"))
    if disk.away is not None:
        return _state("state-stop", "octagon-alert", WORDS.text("second.away"))
    return _state("state-ok", "circle-check", WORDS.text("second.follows"))


def said(changes: Sequence[Change], zone: ZoneInfo) -> str:
    """The band in words, for those who cannot see it."""
    parts = [
        WORDS.text(
            "link.words_up" if change.up else "link.words_cut",
            time=clock_face(change.at_ms, zone),
            length=length(change.length_ms),
        )
        for change in changes
    ]
    return WORDS.text("link.words", words=", ".join(parts))


def _state(look: str, symbol: str, word: str) -> Markup:
    return Markup('<span class="state {}">{}{}</span>').format(look, icon(symbol), word)
