"""Where a hub's second disk is, and the two commands that use it: make a backup, put a hub together again."""

from contextlib import closing
from pathlib import Path

import click

from edge.app.keep_line import clock_floor_ms
from edge.domain.clock import SystemClock
from edge.settings import HubSettings
from edge.store.backups import path_of
from edge.store.databases import STATE_FILE, open_state
from edge.store.second_disk import BackupPlan
from edge.tools.backup import BackupFailed, back_up
from edge.tools.restore import Restored, RestoreRefused, restore
from edge.wiring.randomness import system_rng
from sync.db import faults_in


def backup_plan(settings: HubSettings) -> BackupPlan | None:
    """The second disk as the settings name it; None where none is named."""
    if not settings.backup_dir:
        return None
    folder = Path(settings.backup_dir)
    return BackupPlan(folder=folder, every_h=settings.backup_every_h, keep=settings.backup_keep)


def back_up_hub(folder: Path, to: Path, *, keep: int) -> str:
    """Make one backup; says which. Raises click.ClickException."""
    try:
        done = back_up(folder, to, SystemClock().now_ms(), keep=keep)
    except BackupFailed as failed:
        raise click.ClickException(str(failed)) from failed
    return f"{done.path} is whole ({done.size_bytes // 1024} KiB)"


def restore_hub(source: Path, folder: Path, *, replace: bool) -> list[str]:
    """Restore; says what was done, line by line. Raises click.ClickException when nothing was."""
    floor_ms = 0
    if (folder / STATE_FILE).exists() and not faults_in(folder / STATE_FILE):
        with closing(open_state(folder)) as state:
            floor_ms = clock_floor_ms(state)
    try:
        done = restore(source, folder, clock=SystemClock(floor_ms=floor_ms), rng=system_rng, replace=replace)
    except RestoreRefused as refused:
        raise click.ClickException(str(refused)) from refused
    return _told(source, folder, done)


def _told(source: Path, folder: Path, done: Restored) -> list[str]:
    lines = [f"{path_of(source, each).name} is damaged and was passed over" for each in done.damaged]
    lines.append("no backup" if done.backup is None else f"backup {path_of(source, done.backup).name}")
    if not done.segments:
        lines.append("no journal: what was recorded after the backup and has no receipt is lost")
    lines += [f"journal {each:08d} is torn at its end" for each in done.torn]
    lines += [f"journal: {count} {what}" for what, count in sorted(done.journal.items())]
    lines.append(f"owed to central: {done.owed[0]} + {done.owed[1]} + {done.owed[2]}, under the new epoch {done.epoch}")
    if done.set_aside:
        lines.append(f"the file that was here is now {folder / done.set_aside}")
    if not done.kept_on:
        lines.append(f"{source} takes nothing: give this hub another backup_dir")
    lines.append(f"{folder} is recovering: start the hub; once the line is up it learns from central what it did")
    return lines
