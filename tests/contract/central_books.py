"""Central's form of sync's ports, on SQLAlchemy, held by the same suites as a node's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text as sql

from central.store.database import Books, Tx, sqlite_url
from central.store.feeds import SqlFeed
from central.store.ledger import SqlLedger
from central.store.migrations import migrate
from sync import feed
from sync.envelope import Batch, PushReply
from sync.feed import Cursor
from sync.ledger import Judge
from tests.exchange.rows import MORNING_MS


def _books(folder: Path) -> Books:
    books = Books(sqlite_url(folder / "central.db"))
    migrate(books)
    return books


class SqlLedgerUnderTest:
    """Central's ledger."""

    def __init__(self, folder: Path) -> None:
        self._books = _books(folder)
        self._ledger = SqlLedger(self._books)
        with self._books.writing() as tx:
            tx.execute(sql("CREATE TABLE effects (event_id TEXT NOT NULL) STRICT"))

    def take(self, batch: Batch, judge: Judge[Tx]) -> PushReply:
        return self._ledger.take(batch, judge, received_at_ms=MORNING_MS)

    def note(self, tx: Tx, event_id: str) -> None:
        tx.execute(sql("INSERT INTO effects VALUES (:event)"), {"event": event_id})

    def effects(self) -> list[str]:
        with self._books.reading() as tx:
            return list(tx.execute(sql("SELECT event_id FROM effects ORDER BY rowid")).scalars())

    def held(self) -> list[tuple[str, int, str, str]]:
        asked = sql("SELECT epoch, sequence, event_id, verdict FROM ledger ORDER BY epoch, lane, sequence")
        with self._books.reading() as tx:
            return [tuple(row) for row in tx.execute(asked)]

    def close(self) -> None:
        self._books.close()


class SqlFeedUnderTest:
    """Central's feeds."""

    def __init__(self, folder: Path) -> None:
        self._books = _books(folder)
        self.feed: feed.Feed[Tx] = SqlFeed(self._books, now_ms=lambda: MORNING_MS)

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        with self._books.writing() as tx:
            yield tx

    def served(self) -> Cursor:
        with self._books.reading() as tx:
            return {row.feed: row.served_up_to for row in tx.execute(sql("SELECT feed, served_up_to FROM served"))}

    def close(self) -> None:
        self._books.close()
