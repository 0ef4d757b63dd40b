"""Edits that a whole day of the real shop must notice: a fact dropped, one applied twice, a price off by one."""

from tests.mutants.edit import Edit

DAY = ("tests/e2e/test_replay.py::test_a_day_of_the_real_shop_agrees_in_every_book",)

ROUGH_DAY = ("tests/e2e/test_replay_rough.py::test_a_rough_day_leaves_no_unit_without_an_end[1]",)

REPLAY: tuple[Edit, ...] = (
    Edit(
        name="a-return-is-never-owed",
        breaks="everything the hub did reaches central",
        file="edge/app/take_back.py",
        old="    tx.owe(fact, asked.event_id)\n",
        new="",
        caught_by=DAY,
    ),
    Edit(
        name="a-return-is-owed-twice",
        breaks="everything the hub did reaches central once",
        file="edge/app/take_back.py",
        old="    tx.owe(fact, asked.event_id)\n",
        new=(
            "    tx.owe(fact, asked.event_id)\n"
            '    tx.owe(msgspec.structs.replace(fact, return_id=fact.return_id + "-again"), tx.hub.new_id())\n'
        ),
        caught_by=DAY,
    ),
    Edit(
        name="an-order-costs-one-more",
        breaks="an order's price is the one that was seen",
        file="central/app/decide_wish.py",
        old="qty=line.qty, price_minor=price_minor))",
        new="qty=line.qty, price_minor=price_minor + 1))",
        caught_by=DAY,
    ),
    Edit(
        name="a-dearer-substitute",
        breaks="what comes instead never costs her more than what she ordered",
        file="edge/app/substitutes.py",
        old="min(line.price_minor, here.price_minor)",
        new="here.price_minor",
        caught_by=ROUGH_DAY,
    ),
    Edit(
        name="an-unfetched-order-counts-as-collected",
        breaks="an order nobody fetched is not one that was handed over",
        file="edge/domain/pickup_fold.py",
        old="        state = OrderState.handed_over if after.parcels_left else OrderState.expired\n",
        new="        state = OrderState.handed_over\n",
        caught_by=ROUGH_DAY,
    ),
)
