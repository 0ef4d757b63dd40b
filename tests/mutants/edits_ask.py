"""Edits against what is asked when something is short: one answer, never more to pay, nothing promised twice."""

from tests.mutants.edit import Edit

HUB = "tests/unit/app/test_questions.py::"
CENTRAL = "tests/unit/central/test_questions.py::"

ASK: tuple[Edit, ...] = (
    Edit(
        name="a-question-gets-a-second-answer",
        breaks="exactly one answer per question, whoever is first",
        file="edge/domain/pickup_counter_rules.py",
        old="    if question.choice is not None:\n",
        new="    if False:\n",
        caught_by=(HUB + "test_whoever_comes_second_is_told_what_was_chosen",),
    ),
    Edit(
        name="a-substitute-costs-its-shelf-price",
        breaks="a shopper never pays more than she agreed to",
        file="edge/app/substitutes.py",
        old="    return line.price_minor if here is None else min(line.price_minor, here.price_minor)\n",
        new="    return line.price_minor if here is None else here.price_minor\n",
        caught_by=(HUB + "test_what_is_offered_is_allowed_here_and_promised_to_nobody",),
    ),
    Edit(
        name="anything-allowed-comes-instead",
        breaks="only what she chose may come, unless the order itself prefers a substitute",
        file="edge/app/substitute.py",
        old="    if pickup.if_short is IfShort.substitute:\n",
        new="    if allowed:\n",
        caught_by=(
            HUB + "test_nothing_comes_instead_unasked_unless_the_order_says_so",
            HUB + "test_only_what_she_chose_may_come_instead",
        ),
    ),
    Edit(
        name="a-choice-is-not-held",
        breaks="what was chosen instead is promised to nobody else",
        file="edge/app/availability.py",
        old="reserved=held.get(gtin, NONE_HELD).reserved + chosen.get(gtin, 0),",
        new="reserved=held.get(gtin, NONE_HELD).reserved,",
        caught_by=(HUB + "test_her_choice_is_held_for_her_and_comes_under_a_line_of_its_own",),
    ),
    Edit(
        name="a-phone-answers-an-old-book",
        breaks="while the book may be old nothing is answered",
        file="edge/app/answer_question.py",
        old="    if not recovering.is_recovering(tx.conn):\n        _take_phone(tx, chosen)\n",
        new="    _take_phone(tx, chosen)\n",
        caught_by=(HUB + "test_while_the_book_is_old_her_phone_waits_and_the_desk_is_refused",),
    ),
    Edit(
        name="units-come-back-at-every-word",
        breaks="units for another store stand in the cart once",
        file="central/app/book_of_pickups.py",
        old="            if after != held.pickup:\n                hear_of_question(",
        new="            if True:\n                hear_of_question(",
        caught_by=(CENTRAL + "test_a_second_word_about_a_question_fills_no_cart",),
    ),
)
