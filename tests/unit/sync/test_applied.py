"""Both ends of a feed can tell whether they hold the same rows, and which ones they do not agree about."""

from collections.abc import Iterator

import pytest
from msgspec import Raw

from sync import applied, cursor, feed
from sync.db import Connection, Database
from sync.feed import FeedRow, SqliteFeed
from tests.exchange.rows import MORNING_MS

CATALOGUE = "catalogue:main"


@pytest.fixture
def hub() -> Iterator[Database]:
    db = Database(":memory:", migrations=(cursor.MIGRATIONS,))
    yield db
    db.close()


@pytest.fixture
def source() -> Iterator[SqliteFeed]:
    db = Database(":memory:", migrations=(feed.MIGRATIONS,))
    news = SqliteFeed(db, now_ms=lambda: MORNING_MS)
    with db.writing() as tx:
        for n in range(6):
            news.append(tx, CATALOGUE, "product", f"P{n}", body=b"{}", at_ms=MORNING_MS)
        news.append(tx, CATALOGUE, "shelf", "P1", body=b"{}", at_ms=MORNING_MS)
        news.append(tx, CATALOGUE, "product", "P2", body=b"", at_ms=MORNING_MS, tombstone=True)
    yield news
    db.close()


def rows_of(source: SqliteFeed) -> tuple[FeedRow, ...]:
    return source.serve({CATALOGUE: 0}, 100).rows


def standing(rows: tuple[FeedRow, ...]) -> list[applied.Standing]:
    return [(row.kind, row.key, row.seq) for row in rows if not row.tombstone]


def apply(conn: Connection, rows: tuple[FeedRow, ...]) -> None:
    applied.note(conn, rows)
    cursor.save(conn, {CATALOGUE: max(row.seq for row in rows)})


def product(key: str, seq: int, *, tombstone: bool = False) -> FeedRow:
    return FeedRow(
        feed=CATALOGUE, seq=seq, kind="product", key=key, body=Raw(b"{}"), tombstone=tombstone, at_ms=MORNING_MS
    )


def test_whoever_applied_every_row_has_the_digest_of_whoever_serves_it(hub: Database, source: SqliteFeed) -> None:
    rows = rows_of(source)
    with hub.writing() as conn:
        apply(conn, rows)
    theirs = applied.digest_of(CATALOGUE, 8, sorted(standing(rows)))
    with hub.reading() as conn:
        ours = applied.digest(conn, CATALOGUE)
    assert ours == theirs
    assert {kind: each.count for kind, each in ours.kinds.items()} == {"product": 5, "shelf": 1}


def test_rows_that_come_in_other_pages_and_twice_make_the_same_digest(hub: Database, source: SqliteFeed) -> None:
    rows = rows_of(source)
    with hub.writing() as conn:
        for one in (*rows, *rows):
            apply(conn, (one,))
        assert applied.digest(conn, CATALOGUE) == applied.digest_of(CATALOGUE, 8, sorted(standing(rows)))


@pytest.mark.parametrize(
    "there",
    [
        [("product", "P0", 1)],
        [("product", "P0", 1), ("product", "P1", 3)],
        [("product", "P0", 2), ("product", "P1", 1)],
        [("product", "P0", 1), ("product", "P9", 2)],
        [("product", "P0", 1), ("product", "P1", 2), ("product", "P3", 3)],
    ],
    ids=["one missing", "an older state", "numbers swapped", "another key", "one too many"],
)
def test_a_difference_shows_in_the_digest_and_is_named(hub: Database, there: list[applied.Standing]) -> None:
    here: list[applied.Standing] = [("product", "P0", 1), ("product", "P1", 2)]
    with hub.writing() as conn:
        apply(conn, (product("P0", 1), product("P1", 2)))
        assert applied.digest(conn, CATALOGUE).kinds != applied.digest_of(CATALOGUE, 2, there).kinds
        assert applied.rows(conn, CATALOGUE, "product") == here
    named = {(ours or theirs or ("", "", 0))[1] for ours, theirs in applied.differing(here, there)}
    assert named == {key for kind, key, seq in {*here} ^ {*there}}


def test_a_thing_that_left_is_no_longer_counted(hub: Database) -> None:
    with hub.writing() as conn:
        apply(conn, (product("P0", 1), product("P1", 2)))
        apply(conn, (product("P0", 3, tombstone=True),))
        assert applied.rows(conn, CATALOGUE, "product") == [("product", "P1", 2)]


def test_a_list_is_read_in_pieces(hub: Database) -> None:
    with hub.writing() as conn:
        apply(conn, tuple(product(f"P{n}", n + 1) for n in range(5)))
        first = applied.rows(conn, CATALOGUE, "product", limit=2)
        rest = applied.rows(conn, CATALOGUE, "product", after=first[-1][1])
    assert [key for _, key, _ in first + rest] == ["P0", "P1", "P2", "P3", "P4"]


def test_a_feed_that_is_read_again_begins_with_nothing(hub: Database) -> None:
    with hub.writing() as conn:
        apply(conn, (product("P0", 1),))
        applied.clear(conn, CATALOGUE)
        assert applied.digest(conn, CATALOGUE) == applied.Digest(feed=CATALOGUE, seq=1, kinds={})
