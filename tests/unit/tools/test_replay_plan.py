"""A seed is one play: the same rounds, cuts and kills each time, and every sale and return in exactly one of them."""

from random import Random  # noqa: TID251 - seeded, as the replay's own is

from edge.tools.replay.plan import LARGEST_ROUND, plan_kills, plan_rounds
from edge.tools.uci_plan import Return, ReturnLine, Sale


def sale(number: int) -> Sale:
    day = f"2011-11-{14 + number // 100:02d}"
    return Sale(
        invoice=str(576_000 + number),
        day=day,
        placed_label=f"{day} 10:00:00",
        customer=None,
        identity_external_key=None,
        lines=(),
        charges=(),
    )


def give_back(number: int, of: Sale | None, day: str) -> Return:
    line = ReturnLine(
        place=1,
        gtin="02000000000008",
        qty=1,
        amount_minor=100,
        code="22465",
        sale_invoice=of.invoice if of else None,
        sale_place=1 if of else None,
    )
    return Return(
        invoice=f"C{577_000 + number}",
        day=day,
        placed_label=f"{day} 11:00:00",
        customer=None,
        identity_external_key=None,
        lines=(line,),
        charges=(),
        refund_minor=100,
    )


SALES = [sale(number) for number in range(230)]
RETURNS = [
    give_back(1, None, "2011-11-14"),
    give_back(2, SALES[220], "2011-11-14"),  # before its sale is played: it has to wait
    give_back(3, SALES[0], "2011-11-16"),
]


def test_one_seed_is_one_play_and_another_is_another() -> None:
    first, again, other = (plan_rounds(SALES, RETURNS, Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert [one.cuts for one in first] != [one.cuts for one in other]


def test_every_sale_and_every_return_is_in_exactly_one_round_and_no_return_before_its_sale() -> None:
    for seed in range(30):
        rounds = plan_rounds(SALES, RETURNS, Random(seed))
        assert [one for each in rounds for one in each.sales] == SALES
        assert sorted(one.invoice for each in rounds for one in each.returns) == sorted(one.invoice for one in RETURNS)
        assert all(len(each.sales) <= LARGEST_ROUND for each in rounds)
        sold: set[str] = set()
        for each in rounds:
            sold |= {one.invoice for one in each.sales}
            for one in each.returns:
                assert {line.sale_invoice for line in one.lines} - {None} <= sold


def test_every_third_round_orders_while_cut_and_each_round_is_mostly_cut() -> None:
    rounds = plan_rounds(SALES, RETURNS, Random(3))
    assert [one.ordered_while_cut for one in rounds] == [number % 3 == 2 for number in range(len(rounds))]
    for one in rounds:
        assert sum(end - begin for begin, end in one.cuts) > 0.6


def test_as_many_kills_as_asked_for_each_of_the_two() -> None:
    plan = plan_kills(400, 5, Random(1))
    struck = [name for act in range(400) for name in plan.due(act)]
    assert sorted(struck) == ["central"] * 5 + ["hub"] * 5
    assert [name for act in range(400) for name in plan.due(act)] == []
