"""Key figures against an independent count over the same orders; stock that differs from upstream's is reported, not hidden."""

from statistics import mean

import msgspec
import pytest

from edge.app.accept_order import AcceptAsked, accept_order
from edge.app.keep_promises import Promised, keep_promises
from edge.app.kpi import Kpi, read_kpis
from edge.app.move_pickup import OrderNow
from edge.app.no_show import NoShowAsked, expire_no_shows
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.stock_drift import DriftKind, read_stock_drift
from edge.domain.pickup import ShortReason
from edge.domain.truth import OrderDown
from tests.cast.counter import KIM, gtin_of
from tests.cast.floor import Desk, Floor
from tests.unit.app.test_accept_order import stock
from tests.unit.app.test_promises import set_up

MINUTE_MS = 60_000


def kpis(floor: Floor) -> dict[str, Kpi]:
    return {each.id: each for each in read_kpis(floor.hub)}


def short(floor: Floor, order: OrderDown, qty: int, line: int = 1) -> None:
    asked = ShortAsked(
        event_id=floor.press(), order_id=order.order_id, line=line, qty=qty, reason=ShortReason.not_found
    )
    done = short_pick(floor.hub, asked, KIM)
    assert isinstance(done, OrderNow), done


def test_every_figure_equals_an_independent_count(floor: Floor) -> None:
    set_up(floor, keep_open_hours=0)
    to_ready, on_shelf, waits = [], [], []
    for minutes in (5, 20, 45, 50):
        placed_ms = floor.clock.now_ms()
        order = floor.order((1, 2), promised_in_min=30)
        floor.clock.advance(minutes * MINUTE_MS)
        if minutes == 50:
            short(floor, order, 1)
            floor.pick(msgspec.structs.replace(order, lines=(msgspec.structs.replace(order.lines[0], qty=1),)))
        else:
            floor.pick(order)
        parcel = floor.stage(order, "A-1")
        ready_ms = floor.clock.now_ms()
        to_ready.append(ready_ms - placed_ms)
        if minutes == 45:
            continue
        floor.clock.advance(minutes * MINUTE_MS)
        floor.arrive(order)
        arrived_ms = floor.clock.now_ms()
        floor.clock.advance(minutes * 10_000)
        floor.hand_over(order, parcel)
        waits.append(floor.clock.now_ms() - arrived_ms)
        on_shelf.append(floor.clock.now_ms() - ready_ms)
    expire_no_shows(floor.hub, NoShowAsked(event_id=floor.press()), KIM)
    found = kpis(floor)
    expected = {
        "ready_in_time": 2 / 4,
        "repromised": 0.0,
        "time_to_ready": mean(to_ready),
        "time_on_shelf": mean(on_shelf),
        "wait": mean(waits),
        "wait_too_long": sum(each >= 5 * MINUTE_MS for each in waits) / 3,
        "short": 1 / 8,
        "no_show": 1 / 4,
    }
    assert {name: found[name].value for name in expected} == pytest.approx(expected, rel=1e-9)
    assert (found["ready_in_time"].num, found["ready_in_time"].den, found["short"].n) == (2, 4, 8)
    assert all(each.value is None or each.value == each.num / each.den for each in found.values())
    assert {each.as_of_ms for each in found.values()} == {floor.clock.now_ms()}


def test_a_promise_that_was_renewed_is_judged_by_the_first(floor: Floor) -> None:
    set_up(floor)
    order = floor.order((4, 60), promised_in_min=70)
    floor.clock.advance(50 * MINUTE_MS)
    assert keep_promises(floor.hub, Promised()).renewed == 1
    floor.clock.advance(40 * MINUTE_MS)
    floor.pick(order)
    floor.stage(order, "A-1")
    found = kpis(floor)
    assert (found["ready_in_time"].value, found["repromised"].value) == (0.0, 1.0)


def test_a_shop_without_orders_has_figures_without_values(floor: Floor) -> None:
    found = kpis(floor)
    assert {each.value for each in found.values()} == {None}
    assert {each.den for each in found.values()} == {0}
    assert all(each.formula for each in found.values())


def test_what_a_clerk_vouched_for_beyond_upstreams_count_is_oversold(floor: Floor) -> None:
    stock(floor, 0, 1, safety=1)
    order = floor.order((0, 3))
    accept_order(floor.hub, AcceptAsked(event_id=floor.press(), order_id=order.order_id, vouched=True), KIM)
    (line,) = read_stock_drift(floor.hub).lines
    assert (line.kind, line.gtin, line.on_hand, line.reserved, line.available) == (
        DriftKind.oversold,
        gtin_of(0),
        1,
        3,
        -3,
    )


def test_units_upstream_counted_that_were_not_on_the_shelf_are_drift_until_it_counts_again(floor: Floor) -> None:
    stock(floor, 1, 5)
    floor.clock.advance(1_000)
    order = floor.order((1, 3))
    short(floor, order, 2)
    report = read_stock_drift(floor.hub)
    assert [(line.kind, line.short, line.on_hand) for line in report.lines] == [(DriftKind.not_found, 2, 5)]
    floor.clock.advance(1_000)
    stock(floor, 1, 3)
    assert read_stock_drift(floor.hub).count == 0


def test_goods_promised_here_that_upstream_never_sent_here_are_named(floor: Floor) -> None:
    order = floor.order((2, 1))
    floor.gone("stock", "stock", gtin_of(2))
    (line,) = read_stock_drift(floor.hub).lines
    assert (line.kind, line.on_hand, line.reserved, line.available) == (DriftKind.not_carried, None, 1, -1)
    assert order.order_id


def test_a_shop_that_agrees_with_upstream_reports_nothing(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    floor.hand_over(order, staged)
    floor.ready((2, 1))
    report = read_stock_drift(floor.hub)
    assert (report.count, report.lines, report.looked_at) == (0, (), 1)


def test_the_reports_are_read_over_http(floor: Floor) -> None:
    desk = Desk(floor, floor.app())
    kpi = desk.get("/v1/kpi").get_json()
    assert {"id", "value", "num", "den", "n", "as_of_ms", "formula"} <= set(kpi[0])
    assert desk.get("/v1/stock-drift").get_json()["lines"] == []
