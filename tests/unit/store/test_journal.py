"""The journal on the second disk: on the disk before anybody is answered, torn ends cut off, and nothing lost by its absence."""

import os
import threading
import zlib
from pathlib import Path

import pytest

from edge.store import backups, heard_rows, journal_file
from edge.store.databases import open_state
from edge.store.journal import Begins, Begun, Entry, Heard, Journal, Owed, read_entries
from edge.store.second_disk import BackupPlan, SecondDisk
from sync import outbox
from sync.db import Database

NOW_MS = 1_795_237_200_000


class Book:
    """A state.db with an outbox, and a second disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "hub"
        self.second = folder / "second"
        self.folder.mkdir()
        self.second.mkdir()
        self.db: Database = open_state(self.folder)
        self.now_ms = NOW_MS
        with self.db.writing() as conn:
            outbox.prepare(conn, store="S001", node="H1", rng=bytes)
        self.owed = 0

    def owe(self, count: int = 1) -> None:
        """So many facts, one transaction each."""
        for _ in range(count):
            self.owed += 1
            with self.db.writing() as conn:
                heard_rows.put(conn, b'{"row":%d}' % self.owed)
                outbox.append(
                    conn,
                    lane=0,
                    kind="pickup.ready",
                    subject="order",
                    data=b"{}",
                    event_id=f"e{self.owed}",
                    occurred_at_ms=NOW_MS,
                    now_ms=NOW_MS,
                )

    def journal(self) -> Journal:
        """The journal, opened as at a start."""
        journal = Journal(self.second, self.db, store="S001", node="H1")
        journal.open(NOW_MS)
        return journal

    def disk(self, **plan: int) -> SecondDisk:
        """The second disk as the hub uses it."""
        return SecondDisk(
            BackupPlan(folder=self.second, **plan),
            self.folder,
            self.db,
            store="S001",
            node="H1",
            now_ms=lambda: self.now_ms,
        )


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def everything(folder: Path) -> list[Entry]:
    return [entry for number in journal_file.segments(folder) for entry in read_entries(folder, number)]


def sequences(entries: list[Entry]) -> list[int]:
    return [entry.sequence for entry in entries if isinstance(entry, Owed)]


def test_what_was_heard_and_what_is_owed_is_in_the_journal_in_its_order(book: Book) -> None:
    journal = book.journal()
    book.owe(3)
    assert journal.catch_up() == 6
    entries = everything(book.second)
    assert isinstance(entries[0], Begun)
    assert entries[0].reason is Begins.FIRST
    assert [entry.number for entry in entries if isinstance(entry, Heard)] == [1, 2, 3]
    assert sequences(entries) == [1, 2, 3]
    assert journal.catch_up() == 0


def test_a_journal_that_was_away_catches_up_at_the_next_start(book: Book) -> None:
    first = book.journal()
    book.owe(2)
    first.catch_up()
    first.close()
    book.owe(3)
    book.journal().close()
    assert sequences(everything(book.second)) == [1, 2, 3, 4, 5]


def test_a_journal_torn_at_any_byte_of_its_last_entry_loses_that_entry_until_it_catches_up_and_no_other(
    book: Book,
) -> None:
    journal = book.journal()
    book.owe(2)
    journal.catch_up()
    journal.close()
    path = journal_file.path_of(book.second, 0)
    whole = path.read_bytes()
    ends = [payload.end for payload in journal_file.read(path)]
    for length in range(ends[-2], len(whole)):
        path.write_bytes(whole[:length])
        assert len(list(journal_file.read(path))) == len(ends) - 1
        assert journal_file.is_torn(path) == (length != ends[-2])
        book.journal().close()
        assert path.read_bytes() == whole, f"cut at {length}"


def test_a_damaged_byte_ends_the_segment_before_it(book: Book) -> None:
    journal = book.journal()
    book.owe(3)
    journal.catch_up()
    journal.close()
    path = journal_file.path_of(book.second, 0)
    whole = bytearray(path.read_bytes())
    ends = [payload.end for payload in journal_file.read(path)]
    whole[ends[2] + 20] ^= 1
    path.write_bytes(whole)
    assert [payload.end for payload in journal_file.read(path)] == ends[:3]


def test_an_answer_waits_until_the_second_disk_has_it(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fdatasync

    def noted(handle: int) -> None:
        real(handle)
        synced.append(os.fstat(handle).st_size)

    disk = book.disk()
    disk.start()
    monkeypatch.setattr(os, "fdatasync", noted)
    book.owe()
    path = journal_file.path_of(book.second, 0)
    assert synced[-1] == path.stat().st_size, "not all of it was on the disk when the transaction was left"
    assert sequences(everything(book.second)) == [1]
    disk.stop()


def test_a_disk_that_fails_stops_nobody_and_is_caught_up_with_when_it_is_back(book: Book) -> None:
    disk = book.disk()
    disk.start()
    book.owe()
    away = book.second.with_name("away")
    book.second.rename(away)
    book.second.write_text("no folder")
    assert not disk.try_again()
    book.owe(2)
    assert disk.now().away is not None
    book.second.unlink()
    away.rename(book.second)
    assert disk.try_again()
    assert sequences(everything(book.second)) == [1, 2, 3]
    book.owe()
    assert sequences(everything(book.second)) == [1, 2, 3, 4]
    disk.stop()


def test_a_disk_that_hangs_holds_one_answer_for_two_seconds_and_no_other(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = threading.Event()
    real = os.fdatasync
    disk = book.disk()
    disk.start()
    monkeypatch.setattr("edge.store.second_disk.PATIENCE_S", 0.05)
    monkeypatch.setattr(os, "fdatasync", lambda handle: (hangs.wait(20), real(handle))[1])
    book.owe(5)
    assert disk.now().away is not None
    assert not disk.try_again(), "the hand that hangs is still on the disk"
    hangs.set()
    monkeypatch.setattr("edge.store.second_disk.PATIENCE_S", 20.0)
    while not disk.try_again():
        pass
    assert sequences(everything(book.second)) == [1, 2, 3, 4, 5]
    disk.stop()


def test_a_backup_begins_a_segment_and_old_ones_go_with_what_only_they_needed(book: Book) -> None:
    disk = book.disk(keep=2)
    disk.start()
    book.owe()
    for _ in range(4):
        assert disk.back_up_if_due() is not None
        book.now_ms += 25 * 3_600_000
        book.owe()
    assert disk.back_up_if_due() is not None
    assert disk.back_up_if_due() is None, "a fresh one is not made again"
    assert len(backups.numbers(book.second)) == 2
    assert journal_file.segments(book.second) == backups.numbers(book.second)
    with book.db.reading() as conn:
        assert [number for number, _ in heard_rows.after(conn, 0)] == [5], "only the newest, for its number"
    disk.stop()


def test_a_backup_made_by_hand_beside_the_running_hub_gets_its_segment(book: Book) -> None:
    disk = book.disk()
    disk.start()
    assert disk.back_up_if_due() is not None
    by_hand = backups.make(book.folder, book.second, backups.next_number(book.second), book.now_ms)
    book.owe()
    assert disk.back_up_if_due() is None
    book.owe()
    entries = list(read_entries(book.second, by_hand.number))
    assert sequences(entries) == [2]
    disk.stop()


def test_a_backup_holds_no_key_of_a_person_and_is_checked_before_it_counts(book: Book) -> None:
    disk = book.disk()
    disk.start()
    done = disk.back_up()
    assert {path.suffix for path in book.second.iterdir()} == {".backup", ".journal"}
    assert done.path.stat().st_mode & 0o077 == 0
    damaged = bytearray(done.path.read_bytes())
    damaged[5000:9000] = bytes(zlib.crc32(bytes([n % 256])) % 256 for n in range(4000))
    later = disk.back_up()
    later.path.write_bytes(damaged)
    assert backups.newest_good(book.second) == (done.number, [later.number])
    disk.stop()


def test_a_file_that_went_back_goes_on_in_a_segment_that_says_so(book: Book, tmp_path: Path) -> None:
    book.owe(2)
    backups.make(book.folder, tmp_path, 1, NOW_MS)
    journal = book.journal()
    book.owe(3)
    journal.catch_up()
    journal.close()
    book.db.close()
    (tmp_path / "00000001.backup").rename(book.folder / "state.db")
    book.db = open_state(book.folder)
    journal = book.journal()
    book.owed = 70
    book.owe()
    journal.catch_up()
    begun = next(iter(read_entries(book.second, journal.segment)))
    assert isinstance(begun, Begun)
    assert begun.reason is Begins.WENT_BACK
    assert sequences(list(read_entries(book.second, journal.segment))) == [3]
    journal.close()
