"""Looks at a database file from outside: whether SQLite can open it at all, and how large its log has grown."""

from pathlib import Path

from sync.db import BUSY_TIMEOUT_S, driver

_SOMEBODY_ELSE = ("SQLITE_BUSY", "SQLITE_LOCKED")


def why_unusable(path: Path) -> str | None:
    """What keeps SQLite from opening this file; None when it opens, or is not there yet. Reads its first page alone."""
    if not path.exists():
        return None
    try:
        conn = driver.connect(str(path), timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        finally:
            conn.close()
    except driver.DatabaseError as error:
        # Somebody who has it open for a moment says nothing about the file.
        return None if error.sqlite_errorname.startswith(_SOMEBODY_ELSE) else str(error)
    return None


def log_bytes(path: Path) -> int:
    """How large the write-ahead log beside this file is; 0 when there is none."""
    try:
        return Path(f"{path}-wal").stat().st_size
    except FileNotFoundError:
        return 0
