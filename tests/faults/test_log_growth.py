"""A reader that somebody forgot keeps SQLite's log from being emptied: the shop goes on, a person hears of it, the log shrinks again."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.app.keep_files import LOG_HELD_BACK, LOG_SAID_BYTES, FileWatch
from edge.store import config
from edge.store.databases import STATE_FILE
from edge.tools.doctor import examine
from sync.db import LOG_KEPT_BYTES
from sync.file_health import log_bytes
from tests.cast.floor import Floor

MEBIBYTE = 1024 * 1024


READS = """
import sqlite3, sys
book = sqlite3.connect(sys.argv[1], isolation_level=None)
book.execute("BEGIN")
book.execute("SELECT count(*) FROM pickups").fetchone()
print("reading", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process_reads(floor: Floor) -> Iterator[None]:
    """Somebody looked into the book with a tool of her own and went to lunch."""
    command = [sys.executable, "-c", READS, str(floor.folder / STATE_FILE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        yield
        reader.communicate("")


@contextmanager
def a_thread_reads(floor: Floor) -> Iterator[None]:
    """One of our own never came back from its block."""
    begun, enough = threading.Event(), threading.Event()

    def read() -> None:
        with floor.hub.state.reading() as conn:
            conn.execute("SELECT count(*) FROM pickups").fetchone()
            begun.set()
            enough.wait(60)

    thread = threading.Thread(target=read)
    thread.start()
    begun.wait(60)
    try:
        yield
    finally:
        enough.set()
        thread.join()


def write_much(floor: Floor, mebibytes: int) -> None:
    for number in range(mebibytes):
        with floor.hub.state.writing() as conn:
            config.put(conn, "much", bytes([number % 251]) * MEBIBYTE, number)


@pytest.mark.parametrize("reading", [another_process_reads, a_thread_reads])
def test_a_log_that_is_held_back_is_said_and_shrinks_once_it_is_let_go(tmp_path: Path, reading: object) -> None:
    floor = Floor(tmp_path)
    book, watch = tmp_path / STATE_FILE, FileWatch(floor.hub)
    with reading(floor):  # type: ignore[operator] # a context manager function
        write_much(floor, LOG_SAID_BYTES // MEBIBYTE + 2)
        assert log_bytes(book) > LOG_SAID_BYTES
        watch.look()
        watch.look()
        assert [each.kind for each in floor.incidents()] == [LOG_HELD_BACK]
        assert any("its log holds" in each.what for each in examine(tmp_path) if not each.in_order)
        floor.ready((0, 1))
    write_much(floor, 2)
    assert log_bytes(book) <= LOG_KEPT_BYTES
    watch.look()
    assert floor.incidents() == [], "what is over is not shown"
    floor.close()


def test_without_a_forgotten_reader_the_log_stays_small(tmp_path: Path) -> None:
    floor = Floor(tmp_path)
    write_much(floor, 24)
    assert log_bytes(tmp_path / STATE_FILE) <= LOG_KEPT_BYTES
    FileWatch(floor.hub).look()
    assert floor.incidents() == []
    floor.close()
