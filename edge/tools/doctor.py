"""Looks at a process's folder and says, line by line, what is in order and what a person should see to. Changes nothing.

It reads beside a running process: databases are opened read-only through their own connection, and nothing is locked.
"""

import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from edge.app.keep_files import LOG_SAID_BYTES
from edge.settings import HubSettings, KioskSettings, SettingsFaults, load
from edge.store import backups
from edge.store.databases import KEYS_FILE, REPLICA_FILE, STATE_FILE
from sync.db import faults_in, sqlite_version
from sync.file_health import log_bytes

SETTINGS: dict[str, type[HubSettings] | type[KioskSettings]] = {"hub.toml": HubSettings, "kiosk.toml": KioskSettings}

WAL_FIXED_IN = (3, 51, 3)
"""SQLite 3.7.0–3.51.2 can corrupt a WAL when several connections write and checkpoint at once (sqlite.org, 2026)."""

LEAST_FREE_BYTES = 500 * 1024 * 1024
"""A week of facts of a busy store is below 100 MB; five times that leaves room for the WAL and the logs."""

SQLITE_HEADER = b"SQLite format 3\x00"

CURES = {
    STATE_FILE: "keep it, end the hub, and put the book together again with `storefloor restore`",
    REPLICA_FILE: "it holds copies only: start the hub anew with the line up, and central sends them again",
    KEYS_FILE: "start the hub anew with the line up: names and cards come again from central, under new keys",
    "central.db": "keep it, end central, and put back its last copy",
}
"""What to do about a file that is damaged."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    in_order: bool
    what: str

    def __str__(self) -> str:
        return f"{'ok   ' if self.in_order else 'LOOK '} {self.what}"


def examine(folder: Path) -> list[Finding]:
    """Everything the doctor looks at in this folder, what is in order included."""
    findings = [_sqlite(), _disk(folder)]
    findings += [_settings(folder / name, name) for name in SETTINGS if (folder / name).exists()]
    findings += [_second_disk(folder, folder / "hub.toml")] if (folder / "hub.toml").exists() else []
    findings += [_key(path) for path in sorted(folder.glob("*.key"))]
    findings += [_database(path) for path in sorted(folder.glob("*.db"))]
    if not any(folder.glob("*.db")) and not any(folder.glob("*.key")):
        findings.append(Finding(False, f"{folder} holds no database and no key: is it the right folder?"))
    return findings


def _sqlite() -> Finding:
    version = sqlite_version()
    fixed = tuple(int(part) for part in version.split(".")) >= WAL_FIXED_IN
    note = "" if fixed else "; below 3.51.3 a WAL with several writers can be damaged, each file here has one writer"
    return Finding(True, f"SQLite {version}{note}")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    return Finding(free >= LEAST_FREE_BYTES, f"{free // 1024**2} MiB free on the disk of {folder}")


def _settings(path: Path, name: str) -> Finding:
    try:
        load(SETTINGS[name], path)
    except SettingsFaults as faults:
        return Finding(False, f"{name}: {'; '.join(faults.faults)}")
    return Finding(True, f"{name} can be used")


def _second_disk(folder: Path, settings: Path) -> Finding:
    """Whether what the hub records lies on another disk too, and how old the newest backup is there."""
    try:
        named = load(HubSettings, settings).backup_dir
    except SettingsFaults:
        return Finding(False, "which second disk the hub has cannot be read")
    if not named:
        return Finding(False, "no second disk (backup_dir): with this one, facts without a receipt are lost")
    second = Path(named)
    if not second.is_dir():
        return Finding(False, f"the second disk is not there: {second}")
    if second.stat().st_dev == folder.stat().st_dev:
        return Finding(False, f"{second} lies on the same disk as the hub")
    number, damaged = backups.newest_good(second)
    if number is None or damaged:
        return Finding(False, f"{second} holds {len(damaged)} damaged backups, the newest good one is {number}")
    return Finding(True, f"{second} holds {len(backups.numbers(second))} backups and the journal")


def _key(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    return Finding(
        mode & 0o077 == 0,
        f"{path.name} may be read by {'its owner only' if mode & 0o077 == 0 else f'others (mode {mode:o})'}",
    )


def _database(path: Path) -> Finding:
    with path.open("rb") as file:
        if file.read(16) != SQLITE_HEADER:
            return Finding(False, f"{path.name} is not a SQLite file; {_what_to_do(path.name)}")
    problems = faults_in(path)
    if problems:
        return Finding(False, f"{path.name} is damaged: {'; '.join(problems)}; {_what_to_do(path.name)}")
    if (log := log_bytes(path)) > LOG_SAID_BYTES:
        what = f"{path.name} is whole, but its log holds {log // 1024**2} MiB: find what keeps reading it, or start its process anew"
        return Finding(False, what)
    return Finding(True, f"{path.name} is whole ({path.stat().st_size // 1024} KiB)")


def _what_to_do(name: str) -> str:
    return CURES.get(name, "keep it, and put back the last copy you have")
