"""A seed is one rough week: the same fates each time, in the shares that were asked for, and never what cannot be done."""

from random import Random  # noqa: TID251 - seeded, as the replay's own is

import pytest

from edge.tools.replay.rough.plan import (
    Fate,
    OrderPlan,
    Race,
    RoughPlan,
    plan_rough,
    stand_ins,
    units_wanted_besides,
)
from edge.tools.uci_plan import Return, ReturnLine, Sale, SaleLine

SEEDS = range(10)


def sale(number: int, quantities: tuple[int, ...], customer: str | None) -> Sale:
    return Sale(
        invoice=str(576_000 + number),
        day="2011-11-14",
        placed_label="2011-11-14 10:00:00",
        customer=customer,
        identity_external_key=None,
        lines=tuple(
            SaleLine(
                place=place,
                gtin=f"{(number * 7 + place) % 90:014d}",
                qty=qty,
                price_minor=100,
                code=str(20_000 + place),
            )
            for place, qty in enumerate(quantities, start=1)
        ),
        charges=(),
    )


def give_back(number: int, of: Sale, place: int) -> Return:
    line = ReturnLine(
        place=1,
        gtin=of.lines[place - 1].gtin,
        qty=1,
        amount_minor=100,
        code="22465",
        sale_invoice=of.invoice,
        sale_place=place,
    )
    return Return(
        invoice=f"C{577_000 + number}",
        day="2011-11-14",
        placed_label="2011-11-14 11:00:00",
        customer="1",
        identity_external_key=None,
        lines=(line,),
        charges=(),
        refund_minor=100,
    )


SALES = [
    sale(
        number,
        tuple(1 + (number + place) % 12 for place in range(1 + number % 40)),
        str(number % 9) if number % 5 else None,
    )
    for number in range(200)
]
RETURNS = [give_back(number, SALES[number], 1) for number in range(0, 40, 4)]
OF = {each.invoice: each for each in SALES}


@pytest.fixture(params=SEEDS)
def plan(request: pytest.FixtureRequest) -> RoughPlan:
    return plan_rough(SALES, RETURNS, Random(request.param))


def of_fate(plan: RoughPlan, fate: Fate) -> list[tuple[Sale, OrderPlan]]:
    return [(OF[invoice], order) for invoice, order in plan.orders.items() if order.fate is fate]


def test_one_seed_is_one_week_and_another_is_another() -> None:
    first, again, other = (plan_rough(SALES, RETURNS, Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_pickup_has_one_fate_and_each_comes_as_often_as_asked(plan: RoughPlan) -> None:
    assert plan.orders.keys() == OF.keys()
    lines = sum(len(each.lines) for each in SALES)
    assert [plan.count(fate) for fate in (Fate.no_show, Fate.proxy, Fate.cancel, Fate.partial, Fate.returned)] == [
        10,
        10,
        6,
        6,
        6,
    ]
    assert plan.lines(substituted=False) == round(0.10 * lines)
    assert plan.lines(substituted=True) == round(0.05 * lines)


def test_nothing_is_missing_that_is_not_there_and_something_of_every_order_is(plan: RoughPlan) -> None:
    for invoice, order in plan.orders.items():
        sold = OF[invoice].lines
        assert order.kept_line not in order.missing
        assert 1 <= order.kept_line <= len(sold)
        for number, missing in order.missing.items():
            assert 1 <= missing.qty <= sold[number - 1].qty
            assert missing.gtin != sold[number - 1].gtin


def test_what_the_file_gives_back_was_collected_whole(plan: RoughPlan) -> None:
    for one in RETURNS:
        (line,) = one.lines
        order = plan.orders[str(line.sale_invoice)]
        assert order.fate is Fate.collected
        assert line.sale_place not in order.missing


def test_only_somebody_with_a_phone_cancels_and_both_ends_of_a_race_happen(plan: RoughPlan) -> None:
    cancelled = of_fate(plan, Fate.cancel)
    assert all(each.customer is not None for each, _ in cancelled)
    races = [order.cancelling.race for _, order in cancelled if order.cancelling is not None]
    assert len(races) == len(cancelled)
    assert {Race.cancel_first, Race.handover_first} <= set(races)
    assert all((order.cancelling is None) == (order.fate is not Fate.cancel) for order in plan.orders.values())


def test_what_is_collected_in_two_parts_has_two_units_and_what_comes_back_was_sold(plan: RoughPlan) -> None:
    assert all(each.lines[order.kept_line - 1].qty > 1 for each, order in of_fate(plan, Fate.partial))
    for each, order in of_fate(plan, Fate.returned):
        assert 1 <= order.returned_qty <= each.lines[order.kept_line - 1].qty


def test_the_shelf_holds_what_stands_in_for_something_else(plan: RoughPlan) -> None:
    instead, besides = stand_ins(plan, SALES), units_wanted_besides(plan)
    replaced = [
        (OF[invoice].lines[number - 1].gtin, missing)
        for invoice, order in plan.orders.items()
        for number, missing in order.missing.items()
        if missing.gtin is not None
    ]
    assert all(instead[gtin] == missing.gtin for gtin, missing in replaced)
    assert sum(besides.values()) == sum(missing.qty for _, missing in replaced)
