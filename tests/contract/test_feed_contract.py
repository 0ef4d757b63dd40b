"""Every feed: numbers in the order of commits, the newest state of each thing, and nothing leaves before it is noted."""

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.errors import CursorTooOld
from sync.feed import PAGE_BYTES, Page
from tests.contract.implementations import FEEDS, FeedUnderTest
from tests.exchange.rows import MORNING_MS

STORE, CATALOGUE = "store:S001", "catalogue:main"


@pytest.fixture(params=FEEDS)
def news(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FeedUnderTest]:
    opened = FEEDS[request.param](tmp_path)
    yield opened
    opened.close()


def put(
    news: FeedUnderTest, key: str, value: object, *, feed: str = STORE, kind: str = "order", at_ms: int = MORNING_MS
) -> int:
    with news.writing() as tx:
        return news.feed.append(tx, feed, kind, key, body=msgspec.json.encode(value), at_ms=at_ms)


def remove(news: FeedUnderTest, key: str, *, feed: str = STORE, kind: str = "order", at_ms: int = MORNING_MS) -> int:
    with news.writing() as tx:
        return news.feed.append(tx, feed, kind, key, body=b"", at_ms=at_ms, tombstone=True)


def shown(page: Page) -> list[tuple[int, str, object]]:
    return [(row.seq, row.key, msgspec.json.decode(row.body)) for row in page.rows]


def test_a_reader_gets_rows_in_order_and_the_cursor_behind_them(news: FeedUnderTest) -> None:
    assert [put(news, key, n) for n, key in enumerate("ABC")] == [1, 2, 3]
    page = news.feed.serve({STORE: 1}, 100)
    assert shown(page) == [(2, "B", 1), (3, "C", 2)]
    assert (page.cursor, page.more) == ({STORE: 3}, False)
    assert shown(news.feed.serve(page.cursor, 100)) == []


def test_a_feed_nobody_wrote_to_is_empty(news: FeedUnderTest) -> None:
    page = news.feed.serve({STORE: 0}, 100)
    assert (page.rows, page.cursor, page.more) == ((), {STORE: 0}, False)
    assert news.feed.heads([STORE]) == {STORE: 0}


def test_a_change_takes_a_new_number_and_its_old_state_is_gone(news: FeedUnderTest) -> None:
    put(news, "A", "placed")
    put(news, "B", "placed")
    assert put(news, "A", "ready") == 3
    assert shown(news.feed.serve({STORE: 0}, 100)) == [(2, "B", "placed"), (3, "A", "ready")]
    assert shown(news.feed.serve({STORE: 2}, 100)) == [(3, "A", "ready")], "a reader that had A hears of its change"


def test_the_same_key_of_two_kinds_are_two_things(news: FeedUnderTest) -> None:
    put(news, "A", 1, kind="order")
    put(news, "A", 2, kind="told")
    assert shown(news.feed.serve({STORE: 0}, 100)) == [(1, "A", 1), (2, "A", 2)]


def test_what_is_no_more_leaves_a_tombstone(news: FeedUnderTest) -> None:
    put(news, "A", "placed")
    remove(news, "A")
    (row,) = news.feed.serve({STORE: 0}, 100).rows
    assert (row.seq, row.tombstone, bytes(row.body)) == (2, True, b"null")
    put(news, "A", "again")
    (row,) = news.feed.serve({STORE: 0}, 100).rows
    assert (row.seq, row.tombstone) == (3, False)


def test_a_page_is_cut_and_says_that_there_is_more(news: FeedUnderTest) -> None:
    for n in range(5):
        put(news, f"P{n}", n, feed=CATALOGUE, kind="product")
    put(news, "A", 9)
    cursor, seen = {CATALOGUE: 0, STORE: 0}, []
    for expected_more in (True, True, False):
        page = news.feed.serve(cursor, 2)
        assert page.more is expected_more
        seen += [row.key for row in page.rows]
        cursor = page.cursor
    assert seen == ["P0", "P1", "P2", "P3", "P4", "A"]
    assert cursor == {CATALOGUE: 5, STORE: 1}


def test_a_page_is_cut_by_its_bytes_too_but_never_empty(news: FeedUnderTest) -> None:
    for n in range(3):
        put(news, f"P{n}", "x" * PAGE_BYTES)
    page = news.feed.serve({STORE: 0}, 100)
    assert ([row.key for row in page.rows], page.more) == (["P0"], True)


def test_a_number_is_taken_with_its_transaction_and_given_back_with_it(news: FeedUnderTest) -> None:
    def change_that_fails() -> None:
        with news.writing() as tx:
            news.feed.append(tx, STORE, "order", "A", body=b"1", at_ms=MORNING_MS)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        change_that_fails()
    assert put(news, "B", 2) == 1
    assert shown(news.feed.serve({STORE: 0}, 100)) == [(1, "B", 2)]


def test_what_leaves_is_noted_as_served_and_nothing_else_is(news: FeedUnderTest) -> None:
    put(news, "A", 1)
    put(news, "B", 2)
    put(news, "P", 3, feed=CATALOGUE, kind="product")
    assert news.served() == {}
    news.feed.serve({STORE: 0}, 1)
    assert news.served() == {STORE: 1}
    news.feed.serve({CATALOGUE: 0}, 10)
    news.feed.serve({STORE: 0}, 10)
    news.feed.serve({STORE: 0}, 1)
    assert news.served() == {STORE: 2}, "it never goes back"


def test_forgotten_rows_make_a_cursor_before_them_too_old(news: FeedUnderTest) -> None:
    put(news, "w1", 1, kind="wish.answered", at_ms=MORNING_MS - 10)
    put(news, "A", 2, at_ms=MORNING_MS - 10)
    put(news, "B", 2, at_ms=MORNING_MS - 10)
    remove(news, "B", at_ms=MORNING_MS - 10)
    put(news, "w2", 1, kind="wish.answered", at_ms=MORNING_MS)
    with news.writing() as tx:
        assert news.feed.prune(tx, STORE, "wish.answered", MORNING_MS) == 2
    for cursor in (1, 2, 3):
        with pytest.raises(CursorTooOld) as old:
            news.feed.serve({STORE: cursor}, 10)
        assert old.value.feed == STORE
    assert shown(news.feed.serve({STORE: 4}, 10)) == [(5, "w2", 1)]
    assert [row.key for row in news.feed.serve({STORE: 0}, 10).rows] == ["A", "w2"], "who starts anew needs none of it"


def test_a_reader_at_nothing_is_told_the_head_even_when_all_rows_are_forgotten(news: FeedUnderTest) -> None:
    put(news, "w1", 1, kind="wish.answered", at_ms=MORNING_MS - 10)
    with news.writing() as tx:
        news.feed.prune(tx, STORE, "wish.answered", MORNING_MS)
    page = news.feed.serve({STORE: 0}, 10)
    assert (page.rows, page.cursor) == ((), {STORE: 1})


def test_a_cursor_from_a_future_we_lost_is_too_old_as_well(news: FeedUnderTest) -> None:
    put(news, "A", 1)
    with pytest.raises(CursorTooOld):
        news.feed.serve({STORE: 2}, 10)


def test_a_reader_that_follows_four_writers_misses_no_last_state(news: FeedUnderTest) -> None:
    """Numbers become visible in their order; read otherwise, a row that commits late is passed by."""
    start, done = threading.Barrier(5), threading.Event()

    def write(name: str) -> None:
        start.wait(10)
        for n in range(40):
            put(news, f"{name}{n % 7}", n)

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    last: dict[str, object] = {}

    def read() -> None:
        cursor = {STORE: 0}
        start.wait(10)
        while True:
            finished = done.is_set()
            page = news.feed.serve(cursor, 3)
            assert [row.seq for row in page.rows] == sorted(row.seq for row in page.rows)
            last.update({row.key: msgspec.json.decode(row.body) for row in page.rows})
            cursor = page.cursor
            if finished and not page.rows:
                return

    reader = threading.Thread(target=read)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join(60)
    done.set()
    reader.join(60)
    assert last == {f"{name}{n % 7}": n for name in "abcd" for n in range(33, 40)}
    assert news.feed.heads([STORE]) == {STORE: 160}
