"""Writers that come together share one COMMIT, and nobody is answered before it."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.db import Connection, Database, IntegrityError, OperationalError, driver

TABLES = (
    "CREATE TABLE marks (n INTEGER PRIMARY KEY) STRICT",
    "CREATE TABLE pairs (n INTEGER REFERENCES marks (n) DEFERRABLE INITIALLY DEFERRED) STRICT",
    "CREATE TABLE notes (body BLOB) STRICT",
)

Act = Callable[[Connection], None]


class Shop:
    """A file, its commits counted, and threads that write into it at the same moment."""

    def __init__(self, path: Path | str) -> None:
        self.db = Database(path)
        with self.db.writing() as conn:
            for table in TABLES:
                conn.execute(table)
        self.commits = 0
        self.db.after_commit = self.count
        self.raised: dict[int, Exception] = {}
        self.returned: list[int] = []

    def count(self) -> None:
        self.commits += 1

    def together(self, *acts: Act) -> None:
        """Run every act in a thread of its own; the first holds the turn until all others ask for it, in order."""
        first_inside, all_here = threading.Event(), threading.Event()

        def hold(conn: Connection) -> None:
            first_inside.set()
            all_here.wait(10)
            acts[0](conn)

        def run(i: int, act: Act) -> None:
            try:
                with self.db.writing() as conn:
                    act(conn)
                self.returned.append(i)
            except (IntegrityError, OperationalError, KeyError) as error:
                self.raised[i] = error

        threads = [threading.Thread(target=run, args=(i, act)) for i, act in enumerate((hold, *acts[1:]))]
        threads[0].start()
        first_inside.wait(10)
        for asking, thread in enumerate(threads[1:], start=1):
            thread.start()
            until(lambda asking=asking: self.db._turns._arriving == asking)  # type: ignore[misc]  # asks for the turn
        all_here.set()
        for thread in threads:
            thread.join(10)

    def marks(self) -> set[int]:
        with self.db.reading() as conn:
            return {n for (n,) in conn.execute("SELECT n FROM marks")}


def until(true: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if true():
            return
        time.sleep(0.001)
    raise AssertionError("it never came to be")


def mark(n: int) -> Act:
    return lambda conn: void(conn.execute("INSERT INTO marks VALUES (?)", (n,)))


def give_up() -> None:
    raise KeyError("no")


def void(_: object) -> None:
    """An act gives nothing."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path / "a.db")
    yield opened
    opened.db.close()


def test_writers_that_come_together_share_one_commit(shop: Shop) -> None:
    shop.together(*(mark(n) for n in range(9)))
    assert shop.marks() == set(range(9))
    assert sorted(shop.returned) == list(range(9))
    assert shop.commits == 1


def test_a_lone_writer_opens_and_commits_and_nothing_else(shop: Shop) -> None:
    said: list[str] = []
    shop.db._writer.set_trace_callback(said.append)
    for n in (1, 2):
        with shop.db.writing() as conn:
            mark(n)(conn)
    inserts = [f"INSERT INTO marks VALUES ({n})" for n in (1, 2)]
    assert said == ["BEGIN IMMEDIATE", inserts[0], "COMMIT", "BEGIN IMMEDIATE", inserts[1], "COMMIT"]


def test_nobody_is_answered_before_the_commit(shop: Shop) -> None:
    """Whoever is back finds the row with a connection of its own, however the group went on."""
    missing: list[int] = []

    def write_and_look(start: int) -> None:
        look = driver.connect(shop.db.path)
        for n in range(start, start + 40):
            with shop.db.writing() as conn:
                mark(n)(conn)
            if look.execute("SELECT 1 FROM marks WHERE n = ?", (n,)).fetchone() is None:
                missing.append(n)
        look.close()

    threads = [threading.Thread(target=write_and_look, args=(start,)) for start in range(0, 800, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert missing == []
    assert len(shop.marks()) == 320


def test_a_member_that_fails_takes_back_its_own_and_nothing_of_the_others(shop: Shop) -> None:
    def press_that_fails(conn: Connection) -> None:
        mark(3)(conn)
        raise KeyError("no")

    shop.together(mark(1), mark(2), press_that_fails, mark(4), press_that_fails)
    assert shop.marks() == {1, 2, 4}
    assert {i: type(error) for i, error in shop.raised.items()} == {2: KeyError, 4: KeyError}
    assert sorted(shop.returned) == [0, 1, 3]


def test_the_first_member_may_fail_and_the_others_go_on(shop: Shop) -> None:
    def press_that_fails(conn: Connection) -> None:
        mark(1)(conn)
        raise KeyError("no")

    shop.together(press_that_fails, mark(2), mark(3))
    assert shop.marks() == {2, 3}
    assert list(shop.raised) == [0]


def test_a_commit_that_fails_is_told_to_every_member_and_nothing_of_any_is_kept(shop: Shop) -> None:
    def breaks_at_commit(conn: Connection) -> None:
        conn.execute("INSERT INTO pairs VALUES (404)")  # a promise that only COMMIT checks

    shop.together(mark(1), breaks_at_commit, mark(2))
    assert {i: type(error) for i, error in shop.raised.items()} == dict.fromkeys(range(3), IntegrityError)
    assert shop.returned == []
    assert (shop.marks(), shop.commits) == (set(), 0)
    shop.together(mark(5), mark(6))
    assert shop.marks() == {5, 6}


def test_when_sqlite_rolls_all_of_it_back_every_member_is_told(shop: Shop) -> None:
    """A full disk inside one member's block takes the whole transaction with it."""

    def fills_the_disk(conn: Connection) -> None:
        conn.execute("PRAGMA max_page_count = 1")
        conn.execute("INSERT INTO notes VALUES (zeroblob(100000))")

    shop.together(mark(1), fills_the_disk)
    assert set(shop.raised) == {0, 1}
    assert shop.marks() == set()
    assert not shop.db._writer.in_transaction


def test_after_a_commit_and_before_any_member_goes_on_it_is_told_once(shop: Shop) -> None:
    seen: list[tuple[int, int]] = []

    def look() -> None:
        with shop.db.reading() as conn:
            seen.append((conn.execute("SELECT count(*) FROM marks").fetchone()[0], len(shop.returned)))

    shop.db.after_commit = look
    shop.together(mark(1), mark(2), mark(3))
    assert seen == [(3, 0)]


def test_what_is_told_after_a_commit_may_fail_and_undoes_nothing(shop: Shop) -> None:
    def broken() -> None:
        raise OSError("the second disk is gone")

    shop.db.after_commit = broken
    shop.together(mark(1), mark(2))
    assert (shop.marks(), sorted(shop.returned), shop.db.after_commit_failures) == ({1, 2}, [0, 1], 1)


def test_nothing_is_told_when_nothing_was_committed(shop: Shop) -> None:
    def fails() -> None:
        with shop.db.writing():
            raise KeyError("no")

    with pytest.raises(KeyError):
        fails()
    assert shop.commits == 0


def test_a_member_whose_successor_never_came_commits_by_itself(shop: Shop) -> None:
    shop.db._turns._arriving += 1  # a thread that was stopped between asking for the turn and getting it
    with shop.db.writing() as conn:
        mark(1)(conn)
    assert (shop.marks(), shop.commits) == ({1}, 1)


def test_a_reader_in_memory_sees_only_what_is_committed() -> None:
    shop = Shop(":memory:")
    shop.db._turns._arriving += 1
    writer = threading.Thread(target=lambda: shop.together(mark(1)))
    writer.start()
    until(lambda: shop.db._turns._group is not None or shop.commits > 0)
    with shop.db.reading() as conn:
        assert not conn.in_transaction
        assert {n for (n,) in conn.execute("SELECT n FROM marks")} <= {1}
    writer.join(10)
    assert shop.marks() == {1}
    shop.db.close()


def test_whatever_members_do_exactly_the_acknowledged_rows_are_kept(shop: Shop) -> None:
    acknowledged: list[int] = []
    plans = [[(start + i, (start // 100 + i) % 3 == 0) for i in range(30)] for start in range(0, 800, 100)]

    def press(plan: list[tuple[int, bool]]) -> None:
        for n, fails in plan:
            try:
                with shop.db.writing() as conn:
                    mark(n)(conn)
                    if fails:
                        give_up()
                acknowledged.append(n)
            except KeyError:
                continue

    threads = [threading.Thread(target=press, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert shop.marks() == set(acknowledged) == {n for plan in plans for n, fails in plan if not fails}
