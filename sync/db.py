"""Opens SQLite the one safe way: one writing connection, IMMEDIATE transactions, durable at COMMIT.

Every database file of every room goes through `Database`; nothing else imports a SQLite driver.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import structlog

from sync.errors import DatabaseUnusable
from sync.group_commit import GroupCommit

if TYPE_CHECKING:
    import sqlite3 as driver
else:
    # The wheel brings a SQLite without the WAL reset fault of 3.7.0-3.51.2; where it has no build the system's serves.
    try:
        from pysqlite3 import dbapi2 as driver
    except ImportError:
        import sqlite3 as driver

# Other rooms take the driver and its errors from here; nobody else may import one.
__all__ = [
    "Connection",
    "Database",
    "DatabaseError",
    "IntegrityError",
    "Migrations",
    "OperationalError",
    "Row",
    "driver",
    "migrate",
    "sqlite_version",
    "statements",
]

Connection = driver.Connection
Row = driver.Row
DatabaseError = driver.DatabaseError
IntegrityError = driver.IntegrityError
OperationalError = driver.OperationalError

Synchronous = Literal["FULL", "NORMAL"]

log = structlog.get_logger("sync.db")

#: How long a writer waits for another process's transaction. Ours last milliseconds; five seconds means a stuck disk,
#: and an error a person can read is better than a screen that waits on.
BUSY_TIMEOUT_S = 5.0

#: Pages kept per connection, in KiB (negative by SQLite's convention). 64 threads times the default 2 MiB would be the
#: whole memory budget of a hub; 200 KiB holds the hot index pages and the operating system caches the rest.
CACHE_KIB = -200


#: A log that grew while somebody read for long is cut back to this once it can be put away; else it would keep its largest
#: size for as long as the process lives. Four times what SQLite lets it grow to by itself.
LOG_KEPT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Migrations:
    """A room's numbered `NNNN_name.sql` files: `folder` inside the installed package `package`, known as `name`."""

    name: str
    package: str
    folder: str = "migrations"

    def steps(self) -> list[tuple[int, str, str]]:
        """Number, file name and SQL of every step, in order."""
        return list(_steps(self.package, self.folder))


@cache
def _steps(package: str, folder: str) -> tuple[tuple[int, str, str], ...]:
    """Read from the installed package once per process: a file is opened more often than a program is upgraded."""
    here = files(package).joinpath(folder)
    names = sorted(f.name for f in here.iterdir() if f.name.endswith(".sql"))
    return tuple((int(n.split("_", 1)[0]), n, here.joinpath(n).read_text("utf-8")) for n in names)


class _Mine(threading.local):
    """What this thread holds open."""

    writer: Connection | None = None
    reader: Connection | None = None


class Database:
    """One SQLite file (or ":memory:"): `writing()` is the only way to change it, `reading()` sees one state.

    Safe to share between threads. Writers take turns on one connection, so that within a process nobody ever meets BUSY,
    and those that come together share one COMMIT.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        migrations: Sequence[Migrations] = (),
        synchronous: Synchronous = "FULL",
        after_commit: Callable[[], None] | None = None,
    ) -> None:
        self.path = str(path)
        #: Called after each COMMIT and before anybody whose writes it holds goes on; may be set later. What it raises is
        #: logged and counted in `after_commit_failures` and undoes nothing. It may read, and must not write here.
        self.after_commit = after_commit
        self.after_commit_failures = 0
        #: Called when the disk refused a write, before the caller hears of it; it may make room there.
        self.on_full: Callable[[], None] | None = None
        self._synchronous: Synchronous = synchronous
        self._mine = _Mine()
        self._readers: list[Connection] = []
        self._readers_lock = threading.Lock()
        self._closed = False
        self._writer = _connect(self.path, synchronous)
        self._turns = GroupCommit(self._writer, self._committed)
        if migrations:
            with self.writing() as conn:
                migrate(conn, migrations)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first moment; leaving commits, an exception rolls back.

        When the block has been left without an exception, what it wrote survives a power cut (synchronous=FULL). It may
        have shared its COMMIT with other threads; a COMMIT that fails raises in each of them and keeps nothing of any.
        A second `writing()` inside the first is a programming error and raises RuntimeError.
        """
        mine = self._mine
        if mine.writer is not None:
            raise RuntimeError("writing() inside writing(): pass the connection down instead")
        try:
            group = self._turns.enter()
            mine.writer = self._writer
            try:
                yield self._writer
            except BaseException as error:
                mine.writer = None
                self._turns.fail(group, error)
                raise
            mine.writer = None
            self._turns.leave(group)
        except driver.Error as error:
            if self.on_full is not None and is_full(error):
                self.on_full()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unchanging state of the file for as long as the block lasts; keep it short, it holds the WAL back.

        Inside `writing()` it is the writing connection, so that a function sees what its caller just wrote.
        """
        ours = self._mine.writer or self._mine.reader
        if ours is not None:
            yield ours
        elif self.path == ":memory:":
            with self._turns.alone():  # the one connection shows everything it wrote, so a group is committed first
                yield self._writer
        else:
            with self._borrowed_reader() as conn:
                yield conn

    def _committed(self) -> None:
        """Runs with the turn to write, between COMMIT and the first member that goes on."""
        if self.after_commit is None:
            return
        self._mine.writer = self._writer  # what it reads is what was just committed, without another connection
        try:
            self.after_commit()
        except Exception:
            self.after_commit_failures += 1
            log.exception("after commit", file=self.path, failures=self.after_commit_failures)
        finally:
            self._mine.writer = None

    @contextmanager
    def _borrowed_reader(self) -> Iterator[Connection]:
        with self._readers_lock:
            conn = self._readers.pop() if self._readers else None
        conn = conn or _connect(self.path, self._synchronous, read_only=True)
        self._mine.reader = conn
        conn.execute("BEGIN")
        try:
            yield conn
        finally:
            self._mine.reader = None
            conn.execute("ROLLBACK")
            self._give_back(conn)

    def _give_back(self, conn: Connection) -> None:
        with self._readers_lock:
            if not self._closed:
                self._readers.append(conn)
                return
        conn.close()

    def close(self) -> None:
        """Close every connection; the last one checkpoints and removes the WAL. Nothing may be used afterwards."""
        with self._readers_lock:
            self._closed = True
            readers, self._readers = self._readers, []
        for conn in readers:
            conn.close()
        with self._turns.alone():
            self._writer.close()


def migrate(conn: Connection, migrations: Sequence[Migrations]) -> None:
    """Bring the file up to date inside the caller's transaction; a file from a newer program raises DatabaseUnusable."""
    conn.execute(
        "CREATE TABLE IF NOT EXISTS schema_steps (room TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL,"
        " PRIMARY KEY (room, number)) STRICT, WITHOUT ROWID"
    )
    for room in migrations:
        done = {number for (number,) in conn.execute("SELECT number FROM schema_steps WHERE room = ?", (room.name,))}
        steps = room.steps()
        if unknown := done - {number for number, _, _ in steps}:
            raise DatabaseUnusable(f"{room.name}: the file knows step {max(unknown)}, this program does not")
        for number, file, sql in steps:
            if number not in done:
                for statement in statements(sql):
                    conn.execute(statement)
                conn.execute("INSERT INTO schema_steps VALUES (?, ?, ?)", (room.name, number, file))


def statements(sql: str) -> Iterator[str]:
    """The statements of a script one by one; `executescript` is not used because it commits the caller's transaction."""
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if driver.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        raise DatabaseUnusable(f"a migration ends inside a statement: {pending.strip()[:80]!r}")


def is_full(error: Exception) -> bool:
    """Whether the disk refused a write: it is full, or it says of itself that it cannot."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DISK_SAYS_NO


_DISK_SAYS_NO = (driver.SQLITE_FULL, driver.SQLITE_IOERR)


def sqlite_version() -> str:
    """The version of the SQLite library in use, for start-up logs and the doctor."""
    return driver.sqlite_version


def faults_in(path: Path, most: int = 5) -> list[str]:
    """What SQLite's own check finds wrong in a file, at most `most` lines; empty when it is whole. Reads beside a writer."""
    try:
        conn = driver.connect(f"file:{path}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
        try:
            found = [str(row[0]) for row in conn.execute(f"PRAGMA quick_check({most:d})")]
        finally:
            conn.close()
    except driver.DatabaseError as error:
        # A write that the power cut off is taken back by the next start; a look must not do it, and it is no fault.
        return [] if error.sqlite_errorname.startswith("SQLITE_READONLY") else [f"cannot be read: {error}"]
    return [] if found == ["ok"] else found


def open_to_look(path: Path) -> Connection:
    """A file beside whoever writes it: nothing can be changed through this connection. The caller closes it."""
    return _connect(f"file:{path}?mode=ro", "FULL", read_only=True)


def _connect(path: str, synchronous: Synchronous, *, read_only: bool = False) -> Connection:
    conn = driver.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, uri=path.startswith("file:")
    )
    conn.row_factory = driver.Row
    if path != ":memory:" and not read_only:
        mode: Any = conn.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise DatabaseUnusable(f"{path}: the file system cannot carry a write-ahead log ({mode})")
    conn.execute(f"PRAGMA synchronous={synchronous}")
    conn.execute("PRAGMA secure_delete=ON")  # the wheel's SQLite leaves deleted bytes in the file otherwise
    conn.execute(f"PRAGMA cache_size={CACHE_KIB}")
    conn.execute(f"PRAGMA journal_size_limit={LOG_KEPT_BYTES}")
    conn.execute("PRAGMA foreign_keys=ON")
    conn.execute("PRAGMA trusted_schema=OFF")
    if read_only:
        conn.execute("PRAGMA query_only=ON")
    return conn
