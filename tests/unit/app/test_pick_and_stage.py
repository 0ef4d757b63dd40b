"""From picking to ready: scans in one request, shorts, parcels on shelves, and what each leaves in the ledger."""

from edge.app.move_pickup import OrderNow
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.pick_list import read_pick_list
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.stage_parcel import StageAsked, stage_parcel
from edge.domain.pickup import OrderState, ParcelUnits, ShortReason
from edge.passes import read_label
from edge.store import pickups, reservations
from tests.cast.counter import KIM, gtin_of
from tests.cast.floor import Floor, refused


def picks(floor: Floor, *wanted: tuple[int, int, int]) -> tuple[Pick, ...]:
    return tuple(Pick(event_id=floor.press(), line=line, qty=qty, gtin=gtin_of(place)) for line, qty, place in wanted)


def test_many_scans_in_one_request_are_one_fact_each(floor: Floor) -> None:
    order = floor.order((1, 2), (4, 3))
    asked = PicksAsked(order_id=order.order_id, picks=picks(floor, (1, 1, 1), (1, 1, 1), (2, 3, 4)))
    now = pick_line(floor.hub, asked, KIM)
    assert isinstance(now, OrderNow)
    assert (now.state, now.picked_units, now.units) == (OrderState.picking, 5, 5)
    assert floor.facts("pickup.picked") == [pick.event_id for pick in asked.picks]


def test_the_request_may_be_repeated_and_counts_every_scan_once(floor: Floor) -> None:
    order = floor.order((1, 4))
    first = picks(floor, (1, 2, 1))
    pick_line(floor.hub, PicksAsked(order_id=order.order_id, picks=first), KIM)
    both = PicksAsked(order_id=order.order_id, picks=(*first, *picks(floor, (1, 1, 1))))
    now = pick_line(floor.hub, both, KIM)
    assert isinstance(now, OrderNow)
    assert now.picked_units == 3
    assert len(floor.facts("pickup.picked")) == 2


def test_one_wrong_product_refuses_the_whole_request_and_names_its_scan(floor: Floor) -> None:
    order = floor.order((1, 1), (4, 1))
    before = floor.dump()
    asked = PicksAsked(order_id=order.order_id, picks=picks(floor, (1, 1, 1), (2, 1, 0)))
    no = pick_line(floor.hub, asked, KIM)
    assert refused(no) == "wrong_product"
    assert floor.dump() == before
    alone = PicksAsked(order_id=order.order_id, picks=(asked.picks[1],))
    assert pick_line(floor.hub, alone, KIM) == no


def test_the_same_event_id_with_another_quantity_is_refused(floor: Floor) -> None:
    order = floor.order((1, 4))
    (pick,) = picks(floor, (1, 1, 1))
    pick_line(floor.hub, PicksAsked(order_id=order.order_id, picks=(pick,)), KIM)
    other = Pick(event_id=pick.event_id, line=1, qty=2, gtin=pick.gtin)
    assert refused(pick_line(floor.hub, PicksAsked(order_id=order.order_id, picks=(other,)), KIM)) == "event_id_reused"


def test_more_than_was_ordered_cannot_be_picked(floor: Floor) -> None:
    order = floor.order((1, 2))
    asked = PicksAsked(order_id=order.order_id, picks=picks(floor, (1, 3, 1)))
    assert refused(pick_line(floor.hub, asked, KIM)) == "too_many"


def test_the_last_parcel_makes_the_order_ready_with_a_fact_of_its_own(floor: Floor) -> None:
    order = floor.order((1, 2), (4, 1))
    floor.pick(order)
    first = floor.stage(order, "A-1", (ParcelUnits(1, 2),))
    assert first.state is OrderState.picking
    last = floor.stage(order, "A-2")
    assert (last.state, last.parcel, last.units) == (OrderState.ready, 2, 1)
    assert floor.facts()[-2:] == ["pickup.staged", "pickup.ready"]


def test_the_label_names_order_parcel_and_revision(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    label = read_label(staged.label)
    assert label is not None
    assert (label.order_id, label.number, label.revision) == (order.order_id, 1, order.revision)


def test_reserved_units_become_staged_units_and_never_both(floor: Floor) -> None:
    floor.ready((1, 3))
    with floor.hub.state.reading() as conn:
        held = reservations.held(conn, [gtin_of(1)])[gtin_of(1)]
    assert (held.reserved, held.staged) == (0, 3)


def test_nothing_picked_is_nothing_to_stage(floor: Floor) -> None:
    order = floor.order((1, 1))
    asked = StageAsked(event_id=floor.press(), order_id=order.order_id, shelf="A-1")
    assert refused(stage_parcel(floor.hub, asked, KIM)) == "nothing_to_stage"


def test_a_short_gives_its_units_back_to_the_ledger_and_finishes_the_order(floor: Floor) -> None:
    order = floor.order((1, 2), (4, 1))
    floor.pick(order, lines=1)
    floor.stage(order, "A-1")
    asked = ShortAsked(event_id=floor.press(), order_id=order.order_id, line=2, qty=1, reason=ShortReason.not_found)
    now = short_pick(floor.hub, asked, KIM)
    assert isinstance(now, OrderNow)
    assert (now.state, now.short_units) == (OrderState.ready, 1)
    with floor.hub.state.reading() as conn:
        assert gtin_of(4) not in reservations.held(conn, [gtin_of(4)])


def test_the_pick_list_walks_by_aisle_and_sums_lines_of_one_product(floor: Floor) -> None:
    first = floor.order((4, 1), (1, 2), promised_in_min=10)
    second = floor.order((1, 1), (0, 1), promised_in_min=20)
    todo = read_pick_list(floor.hub)
    assert todo.order_ids == (first.order_id, second.order_id)
    assert [(stop.aisle, stop.gtin, stop.qty) for stop in todo.stops] == [
        (1, gtin_of(0), 1),
        (3, gtin_of(1), 3),
        (6, gtin_of(4), 1),
    ]
    assert [want.qty for want in todo.stops[1].wanted_by] == [2, 1]
    floor.pick(first)
    after = read_pick_list(floor.hub, [first.order_id, second.order_id])
    assert (after.units_done, after.units_all) == (3, 5)
    assert [stop.gtin for stop in after.stops] == [gtin_of(0), gtin_of(1)]


def test_an_order_is_read_back_exactly_as_it_was_written(floor: Floor) -> None:
    order = floor.order((1, 2), (4, 1))
    floor.pick(order)
    floor.stage(order, "A-1", (ParcelUnits(1, 1),))
    with floor.hub.state.reading() as conn:
        one = pickups.get(conn, order.order_id)
        many = pickups.get_many(conn, [order.order_id, "AAAAAAAAAAAAA"])
    assert one is not None
    assert many == [one]
    assert [(line.picked_qty, line.qty) for line in one.lines] == [(2, 2), (1, 1)]
    assert one.parcels[0].units == (ParcelUnits(1, 1),)
