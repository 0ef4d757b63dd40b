"""Numbered copies of state.db on the second disk, each whole or not there; the journal's segments lie beside them.

A backup number n holds everything of the segments before n, and segment n begins when backup n is begun. Keys of
persons and the hub's pepper lie in another file, which is never copied.
"""

import os
from pathlib import Path

import msgspec

from edge.store import journal_file
from edge.store.databases import STATE_FILE
from edge.store.journal_file import sync_folder
from sync.copy_live import copy_live
from sync.db import faults_in

SUFFIX = ".backup"
UNFINISHED = ".unfinished"


class BackedUp(msgspec.Struct, frozen=True, kw_only=True):
    """One finished backup."""

    number: int
    path: Path
    size_bytes: int


def numbers(folder: Path) -> list[int]:
    """The numbers of the finished backups in `folder`, oldest first."""
    return sorted(int(path.stem) for path in folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())


def path_of(folder: Path, number: int) -> Path:
    """Where backup `number` lies."""
    return folder / f"{number:08d}{SUFFIX}"


def next_number(folder: Path) -> int:
    """A number above every backup and every segment."""
    return max([0, *numbers(folder), *journal_file.segments(folder)]) + 1


def newest_at_ms(folder: Path) -> int | None:
    """When the newest backup was made, by the clock of the hub that made it; None without one."""
    known = numbers(folder)
    return path_of(folder, known[-1]).stat().st_mtime_ns // 1_000_000 if known else None


def make(hub_folder: Path, folder: Path, number: int, now_ms: int) -> BackedUp:
    """Copy the state.db of a hub, running or not, to backup `number`: on the disk and checked, or not there at all.

    Raises OSError and DatabaseUnusable; then nothing of it is left that looks like a backup.
    """
    unfinished = folder / f"{number:08d}{UNFINISHED}"
    unfinished.unlink(missing_ok=True)
    try:
        unfinished.touch(mode=0o600)
        copy_live(hub_folder / STATE_FILE, unfinished)
        os.utime(unfinished, ns=(now_ms * 1_000_000, now_ms * 1_000_000))
        _sync_file(unfinished)
        path = path_of(folder, number)
        unfinished.rename(path)
        sync_folder(folder)
    finally:
        unfinished.unlink(missing_ok=True)
    return BackedUp(number=number, path=path, size_bytes=path.stat().st_size)


def newest_good(folder: Path) -> tuple[int | None, list[int]]:
    """The newest backup that is whole, and the numbers of newer ones that are not."""
    damaged: list[int] = []
    for number in reversed(numbers(folder)):
        if not faults_in(path_of(folder, number)):
            return number, damaged
        damaged.append(number)
    return None, damaged


def keep_newest(folder: Path, keep: int) -> int:
    """Drop all but the newest `keep` backups, and the segments that only they needed; gives how many files went."""
    known = numbers(folder)
    old = known[:-keep]
    if not old:
        return 0
    first_kept = known[-keep]
    needed_from = max((number for number in journal_file.segments(folder) if number <= first_kept), default=first_kept)
    gone = [path_of(folder, number) for number in old]
    gone += [journal_file.path_of(folder, number) for number in journal_file.segments(folder) if number < needed_from]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
