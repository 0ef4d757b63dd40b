"""Copies a database while it is in use, whole and as of one moment; the writer is not held up."""

from contextlib import closing
from pathlib import Path

from sync.db import BUSY_TIMEOUT_S, driver, faults_in
from sync.errors import DatabaseUnusable


def is_in_use(path: Path) -> bool:
    """True while any process has this database open. A log it left behind is written into the file on the way."""
    with closing(driver.connect(path, timeout=0.1, isolation_level=None)) as conn:
        try:
            return bool(conn.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete")
        except driver.OperationalError:
            return True
        except driver.DatabaseError:  # a damaged file; nobody could work on it
            return False


def copy_live(source: Path, target: Path) -> None:
    """Copy `source` to the new file `target`, checked and without a write-ahead log of its own.

    Raises DatabaseUnusable when the copy is not whole or could not be made.
    """
    try:
        with (
            closing(driver.connect(f"file:{source}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)) as live,
            closing(driver.connect(target, timeout=BUSY_TIMEOUT_S)) as copy,
        ):
            live.backup(copy)  # in one step: a copy made in several begins again with every commit in between
            copy.execute("PRAGMA journal_mode=DELETE")
    except driver.Error as error:
        raise DatabaseUnusable(f"{target.name}: {error}") from error
    if faults := faults_in(target):
        raise DatabaseUnusable(f"{target.name}: {'; '.join(faults)}")
