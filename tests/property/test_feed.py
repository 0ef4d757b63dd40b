"""A reader that follows a feed ends with the truth, however it is paged, overwritten, removed and pruned."""

from hypothesis import given
from hypothesis import strategies as st

from sync import feed
from sync.db import Database
from sync.errors import CursorTooOld
from sync.feed import Cursor, SqliteFeed
from tests.exchange.rows import MORNING_MS

NAMES = ("store:S001", "people:S001")

acts = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(NAMES), st.sampled_from("ABCDE"), st.integers(0, 9)),
    st.tuples(st.just("remove"), st.sampled_from(NAMES), st.sampled_from("ABCDE"), st.just(0)),
    st.tuples(st.just("read"), st.just(""), st.just(""), st.integers(1, 4)),
    st.tuples(st.just("prune"), st.sampled_from(NAMES), st.just(""), st.just(0)),
)


class Copy:
    """What a node holds of the feeds: rows applied with the cursor of their page."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], bytes] = {}
        self.cursor: Cursor = dict.fromkeys(NAMES, 0)

    def read(self, source: SqliteFeed, limit: int) -> bool:
        """Apply one page; a cursor that is too old begins that feed anew, as a node does. Gives whether more is there."""
        try:
            page = source.serve(self.cursor, limit)
        except CursorTooOld as old:
            self.rows = {key: body for key, body in self.rows.items() if key[0] != old.feed}
            self.cursor[old.feed] = 0
            return True
        for row in page.rows:
            if row.tombstone:
                self.rows.pop((row.feed, row.key), None)
            else:
                self.rows[row.feed, row.key] = bytes(row.body)
        self.cursor = page.cursor
        return page.more


@given(st.lists(acts, max_size=60))
def test_the_copy_ends_equal_to_the_truth(drawn: list[tuple[str, str, str, int]]) -> None:
    db = Database(":memory:", migrations=(feed.MIGRATIONS,))
    source = SqliteFeed(db, now_ms=lambda: MORNING_MS)
    copy, truth = Copy(), dict[tuple[str, str], bytes]()
    for act, name, key, n in drawn:
        if act == "read":
            copy.read(source, n)
            continue
        with db.writing() as tx:
            if act == "put":
                truth[name, key] = str(n).encode()
                source.append(tx, name, "order", key, body=truth[name, key], at_ms=MORNING_MS)
            elif act == "remove":
                truth.pop((name, key), None)
                source.append(tx, name, "order", key, body=b"", at_ms=MORNING_MS, tombstone=True)
            else:
                source.prune(tx, name, "nothing of this kind", MORNING_MS + 1)
    while copy.read(source, 3):
        pass
    assert copy.rows == truth
    assert copy.cursor == source.heads(NAMES)
    db.close()
