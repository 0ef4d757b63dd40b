"""The list of all open orders: unknown ones are inserted, known ones stay as they are here, missing ones are looked at."""

import msgspec

from edge.app.apply_changes import cursor_of
from edge.app.apply_open_orders import apply_open_orders
from edge.domain.truth import CancelAsked, OrderDown
from edge.store import pickups
from sync import applied
from sync.feed import FeedRow, Page
from tests.cast.counter import STORE
from tests.cast.floor import Floor

FEED = f"store:{STORE}"
HEAD = 500


def row(seq: int, kind: str, key: str, body: object) -> FeedRow:
    raw = msgspec.Raw(msgspec.json.encode(body))
    return FeedRow(feed=FEED, seq=seq, kind=kind, key=key, body=raw, tombstone=False, at_ms=1)


def listed(*orders: OrderDown, asks: tuple[CancelAsked, ...] = ()) -> Page:
    rows = [row(100 + n, "order", order.order_id, order) for n, order in enumerate(orders)]
    rows += [row(200 + n, "cancel_asked", ask.order, ask) for n, ask in enumerate(asks)]
    return Page(rows=tuple(rows), cursor={FEED: HEAD}, more=False, now_ms=1)


def states(floor: Floor) -> dict[str, str]:
    with floor.hub.state.reading() as conn:
        found = (pickups.get(conn, row[0]) for row in conn.execute("SELECT order_id FROM pickups"))
        return {each.order_id: each.state.value for each in found if each is not None}


def test_an_unknown_order_is_inserted_and_a_known_one_keeps_the_state_it_has_here(floor: Floor) -> None:
    order, _ = floor.ready((1, 2))
    other = msgspec.structs.replace(order, order_id="AAAAAAAAAAAAE", display_code="ZZZZ")
    again = msgspec.structs.replace(order, display_code="YYYY", total_minor=1)
    assert apply_open_orders(floor.hub, listed(again, other)) == 1
    assert states(floor)[order.order_id] == "ready"
    assert other.order_id in states(floor)
    with floor.hub.state.reading() as conn:
        kept = pickups.get(conn, order.order_id)
    assert kept is not None
    assert (kept.display_code, kept.total_minor) == (order.display_code, order.total_minor)
    assert floor.incidents() == []
    assert cursor_of(floor.hub)[FEED] == HEAD


def test_an_order_that_is_missing_from_the_list_stays_and_is_looked_at(floor: Floor) -> None:
    order, _ = floor.ready((1, 2))
    before = floor.dump()["state.pickups"]
    apply_open_orders(floor.hub, listed())
    assert floor.dump()["state.pickups"] == before
    assert [(each.kind, each.subject) for each in floor.incidents()] == [("order_missing_at_central", order.order_id)]
    apply_open_orders(floor.hub, listed())
    assert len(floor.incidents()) == 1


def test_what_central_asks_about_a_known_order_is_answered_once(floor: Floor) -> None:
    order = floor.order((1, 2))
    ask = CancelAsked(ask_id="019aa4f8-7c60-7000-8000-00000000000a", order=order.order_id)
    page = listed(order, asks=(ask,))
    apply_open_orders(floor.hub, page)
    apply_open_orders(floor.hub, page)
    answers = [kind for kind in floor.facts() if kind.startswith("pickup.cancel_")]
    assert answers == ["pickup.cancel_granted"]


def test_what_stands_on_the_list_is_what_counts_as_applied(floor: Floor) -> None:
    order = floor.order((1, 2))
    floor.order((2, 1))
    apply_open_orders(floor.hub, listed(order))
    with floor.hub.state.reading() as conn:
        assert applied.rows(conn, FEED, "order") == [("order", order.order_id, 100)]
        assert applied.digest(conn, FEED).seq == HEAD
