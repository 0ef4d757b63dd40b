"""The implementations of sync's ports, each behind the few calls the contract suites need. Add one, and every test holds it.

`LEDGERS` and `FEEDS` map a name to what opens a fresh one in a folder.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sync import feed, ledger, outbox
from sync.db import Connection, Database
from sync.envelope import Batch, PushReply
from sync.feed import Cursor, SqliteFeed
from sync.ledger import Judge, SqliteLedger
from tests.contract.central_books import SqlFeedUnderTest, SqlLedgerUnderTest
from tests.exchange.rows import MORNING_MS, dice


class LedgerUnderTest(Protocol):
    """A ledger in a file, its books readable."""

    def take(self, batch: Batch, judge: Judge[Any]) -> PushReply: ...

    def note(self, tx: Any, event_id: str) -> None:
        """Write an effect through the judge's transaction."""
        ...

    def effects(self) -> list[str]:
        """The effects that were committed."""
        ...

    def held(self) -> list[tuple[str, int, str, str]]:
        """Epoch, sequence, event_id and verdict of every row, in order."""
        ...

    def close(self) -> None: ...


class FeedUnderTest(Protocol):
    """Feeds in a file, and what `on_serve` left of them."""

    @property
    def feed(self) -> feed.Feed[Any]: ...

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A transaction."""
        ...

    def served(self) -> Cursor:
        """served_up_to per feed that belongs to a store."""
        ...

    def close(self) -> None: ...


class SqliteLedgerUnderTest:
    """A hub's form, without and with passing on."""

    def __init__(self, folder: Path, *, relay: bool) -> None:
        self._db = Database(folder / "ledger.db", migrations=(ledger.MIGRATIONS, outbox.MIGRATIONS))
        with self._db.writing() as conn:
            outbox.prepare(conn, store="S001", node="H1", rng=dice("contract"))
            conn.execute("CREATE TABLE effects (event_id TEXT NOT NULL) STRICT")
        self._ledger = SqliteLedger(self._db, relay=relay)

    def take(self, batch: Batch, judge: Judge[Connection]) -> PushReply:
        return self._ledger.take(batch, judge, received_at_ms=MORNING_MS)

    def note(self, tx: Connection, event_id: str) -> None:
        tx.execute("INSERT INTO effects VALUES (?)", (event_id,))

    def effects(self) -> list[str]:
        with self._db.reading() as conn:
            return [event_id for (event_id,) in conn.execute("SELECT event_id FROM effects ORDER BY rowid")]

    def held(self) -> list[tuple[str, int, str, str]]:
        with self._db.reading() as conn:
            rows = conn.execute("SELECT epoch, sequence, event_id, verdict FROM ledger ORDER BY epoch, lane, sequence")
            return [tuple(row) for row in rows]

    def close(self) -> None:
        self._db.close()


class SqliteFeedUnderTest:
    """A node's form."""

    def __init__(self, folder: Path) -> None:
        self._db = Database(folder / "feed.db", migrations=(feed.MIGRATIONS,))
        with self._db.writing() as conn:
            conn.execute("CREATE TABLE served (feed TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT")
        self.feed: feed.Feed[Connection] = SqliteFeed(self._db, now_ms=lambda: MORNING_MS, on_serve=self._serve)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._db.writing() as tx:
            yield tx

    def served(self) -> Cursor:
        with self._db.reading() as conn:
            return dict(map(tuple, conn.execute("SELECT feed, seq FROM served")))

    def close(self) -> None:
        self._db.close()

    def _serve(self, tx: Connection, name: str, last_seq: int) -> None:
        if name.startswith("store:"):
            tx.execute(
                "INSERT INTO served VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
                (name, last_seq),
            )


LEDGERS: Mapping[str, Callable[[Path], LedgerUnderTest]] = {
    "sqlite": lambda folder: SqliteLedgerUnderTest(folder, relay=False),
    "sqlite, passing on": lambda folder: SqliteLedgerUnderTest(folder, relay=True),
    "central": SqlLedgerUnderTest,
}

FEEDS: Mapping[str, Callable[[Path], FeedUnderTest]] = {"sqlite": SqliteFeedUnderTest, "central": SqlFeedUnderTest}
