"""Take what kiosks and beacons recorded themselves: kept once, passed on to central under the origin they were born with."""

from edge.domain.errors import BadFact
from edge.domain.facts import decode, is_known, lane_of
from sync.db import Connection
from sync.envelope import Envelope, Lane, Verdict

NOT_FROM_HERE = "kind_not_from_a_device"
"""A kiosk records telemetry only; what moves goods or carts is an act asked of the hub, never a row it is sent."""


def judge_device_fact(_tx: Connection, envelope: Envelope) -> tuple[Verdict, str | None]:
    """Record it; flag a kind no device may record by itself; park what cannot be read. Never refused: it happened."""
    if not is_known(envelope.type):
        return Verdict.RECORDED, None
    if lane_of(envelope.type) != Lane.TELEMETRY:
        return Verdict.FLAGGED, NOT_FROM_HERE
    try:
        decode(envelope.type, envelope.data)
    except BadFact as error:
        return Verdict.UNREADABLE, str(error)[:200]
    return Verdict.RECORDED, None
