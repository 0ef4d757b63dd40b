"""Look after the second disk: say when it is away and when it is back, and make a backup when one is due."""

from enum import StrEnum

from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.store import incidents
from edge.store.second_disk import SecondDisk, SecondDiskNow
from sync.errors import DatabaseUnusable

__all__ = ["AFTER_FAILURE_S", "LOOK_S", "Looked", "SecondDiskNow", "look_after_second_disk"]

AWAY = "second_disk_away"
FAILED = "backup_failed"

LOOK_S = 10.0
"""A disk that was pulled out is caught up with seconds after it is back, and a backup made by hand gets its segment."""
AFTER_FAILURE_S = 600.0
"""A backup that failed fails again at once: its disk is full. Ten minutes later somebody may have looked."""


class Looked(StrEnum):
    """What one look found or did."""

    NOTHING = "nothing"
    AWAY = "away"
    BACK = "back"
    BACKED_UP = "backed_up"
    FAILED = "failed"


def look_after_second_disk(hub: Hub) -> Looked:
    """One look. What goes wrong is written where a person sees it, and never stops the shop."""
    disk = hub.second_disk
    if disk is None:
        return Looked.NOTHING
    if disk.away is not None:
        return _try_again(hub, disk, disk.away)
    try:
        done = disk.back_up_if_due()
    except (OSError, DatabaseUnusable) as error:
        _say(hub, FAILED, str(disk.folder), str(error))
        return Looked.FAILED
    if done is None:
        return Looked.NOTHING
    in_one_transaction(hub, lambda tx: _over(tx, FAILED))
    return Looked.BACKED_UP


def _try_again(hub: Hub, disk: SecondDisk, why: str) -> Looked:
    if disk.try_again():
        in_one_transaction(hub, lambda tx: _over(tx, AWAY))
        return Looked.BACK
    _say(hub, AWAY, str(disk.folder), why)
    return Looked.AWAY


def _over(tx: Tx, kind: str) -> None:
    incidents.done_by_itself(tx.conn, kind=kind, by=tx.hub.actor, now_ms=tx.now_ms)


def _say(hub: Hub, kind: str, folder: str, detail: str) -> None:
    """Once per day and folder, so that what comes and goes does not fill the page."""

    def act(tx: Tx) -> None:
        subject = f"{folder}/{tx.now_ms // 86_400_000}"
        incidents.raise_one(tx.conn, kind=kind, subject=subject, detail=detail, now_ms=tx.now_ms)

    in_one_transaction(hub, act)
