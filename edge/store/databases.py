"""The three files of a hub: which lie where, and what each may hold."""

from dataclasses import dataclass
from pathlib import Path

from edge.domain.ids import Rng
from edge.store.damage import SetAside, set_aside
from edge.store.sealed import PersonKeys
from sync import cursor, ledger, outbox
from sync.db import Database, Migrations, faults_in
from sync.file_health import why_unusable
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
    set_aside: tuple[SetAside, ...] = ()  # copies and keys that the disk had damaged; new ones are open in their place

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
    copies_aside, keys_aside = (_set_aside_if_damaged(folder / name) for name in (REPLICA_FILE, KEYS_FILE))
    # A copy that a power cut shortens by a page is fetched again, so it need not wait for the disk at each page.
    replica = ReplaceableDatabase(folder / REPLICA_FILE, migrations=(REPLICA, cursor.MIGRATIONS), synchronous="NORMAL")
    if keys_aside is not None:
        with replica.writing() as conn:
            cursor.forget(conn, f"people:{store}")  # what was sealed under the lost keys comes again, under new ones
    return Files(
        state=state,
        replica=replica,
        keys=PersonKeys(Database(folder / KEYS_FILE, migrations=(KEYS,)), rng),
        set_aside=tuple(each for each in (copies_aside, keys_aside) if each is not None),
    )


def _set_aside_if_damaged(path: Path) -> SetAside | None:
    """Every page is read: half a file would fail somewhere in the middle of a day, and a whole one can be had again."""
    if not path.exists():
        return None
    # Opening takes back what a power cut left half written; only then is there something to judge.
    why = why_unusable(path) or next(iter(faults_in(path, most=1)), None)
    return None if why is None else set_aside(path, why)
