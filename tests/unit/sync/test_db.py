"""One way to open a file: durable at COMMIT, one writer at a time, one state per reader, migrations in one step."""

import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import cursor, outbox
from sync.db import Database, Migrations, OperationalError, migrate, statements
from sync.errors import DatabaseUnusable
from tests.exchange.rows import open_hub, owe, owed_ids


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "a.db")
    with opened.writing() as conn:
        conn.execute("CREATE TABLE marks (n INTEGER NOT NULL) STRICT")
    yield opened
    opened.close()


def count(db: Database) -> int:
    with db.reading() as conn:
        return int(conn.execute("SELECT count(*) FROM marks").fetchone()[0])


def test_a_commit_waits_for_the_disk_and_deleted_bytes_are_wiped(db: Database) -> None:
    full, on = 2, 1
    with db.writing() as conn:
        assert conn.execute("PRAGMA synchronous").fetchone()[0] == full
        assert conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert conn.execute("PRAGMA secure_delete").fetchone()[0] == on
        assert conn.execute("PRAGMA foreign_keys").fetchone()[0] == on
        assert conn.execute("PRAGMA cache_size").fetchone()[0] == -200


def test_only_a_file_that_can_be_fetched_again_may_be_less_than_durable(tmp_path: Path) -> None:
    copy = Database(tmp_path / "copy.db", synchronous="NORMAL")
    with copy.writing() as conn:
        assert conn.execute("PRAGMA synchronous").fetchone()[0] == 1
    copy.close()


def test_an_exception_rolls_back(db: Database) -> None:
    def act() -> None:
        with db.writing() as conn:
            conn.execute("INSERT INTO marks VALUES (1)")
            raise KeyError("no")

    with pytest.raises(KeyError):
        act()
    assert count(db) == 0


def test_a_transaction_inside_another_is_a_mistake(db: Database) -> None:
    with db.writing(), pytest.raises(RuntimeError, match="inside"), db.writing():
        pass


def test_reading_inside_writing_sees_what_was_just_written(db: Database) -> None:
    with db.writing() as conn:
        conn.execute("INSERT INTO marks VALUES (1)")
        assert count(db) == 1


def test_a_reader_sees_one_state_for_as_long_as_it_reads(db: Database) -> None:
    with db.reading() as conn:
        assert conn.execute("SELECT count(*) FROM marks").fetchone()[0] == 0
        writer = threading.Thread(target=lambda: insert(db, 1))
        writer.start()
        writer.join(10)
        assert conn.execute("SELECT count(*) FROM marks").fetchone()[0] == 0
        with db.reading() as inner:
            assert inner.execute("SELECT count(*) FROM marks").fetchone()[0] == 0
    assert count(db) == 1


def insert(db: Database, n: int) -> None:
    with db.writing() as conn:
        conn.execute("INSERT INTO marks VALUES (?)", (n,))


def test_a_reader_cannot_write(db: Database) -> None:
    with db.reading() as conn, pytest.raises(OperationalError):
        conn.execute("INSERT INTO marks VALUES (1)")


def test_many_threads_write_one_after_the_other(db: Database) -> None:
    def insert_twenty() -> None:
        for n in range(20):
            insert(db, n)

    threads = [threading.Thread(target=insert_twenty) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert count(db) == 160


def owe_from_another_process(path: Path, prefix: str) -> None:
    db = Database(path)
    owe(db, *(f"{prefix}{n}" for n in range(60)))
    db.close()


def test_two_processes_that_write_one_outbox_leave_no_hole_and_no_double(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    db = open_hub(path)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=owe_from_another_process, args=(path, prefix)) for prefix in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    owed = owed_ids(db)
    assert sorted(owed) == sorted(f"{prefix}{n}" for prefix in "ab" for n in range(60))
    for prefix in "ab":
        assert [e for e in owed if e[0] == prefix] == [f"{prefix}{n}" for n in range(60)]
    db.close()


def test_a_database_in_memory_serves_where_nothing_may_be_kept() -> None:
    db = Database(":memory:", migrations=(cursor.MIGRATIONS,))
    with db.writing() as conn:
        cursor.save(conn, {"store:S001": 3})
    with db.reading() as conn:
        assert cursor.load(conn, ["store:S001"]) == {"store:S001": 3}
    db.close()


def write_step(folder: Path, file: str, sql: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(sql)


class FolderOfSteps(Migrations):
    """Steps that a test wrote into a folder of its own."""

    def steps(self) -> list[tuple[int, str, str]]:
        files = sorted(Path(self.folder).glob("*.sql"))
        return [(int(f.name.split("_")[0]), f.name, f.read_text()) for f in files]


def test_migrations_run_once_each_in_order_and_all_or_none(tmp_path: Path) -> None:
    steps = FolderOfSteps("room", "", str(tmp_path / "steps"))
    write_step(tmp_path / "steps", "0001_a.sql", "CREATE TABLE a (n INTEGER) STRICT; -- with; a semicolon\n")
    Database(tmp_path / "x.db", migrations=(steps,)).close()
    write_step(
        tmp_path / "steps", "0002_b.sql", "INSERT INTO a VALUES (1);\nCREATE TABLE b (n INTEGER) STRICT;\nBROKEN;\n"
    )
    with pytest.raises(OperationalError):
        Database(tmp_path / "x.db", migrations=(steps,))
    write_step(tmp_path / "steps", "0002_b.sql", "INSERT INTO a VALUES (1);\nCREATE TABLE b (n INTEGER) STRICT;\n")
    for _ in range(2):
        db = Database(tmp_path / "x.db", migrations=(steps,))
        with db.reading() as conn:
            assert conn.execute("SELECT count(*) FROM a").fetchone()[0] == 1
        db.close()


def test_a_file_of_a_newer_program_is_not_touched(tmp_path: Path) -> None:
    steps = FolderOfSteps("room", "", str(tmp_path / "steps"))
    write_step(tmp_path / "steps", "0001_a.sql", "CREATE TABLE a (n INTEGER) STRICT;\n")
    write_step(tmp_path / "steps", "0002_b.sql", "CREATE TABLE b (n INTEGER) STRICT;\n")
    Database(tmp_path / "x.db", migrations=(steps,)).close()
    (tmp_path / "steps" / "0002_b.sql").unlink()
    with pytest.raises(DatabaseUnusable, match="step 2"):
        Database(tmp_path / "x.db", migrations=(steps,))


def test_a_migration_that_ends_in_the_middle_is_an_error() -> None:
    with pytest.raises(DatabaseUnusable):
        list(statements("CREATE TABLE a (n INTEGER"))
    assert [s.strip() for s in statements("SELECT ';';\n\nSELECT 2;\n")] == ["SELECT ';';", "SELECT 2;"]


def test_migrating_commits_nothing_by_itself(tmp_path: Path) -> None:
    db = Database(tmp_path / "x.db")

    def act() -> None:
        with db.writing() as conn:
            migrate(conn, (outbox.MIGRATIONS,))
            raise KeyError("changed my mind")

    with pytest.raises(KeyError):
        act()
    with db.reading() as conn:
        assert conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    db.close()


def test_a_closed_database_gives_its_readers_back(tmp_path: Path) -> None:
    db = Database(tmp_path / "x.db")
    with db.reading():
        db.close()
    assert not (tmp_path / "x.db-wal").exists()
