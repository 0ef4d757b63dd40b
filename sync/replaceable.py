"""A database of copies whose file a newer one takes the place of while it is in use, without anybody noticing.

SQLite knows a write-ahead log by the name of its database. So a log of the old file must be gone before the new file
has its name, or the next start would play it into the wrong file; and nobody may open the one while the other leaves.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sync.db import Connection, Database, Migrations, Synchronous, driver, migrate

#: How long those who read are waited for. They stay for milliseconds; one who was forgotten keeps the old file.
LEAVE_S = 1.0

NEW, PUT_ASIDE = ".new", ".old"
_LOGS = ("-wal", "-shm")


class ReplaceableDatabase:
    """Like `Database`: `reading()` and `writing()`, and `replace()` besides. Safe to share between threads."""

    def __init__(self, path: Path, *, migrations: Sequence[Migrations], synchronous: Synchronous = "NORMAL") -> None:
        self.path = str(path)
        #: Where the file that is to take its place is built; thrown away at each start, since nobody can say how far it got.
        self.new_path = Path(f"{path}{NEW}")
        self.migrations = tuple(migrations)
        self._synchronous: Synchronous = synchronous
        self._door = threading.Condition()
        self._writers = threading.RLock()
        self._inside = 0
        throw_away(self.new_path)
        for log in _LOGS:
            Path(f"{path}{log}{PUT_ASIDE}").unlink(missing_ok=True)
        self._current = self._open()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See `Database.reading`: one unchanging state, also while another file takes this one's place."""
        with ExitStack() as leaving:
            with self._door:
                self._inside += 1
                leaving.callback(self._leave)
                conn = leaving.enter_context(self._current.reading())
                conn.execute(
                    "SELECT 1 FROM sqlite_schema LIMIT 1"
                ).fetchone()  # opens the log that belongs to this file
            yield conn

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See `Database.writing`."""
        with self._writers, self._current.writing() as conn:
            yield conn

    @contextmanager
    def building(self) -> Iterator[Connection]:
        """A new and empty file at `new_path`, to be filled in this block; afterwards it is complete and durable.

        Nothing waits for the disk before the end: a file that is not finished is thrown away, here or at the next start.
        """
        throw_away(self.new_path)
        conn = driver.connect(str(self.new_path), isolation_level=None)
        try:
            for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-24000", "temp_store=MEMORY"):
                conn.execute(f"PRAGMA {pragma}")
            conn.execute("BEGIN")
            migrate(conn, self.migrations)
            yield conn
            conn.execute("COMMIT")
            conn.execute("PRAGMA journal_mode=WAL")
            conn.close()
            _sync_file(self.new_path)
        except BaseException:
            conn.close()
            throw_away(self.new_path)
            raise

    def replace(self, check: Callable[[], None] = lambda: None) -> None:
        """Put the complete and durable file at `new_path` in the place of this one.

        Whoever reads goes on reading what was there; whoever comes next reads the new file. A crash at any moment leaves
        the one or the other, whole. `check` is called when no writer can come in between any more; what it raises leaves
        everything as it was.
        """
        with self._writers, self._door:
            check()
            self._door.wait_for(lambda: self._inside == 0, LEAVE_S)
            self._current.close()  # the last connection to a file puts its log away
            try:
                with _logs_put_aside(Path(self.path)):
                    self.new_path.rename(self.path)
                sync_folder(self.new_path.parent)
            finally:
                self._current = self._open()

    def close(self) -> None:
        """Close every connection. Nothing may be used afterwards."""
        with self._writers:
            self._current.close()

    def _leave(self) -> None:
        with self._door:
            self._inside -= 1
            self._door.notify_all()

    def _open(self) -> Database:
        return Database(self.path, migrations=self.migrations, synchronous=self._synchronous)


def throw_away(path: Path) -> None:
    """Remove a database file that nobody has open, and whatever SQLite left beside it."""
    for name in (path, *(Path(f"{path}{beside}") for beside in (*_LOGS, "-journal"))):
        name.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _logs_put_aside(path: Path) -> Iterator[None]:
    """While the block runs no log lies beside the file. There is one only when a forgotten reader still has it open."""
    logs = [name for name in (Path(f"{path}{log}") for log in _LOGS) if name.exists()]
    if logs:
        conn = driver.connect(str(path), isolation_level=None)
        conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        conn.close()
        os.sync()  # what is in the file now must stay without its log; opening it for fsync would drop SQLite's locks
    for name in logs:
        name.rename(f"{name}{PUT_ASIDE}")
    try:
        yield
    except BaseException:
        for name in logs:
            Path(f"{name}{PUT_ASIDE}").rename(name)
        raise
    for name in logs:
        Path(f"{name}{PUT_ASIDE}").unlink()
