"""Copies a hub's state.db to another disk, while the hub runs or stands still."""

from pathlib import Path

from edge.store import backups
from edge.store.backups import BackedUp
from edge.store.databases import STATE_FILE
from sync.errors import DatabaseUnusable


class BackupFailed(Exception):
    """There is no new backup; the message says why. Those made before are as they were."""


def back_up(hub_folder: Path, folder: Path, now_ms: int, *, keep: int) -> BackedUp:
    """Make one backup in `folder`, made if it is not there, and drop all but the newest `keep`. Raises BackupFailed.

    A running hub that keeps its journal there begins a new segment within a few seconds.
    """
    if not (hub_folder / STATE_FILE).exists():
        raise BackupFailed(f"{hub_folder} holds no {STATE_FILE}: is it a hub's folder?")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        done = backups.make(hub_folder, folder, backups.next_number(folder), now_ms)
        backups.keep_newest(folder, keep)
    except (OSError, DatabaseUnusable) as error:
        raise BackupFailed(f"no backup was made: {error}") from error
    return done
