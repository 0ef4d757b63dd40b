"""One way to open central's books and one way to write in them.

SQLite through SQLAlchemy with the driver of `sync.db`: WAL, `synchronous=FULL`, writing begins with BEGIN IMMEDIATE under
one lock, so that a transaction that reads first can still write. Other processes (`storefloor staff add`) may write to the
same file meanwhile; they wait for each other up to BUSY_TIMEOUT_MS.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import OperationalError

from central.errors import BooksBusy, BooksClosed
from sync.db import driver

Tx = Connection
"""An open transaction on the books; rooms that may not know SQLAlchemy hand it on without looking inside."""

BUSY_TIMEOUT_MS = 10_000
"""The longest write of ours (a push of 2,000 facts) takes under a second; ten of them may stand in line."""

POOL_SIZE = 16
POOL_OVERFLOW = 64
"""One connection per serving thread at most; above POOL_SIZE they are closed again when idle."""


class Books:
    """Central's database: `writing()` and `reading()` are the only ways in. `on_commit` is called after each commit."""

    def __init__(self, url: str, *, on_commit: Callable[[], None] = lambda: None) -> None:
        self._engine = _engine(url)
        self._lock = threading.Lock()
        self._on_commit = on_commit
        self._local = threading.local()
        self._closed = False

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        """A transaction that commits at the end of the block and rolls back when anything is raised. Raises BooksBusy.

        A second `writing()` inside the first is a programming error and raises RuntimeError instead of waiting for itself.
        """
        if getattr(self._local, "writes", False):
            raise RuntimeError("writing() inside writing(): pass the transaction down instead")
        with self._lock, self._marked_as_writing(), self._connect().execution_options(storefloor_writes=True) as tx:
            try:
                tx.begin()
            except OperationalError as error:
                raise BooksBusy("the books are locked by another process") from error
            yield tx
            tx.commit()
        self._on_commit()

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """One unmoving view of the books; nothing written in it is kept."""
        with self._connect() as tx:
            tx.begin()
            yield tx

    def close(self) -> None:
        """Close every connection; whoever uses the books afterwards gets BooksClosed. Waits for a write in progress."""
        with self._lock:
            self._closed = True
            self._engine.dispose()

    @contextmanager
    def _marked_as_writing(self) -> Iterator[None]:
        self._local.writes = True
        try:
            yield
        finally:
            self._local.writes = False

    def _connect(self) -> Connection:
        if self._closed:  # the engine alone would quietly open the file again
            raise BooksClosed("the books were closed")
        return self._engine.connect()


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file. It is made here if it is not there, so that nobody else may read it (WAL included)."""
    path.touch(mode=0o600)
    return f"sqlite+pysqlite:///{path}"


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW)
    engine = create_engine(
        url,
        module=driver,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=30,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _open_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _open_connection(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: its BEGIN is deferred and loses against a second writer.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "cache_size=-4000",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("storefloor_writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the one that may fail: somebody else writes
    else:
        look(connection, "BEGIN")


def look(tx: Tx, statement: str, *asked: object) -> list[tuple[Any, ...]]:
    """What the driver gives for a small read that every request makes; `?` stands for each value.

    SQLAlchemy's own way costs ten times such a read; it is the right one everywhere else.
    """
    cursor = tx.connection.cursor()
    try:
        cursor.execute(statement.replace("?", _mark(tx.dialect.paramstyle)), asked)
        return list(cursor.fetchall()) if cursor.description else []
    finally:
        cursor.close()


def put(tx: Tx, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert `rows`, replacing those whose key is there already. Every row names the same columns."""
    if rows:
        columns = tuple(rows[0])
        tx.exec_driver_sql(_upsert(table, columns, tx.dialect.paramstyle), _in_order(rows, columns))


def change(tx: Tx, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Set what `rows` name of rows that are there. Every row names the whole key, and the same columns."""
    if rows:
        keys = tuple(column.name for column in table.primary_key.columns)
        columns = tuple(name for name in rows[0] if name not in keys)
        tx.exec_driver_sql(_update(table, columns, keys, tx.dialect.paramstyle), _in_order(rows, columns + keys))


def add(tx: Tx, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert `rows`, whose keys are new. Every row names the same columns."""
    if rows:
        columns = tuple(rows[0])
        add_many(tx, table, columns, _in_order(rows, columns))


def add_many(tx: Tx, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """Insert `rows`, whose keys are new, each in the order of `columns`: what `add` does, without a dict for each row."""
    if rows:
        tx.exec_driver_sql(_insert(table, columns, tx.dialect.paramstyle), list(rows))


def _in_order(rows: Sequence[Mapping[str, object]], columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    return [tuple([row[name] for name in columns]) for row in rows]


def _mark(style: str) -> str:
    """What stands for a value in the driver's own statements."""
    return "?" if style == "qmark" else "%s"


@cache
def _insert(table: Table, columns: tuple[str, ...], style: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join([_mark(style)] * len(columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({values})'  # noqa: S608 - names of our own schema


@cache
def _update(table: Table, columns: tuple[str, ...], keys: tuple[str, ...], style: str) -> str:
    changes = ", ".join(f'"{name}" = {_mark(style)}' for name in columns)
    where = " AND ".join(f'"{name}" = {_mark(style)}' for name in keys)
    return f'UPDATE "{table.name}" SET {changes} WHERE {where}'  # noqa: S608 - names of our own schema


@cache
def _upsert(table: Table, columns: tuple[str, ...], style: str) -> str:
    keys = [column.name for column in table.primary_key.columns]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in keys)
    conflict = ", ".join(f'"{name}"' for name in keys)
    return f"{_insert(table, columns, style)} ON CONFLICT ({conflict}) DO " + (
        f"UPDATE SET {changes}" if changes else "NOTHING"
    )
