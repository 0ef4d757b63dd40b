"""The books themselves: their shape, their keys, and what happens when a write does not end."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text as sql

from central.store.columns import METADATA
from central.store.database import Books, put, sqlite_url
from central.store.migrations import DECLARED, migrate
from central.store.schema import stores
from tests.cast.office import STORE, Office
from tests.house.tree import ROOT

NEWEST = max(path.name for path in (ROOT / "central" / "store" / "alembic" / "versions").glob("0*.py"))[:4]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    books = Books(sqlite_url(tmp_path / "books.db"))
    migrate(books)
    return books


def test_the_migrations_make_exactly_the_declared_tables(books: Books) -> None:
    assert DECLARED
    with books.reading() as tx:
        context = MigrationContext.configure(tx, opts={"compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
        strict = dict(map(tuple, tx.execute(sql("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"))))
    books.close()
    assert {name for name in METADATA.tables if strict[name] != 1} == set()


def test_every_unique_key_begins_with_whose_it_is(books: Books) -> None:
    books.close()
    for table in METADATA.tables.values():
        keys = [list(table.primary_key.columns)] + [list(index.columns) for index in table.indexes if index.unique]
        for key in keys:
            assert key[0].name in {"store_id", "profile_id"}, table.name


def test_migrating_twice_and_from_two_processes_at_once_changes_nothing(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "books.db")
    several = [Books(url) for _ in range(3)]
    threads = [threading.Thread(target=migrate, args=(books,)) for books in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with several[0].reading() as tx:
        assert tx.execute(sql("SELECT version_num FROM alembic_version")).scalars().all() == [NEWEST]
    for books in several:
        books.close()


def test_a_write_that_fails_leaves_nothing_and_the_next_one_works(office: Office) -> None:
    before = office.dump()

    def write_and_fail() -> None:
        with office.central.books.writing() as tx:
            tx.execute(sql("DELETE FROM stores"))
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert office.dump() == before
    with office.central.books.writing() as tx:
        tx.execute(sql("UPDATE stores SET gln = '' WHERE store_id = :store"), {"store": STORE})


def test_a_reader_sees_one_state_while_others_write(office: Office) -> None:
    with office.central.books.reading() as tx:
        first = tx.execute(sql("SELECT COUNT(*) FROM stores")).scalar_one()
        row = {column.name: "" if column.type.python_type is str else 0 for column in stores.columns}
        with office.central.books.writing() as other:
            put(other, stores, [row | {"store_id": "S009"}])
        assert tx.execute(sql("SELECT COUNT(*) FROM stores")).scalar_one() == first
    assert office.count("stores") == first + 1


def test_a_commit_rings_for_those_who_wait(office: Office) -> None:
    heard = office.central.bell.heard()
    office.ada.must("PUT", "/v1/me/store", {"store": None})
    assert office.central.bell.heard() > heard


def test_what_is_written_down_is_durable_and_closed_files_hold_it_all(office: Office, tmp_path: Path) -> None:
    with office.central.books.reading() as tx:
        settings = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    before = office.dump()
    office.close()
    assert not (tmp_path / "central.db-wal").exists()
    again = Office(tmp_path)
    assert {name: rows for name, rows in again.dump().items() if name != "nodes"} == {
        name: rows for name, rows in before.items() if name != "nodes"
    }
    again.close()


def test_a_write_inside_a_write_is_said_instead_of_waiting_for_itself(office: Office) -> None:
    with office.central.books.writing(), pytest.raises(RuntimeError, match="inside"), office.central.books.writing():
        pass
    with office.central.books.writing() as tx:
        assert tx.execute(sql("SELECT 1")).scalar_one() == 1


def test_the_books_and_their_log_may_be_read_by_nobody_else(tmp_path: Path) -> None:
    office = Office(tmp_path / "new")
    modes = {
        path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "new").glob("central.*") if path.suffix != ".pub"
    }
    office.close()
    assert {"central.db", "central.db-wal", "central.key"} <= set(modes)
    assert set(modes.values()) == {0}
