"""Says whether this hub is still finding out what it did: after a restore, a fork or a replacement, until central has told it.

While it is recovering the book may be old, so nothing is decided that the old book could get wrong: no accept, no expiry,
no retention, no no-show run, no answer to an ask. Handing over goes on, by pass and label, each with a manager's PIN.
"""

from collections.abc import Collection
from enum import StrEnum

import msgspec

from edge.domain.audit import SegmentWhy
from edge.domain.errors import Refusal
from edge.store import audit, config, incidents
from sync.db import Connection

RECOVERING_KEY = "recovering"


class Reason(StrEnum):
    """What happened to this hub's file."""

    restored = "restored"  # put back from a backup
    forked = "forked"  # copied back by hand: central holds another history under its numbers
    replaced = "replaced"  # a new machine took this hub's place


class RecoveringReason(StrEnum):
    """Why an act is refused while the book may be old."""

    recovering = "recovering"
    manager_needed = "manager_needed"  # a manager vouches for each handover
    wrong_manager_pin = "wrong_manager_pin"  # or no such manager: which of the two is not said


class Recovering(msgspec.Struct, frozen=True, kw_only=True):
    """Since when this hub is recovering, and why; `read_back` names the histories of which central knew more than it."""

    reason: Reason
    since_ms: int
    read_back: tuple[str, ...] = ()


_state = msgspec.json.Decoder(Recovering)


def begin(conn: Connection, hub_now_ms: int, reason: Reason) -> None:
    """Begin, in the transaction of what made it necessary; one that is recovering already goes on as it began."""
    if is_recovering(conn):
        return
    _keep(conn, Recovering(reason=reason, since_ms=hub_now_ms), hub_now_ms)
    if (
        reason is not Reason.restored
    ):  # what is put back from a backup goes on behind the last act that was on the second disk
        audit.begin_segment(conn, SegmentWhy(reason.value), hub_now_ms)
    incidents.raise_one(
        conn,
        kind="recovering",
        subject=f"{reason}/{hub_now_ms}",
        detail="until central has sent what this store did and its open orders",
        now_ms=hub_now_ms,
    )


def state(conn: Connection) -> Recovering | None:
    """Why and since when, or None when the book is whole."""
    body = config.get(conn, RECOVERING_KEY)
    return None if body is None else _state.decode(body)


def is_recovering(conn: Connection) -> bool:
    """True while the book may be old."""
    return config.get(conn, RECOVERING_KEY) is not None


def refusal(conn: Connection) -> Refusal | None:
    """The no to an act that has to wait until the book is whole."""
    now = state(conn)
    return None if now is None else Refusal(RecoveringReason.recovering, {"since_ms": now.since_ms})


def note_read_back(conn: Connection, histories: Collection[str], hub_now_ms: int) -> None:
    """Central sent facts of these histories that the file did not hold."""
    now = state(conn)
    if now is not None and not set(histories) <= set(now.read_back):
        known = tuple(sorted({*now.read_back, *histories}))
        _keep(conn, msgspec.structs.replace(now, read_back=known), hub_now_ms)


def end(conn: Connection) -> None:
    """Central has told everything it knows; the book is whole."""
    config.drop(conn, RECOVERING_KEY)


def _keep(conn: Connection, now: Recovering, hub_now_ms: int) -> None:
    config.put(conn, RECOVERING_KEY, msgspec.json.encode(now), hub_now_ms)
