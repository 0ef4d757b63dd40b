"""The three files of a hub: which lie where, and what each may hold."""

from dataclasses import dataclass
from pathlib import Path

from edge.domain.ids import Rng
from edge.store.sealed import PersonKeys
from sync import cursor, ledger, outbox
from sync.db import Database, Migrations
from sync.replaceable import ReplaceableDatabase

STATE = Migrations("hub.state", "edge.store", "migrations/state")
REPLICA = Migrations("hub.replica", "edge.store", "migrations/replica")
KEYS = Migrations("hub.keys", "edge.store", "migrations/keys")

STATE_FILE = "state.db"
REPLICA_FILE = "replica.db"
KEYS_FILE = "keys.db"


@dataclass(frozen=True)
class Files:
    """The open files of one hub."""

    state: Database  # what this hub owns or owes; never replaced
    replica: ReplaceableDatabase  # copies; a snapshot takes the place of the whole file
    keys: PersonKeys  # keys of persons; never backed up

    def close(self) -> None:
        """Close all three."""
        self.state.close()
        self.replica.close()
        self.keys.close()


def open_state(folder: Path) -> Database:
    """state.db in `folder`, brought up to date; also for tools that run while the hub stands still."""
    return Database(folder / STATE_FILE, migrations=(STATE, outbox.MIGRATIONS, cursor.MIGRATIONS, ledger.MIGRATIONS))


def open_files(folder: Path, *, store: str, node: str, rng: Rng) -> Files:
    """Open all three in `folder`, creating what is missing; a new state.db begins its own epoch."""
    state = open_state(folder)
    with state.writing() as conn:
        outbox.prepare(conn, store=store, node=node, rng=rng)
    return Files(
        state=state,
        # A copy that a power cut shortens by a page is fetched again, so it need not wait for the disk at each page.
        replica=ReplaceableDatabase(
            folder / REPLICA_FILE, migrations=(REPLICA, cursor.MIGRATIONS), synchronous="NORMAL"
        ),
        keys=PersonKeys(Database(folder / KEYS_FILE, migrations=(KEYS,)), rng),
    )
