"""Days at a shop with a bad line: whatever the dice did, once healed both books say the same and nothing happened twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.store import wishes
from tests.cast.office import STORE
from tests.sim.world import World

SEEDS = range(1, 7)
ACTS = 220


@pytest.fixture(params=SEEDS, ids=lambda seed: f"seed {seed}")
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world after its day, healed."""
    world = World(tmp_path, request.param)
    world.sync()
    world.play(ACTS)
    world.heal()
    yield world
    world.close()


def test_after_a_bad_day_nothing_is_lost_nothing_is_doubled_and_both_books_agree(world: World) -> None:
    _every_fact_arrived_once(world)
    _both_books_agree_on_every_order(world)
    _no_parcel_left_twice(world)
    _every_wish_was_answered_once(world)
    _the_copies_of_the_carts_are_the_carts(world)


def _every_fact_arrived_once(world: World) -> None:
    with world.hub.state.reading() as conn:
        owed = [row[0] for row in conn.execute("SELECT event_id FROM outbox_rows")]
        verdicts = Counter(row[0] for row in conn.execute("SELECT verdict FROM outbox_rows"))
    with world.office.central.books.reading() as tx:
        ledger = Counter(tx.exec_driver_sql("SELECT event_id FROM ledger").scalars())
        judged = set(tx.exec_driver_sql("SELECT DISTINCT verdict FROM ledger").scalars())
    assert set(ledger) == set(owed)
    assert set(ledger.values()) == {1}
    assert judged == {"recorded"}, "one hub, no restore: central has nothing to flag"
    assert set(verdicts) <= {"recorded", "duplicate"}


def _both_books_agree_on_every_order(world: World) -> None:
    here = {
        order.order_id: (
            order.state.value,
            [(line.picked_qty, line.short_qty) for line in order.lines],
            [(parcel.number, parcel.state.value, parcel.left_event) for parcel in order.parcels],
        )
        for order in world.orders()
    }
    there = {}
    for shopper in (world.office.ada, world.office.min_jun):
        for order in shopper.must("GET", "/v1/me/orders")["orders"]:
            there[order["order_id"]] = order["state"]
    assert {order: state for order, (state, _, _) in here.items()} == {
        order: state for order, state in there.items() if order in here
    }
    assert {there[order] for order in there if order not in here} <= {"cancelled"}
    with world.office.central.books.reading() as tx:
        parcels = tx.exec_driver_sql("SELECT order_id, parcel, state, left_event FROM parcels").all()
    assert sorted(map(tuple, parcels)) == sorted(
        (order, number, state, event) for order, (_, _, held) in here.items() for number, state, event in held
    )


def _no_parcel_left_twice(world: World) -> None:
    with world.hub.state.reading() as conn:
        facts = [row[0] for row in conn.execute("SELECT envelope FROM outbox_rows WHERE kind = 'pickup.handed_over'")]
        gone, left = conn.execute(
            "SELECT (SELECT coalesce(sum(gone), 0) FROM reservations), (SELECT coalesce(sum(u.qty), 0) "
            "FROM parcel_units u JOIN parcels p USING (order_id, number) WHERE p.left_at_ms IS NOT NULL)"
        ).fetchone()
    said = [msgspec.json.decode(fact) for fact in facts]
    parcels = Counter((each["data"]["order"], number) for each in said for number in each["data"]["parcels"])
    assert set(parcels.values()) == {1}
    assert sorted(each["id"] for each in said) == sorted(world.handed_over)
    assert gone == left


def _every_wish_was_answered_once(world: World) -> None:
    with world.hub.state.reading() as conn:
        kept = {wish: wishes.get(conn, wish) for wish in world.wishes}
    assert all(wish is not None and wish.answer is not None for wish in kept.values())
    with world.office.central.books.reading() as tx:
        answered = Counter(
            tx.exec_driver_sql(
                "SELECT key FROM feed_rows WHERE kind = 'wish.answered' AND store_id = ?", (STORE,)
            ).scalars()
        )
    assert answered == Counter(world.wishes)


def _the_copies_of_the_carts_are_the_carts(world: World) -> None:
    for shopper in (world.office.ada, world.office.min_jun):
        cart = shopper.must("GET", "/v1/me/cart")["cart"]
        copy = world.cart_copy(shopper.identity)
        assert copy is not None
        assert (copy.version, [(line.line, line.qty, line.version) for line in copy.lines]) == (
            cart["version"],
            [(line["line"], line["qty"], line["version"]) for line in cart["lines"]],
        )
