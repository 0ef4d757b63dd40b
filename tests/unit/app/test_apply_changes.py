"""Truth from central: always applied, once, page and cursor together; what is not understood is kept for later."""

import msgspec
import pytest

from edge.app.apply_changes import apply_page, cursor_of, read_unread_again, start_over
from edge.app.hub import Hub
from edge.app.ops_view import read_ops
from edge.domain.truth import OrderDownLine
from edge.store import pickups
from sync import applied
from sync.db import Connection
from sync.feed import FeedRow, Page
from tests.cast.counter import STORE, gtin_of
from tests.cast.floor import Floor


def row(feed: str, seq: int, kind: str, key: str, body: bytes, *, tombstone: bool = False) -> FeedRow:
    return FeedRow(feed=feed, seq=seq, kind=kind, key=key, body=msgspec.Raw(body), tombstone=tombstone, at_ms=1)


def page(*rows: FeedRow, more: bool = False) -> Page:
    return Page(rows=rows, cursor={each.feed: each.seq for each in rows}, more=more, now_ms=1)


def test_a_page_that_comes_twice_changes_nothing(floor: Floor) -> None:
    floor.order((1, 2))
    before = floor.dump()
    floor.repeat_last_page()
    after = floor.dump()
    changed = {table for table in after if after[table] != before[table]}
    assert changed <= {"state.cursors", "replica.cursors", "replica.name_cards"}  # a seal has a new nonce each time


def test_an_order_that_is_here_stays_as_the_hub_has_it(floor: Floor) -> None:
    order, _ = floor.ready((1, 2))
    floor.down((f"store:{STORE}", "order", order.order_id, msgspec.structs.replace(order, display_code="ZZZZ")))
    with floor.hub.state.reading() as conn:
        pickup = pickups.get(conn, order.order_id)
    assert pickup is not None
    assert (pickup.state.value, pickup.display_code) == ("ready", order.display_code)


def test_the_cursor_moves_with_its_rows_or_not_at_all(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    before, cursor = floor.dump(), cursor_of(floor.hub)

    def full_disk(_conn: Connection, _pickup: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(pickups, "insert", full_disk)
    with pytest.raises(OSError, match="no space"):
        floor.order((1, 2))
    monkeypatch.undo()
    assert cursor_of(floor.hub)[f"store:{STORE}"] == cursor[f"store:{STORE}"]
    after = floor.dump()
    assert after["state.pickups"] == before["state.pickups"]
    floor.repeat_last_page()
    assert len(floor.dump()["state.pickups"]) == 1


@pytest.mark.parametrize("feed", ["store", "people"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [("of.tomorrow", b'{"a":1}'), ("order", b'{"order_id":5}'), ("cart", b"[]"), ("card", b'{"identity":null}')],
)
def test_a_row_of_another_version_is_kept_and_the_page_goes_on(floor: Floor, feed: str, kind: str, body: bytes) -> None:
    name = f"{feed}:{STORE}"
    apply_page(floor.hub, page(row(name, 900, kind, "k", body), row("catalogue:main", 900, "product", "x", b"{}")))
    assert read_ops(floor.hub).unread == 2
    assert cursor_of(floor.hub)[name] == 900


@pytest.mark.parametrize("lines", [[(1, 2), (1, 3)], [(1, 0)]], ids=["one line twice", "none of it"])
def test_an_order_that_contradicts_itself_is_kept_unread_and_holds_nothing_back(
    floor: Floor, lines: list[tuple[int, int]]
) -> None:
    good = floor.order((1, 2))
    bad = msgspec.structs.replace(
        good,
        order_id="AAAAAAAAAAAAC",
        lines=tuple(OrderDownLine(line=line, gtin=gtin_of(1), qty=qty, price_minor=1) for line, qty in lines),
    )
    behind = msgspec.structs.replace(good, order_id="AAAAAAAAAAAAE", display_code="ZZZZ")
    store = f"store:{STORE}"
    floor.down((store, "order", bad.order_id, bad), (store, "order", behind.order_id, behind))
    dump = floor.dump()
    assert {row[0] for row in dump["state.pickups"]} == {good.order_id, behind.order_id}
    assert {row[0] for row in dump["state.pickup_lines"]} == {good.order_id, behind.order_id}
    assert read_ops(floor.hub).unread == 1


def test_a_version_that_understands_more_reads_such_feeds_again(floor: Floor) -> None:
    order = floor.order((1, 2))
    apply_page(floor.hub, page(row(f"store:{STORE}", 900, "of.tomorrow", "k", b"{}")))
    assert read_unread_again(floor.hub) == [f"store:{STORE}"]
    assert read_unread_again(floor.hub) == []
    assert cursor_of(floor.hub)[f"store:{STORE}"] == 0
    assert [each[0] for each in floor.dump()["state.pickups"]] == [order.order_id]


def test_a_row_about_a_person_that_is_not_understood_is_not_kept_in_the_clear(floor: Floor) -> None:
    secret = b'{"identity":"A","masked_name":"Ada","future":{"shape":1},"expires_at_ms":"soon"}'
    apply_page(floor.hub, page(row(f"people:{STORE}", 900, "card", "A", secret)))
    with floor.hub.replica.reading() as conn:
        kept = [tuple(each) for each in conn.execute("SELECT kind, body FROM unread_rows")]
    assert kept == [("card", b"null")]


def test_a_tombstone_for_an_open_order_is_an_incident_and_never_a_deletion(floor: Floor) -> None:
    order = floor.order((1, 2))
    floor.gone("store", "order", order.order_id)
    assert [each.kind for each in floor.incidents()] == ["open_order_withdrawn"]
    assert len(floor.dump()["state.pickups"]) == 1


def test_a_tombstone_for_an_order_that_never_arrived_is_nothing(floor: Floor) -> None:
    before = floor.dump()
    floor.gone("store", "order", "AAAAAAAAAAAAB")
    after = floor.dump()
    assert {table for table in after if after[table] != before[table]} == {"state.cursors"}


def test_a_feed_read_again_from_its_beginning_loses_nothing_here(floor: Floor) -> None:
    floor.order((1, 2))
    before = floor.dump()
    start_over(floor.hub, f"store:{STORE}")
    assert cursor_of(floor.hub)[f"store:{STORE}"] == 0
    assert floor.dump()["state.pickups"] == before["state.pickups"]


def test_people_are_sealed_in_the_file(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    order, _ = floor.ready((1, 1))
    floor.named(order, floor.ada)
    raw = repr([floor.dump()[f"replica.{table}"] for table in ("cards", "carts", "name_cards")])
    assert floor.ada.identity in raw  # the id is pseudonymous and is what the rows are found by
    for secret in ("A*a", "5678", "ed25519", "l1", "09520000000011"):
        assert secret not in raw


def test_the_key_of_somebody_stays_while_an_order_of_hers_is_open(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    order, _ = floor.ready((1, 1))
    floor.named(order, floor.ada)
    floor.gone("people", "card", floor.ada.identity)
    assert floor.ada.identity in floor.subjects_with_keys()
    floor.gone("people", "name_card", order.order_id)
    assert floor.subjects_with_keys() == []


def test_the_time_of_a_hub_that_reads_nothing_is_not_fresh(floor: Floor) -> None:
    hub: Hub = floor.hub
    read_at_ms = hub.pulled.at_ms
    floor.clock.advance(600_000)
    floor.keeps(floor.ada, ("l1", 1, 2))
    stored_ms = floor.clock.now_ms()
    floor.clock.advance(600_000)
    assert read_at_ms < stored_ms
    assert floor.look_up(floor.ada).cart.stored_at_ms == stored_ms


def test_what_was_applied_is_counted_with_its_page_in_the_file_of_its_feed(floor: Floor) -> None:
    order = floor.order((1, 2))
    floor.keeps(floor.ada, ("l1", 1, 2))
    store, people = f"store:{STORE}", f"people:{STORE}"
    with floor.hub.state.reading() as conn, floor.hub.replica.reading() as copies:
        owned, copied = applied.digest(conn, store), applied.digest(copies, people)
        assert [key for _, key, _ in applied.rows(conn, store, "order")] == [order.order_id]
    assert {kind: each.count for kind, each in owned.kinds.items() if kind == "order"} == {"order": 1}
    assert copied.kinds["cart"].count == copied.kinds["card"].count == 1
    assert (owned.seq, copied.seq) == (cursor_of(floor.hub)[store], cursor_of(floor.hub)[people])
    floor.gone("people", "cart", floor.ada.cart_id)
    with floor.hub.replica.reading() as copies:
        assert "cart" not in applied.digest(copies, people).kinds
