"""Edits that a whole day of the real shop must notice: a fact dropped, one applied twice, a price off by one."""

from tests.mutants.edit import Edit

DAY = ("tests/e2e/test_replay.py::test_a_day_of_the_real_shop_agrees_in_every_book",)

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
)
