"""Edits against the acts of the desk: second thoughts, no pass, no scanner, a second person, a review."""

from tests.mutants.edit import Edit

AT_THE_DESK = "tests/unit/app/test_at_the_desk.py::"
REVIEW = "tests/unit/app/test_review.py::"
TAKE_BACK = "tests/unit/app/test_take_back.py::"
TYPED = "tests/unit/app/test_typed_code.py::"
UNDO = "tests/unit/app/test_undo_step.py::"
VOID = "tests/unit/app/test_void_handover.py::"

COUNTER: tuple[Edit, ...] = (
    Edit(
        name="undo-for-ever",
        breaks="after ten seconds a handover is taken back with a manager alone",
        file="edge/app/void_handover.py",
        old="    return made.desk == desk and 0 <= now_ms - made.made_at_ms <= UNDO_MS + ON_ITS_WAY_MS\n",
        new="    return made.desk == desk\n",
        caught_by=(VOID + "test_later_or_at_another_desk_a_manager_has_to_say_so",),
    ),
    Edit(
        name="a-void-before-the-new-record-is-judged",
        breaks="the old record stands when the new one is refused",
        file="edge/app/parcel_is_here.py",
        old="    return why_not(tx, press, pickup)\n",
        new="    return None\n",
        caught_by=(VOID + "test_a_new_record_that_is_refused_leaves_the_old_one_standing",),
    ),
    Edit(
        name="returned-and-on-the-shelf",
        breaks="goods that came back as a return are not on the shelf too",
        file="edge/app/void_handover.py",
        old="        if qty > left:\n",
        new="        if qty < 0:\n",
        caught_by=(VOID + "test_goods_that_came_back_as_a_return_are_not_on_the_shelf_too",),
    ),
    Edit(
        name="her-own-second-person",
        breaks="above the value limit somebody else enters the second PIN",
        file="edge/app/sign_in.py",
        old="    if person is None or person.actor == actor:\n",
        new="    if person is None:\n",
        caught_by=(AT_THE_DESK + "test_above_the_value_limit_a_name_is_checked_and_a_second_person_enters_a_pin",),
    ),
    Edit(
        name="a-right-code-forgives-wrong-ones",
        breaks="a right code gives back its own try and no other",
        file="edge/app/typed_at_desk.py",
        old="        typed_codes.set_tries(tx.conn, subject, Tries(tries=max(0, now.tries - 1), until_ms=now.until_ms))\n",
        new="        typed_codes.set_tries(tx.conn, subject, Tries(tries=0, until_ms=now.until_ms))\n",
        caught_by=(TYPED + "test_a_right_code_between_wrong_ones_gives_no_more_tries",),
    ),
    Edit(
        name="digits-are-not-compared",
        breaks="a typed code opens nothing without the last four digits of the phone",
        file="edge/app/typed_at_desk.py",
        old="    fitting = [order_id for order_id, last4 in held.items() if last4 == digits]\n",
        new="    fitting = list(held)\n",
        caught_by=(TYPED + "test_a_wrong_code_and_wrong_digits_get_the_same_no_and_touch_nothing",),
    ),
    Edit(
        name="an-old-pass-still-opens",
        breaks="a renewed pass takes the place of the old one",
        file="edge/app/at_the_desk.py",
        old="        revoked_pass_ids=revoked(tx.conn, pickup.order_id),\n",
        new="",
        caught_by=(TYPED + "test_a_renewed_pass_takes_the_place_of_the_old_one_and_of_its_code",),
    ),
    Edit(
        name="no-document-looked-at",
        breaks="without a pass somebody looks at a name",
        file="edge/app/hand_over_by_name.py",
        old="    if not press.asked.name_checked:\n",
        new="    if False:\n",
        caught_by=(AT_THE_DESK + "test_without_a_pass_nothing_is_taken_on_trust",),
    ),
    Edit(
        name="told-again-and-still-told",
        breaks="until head office has told her again the card says that she was not told",
        file="edge/domain/pickup_fold.py",
        old="            return replace(pickup, marks=replace(pickup.marks, told_at_ms=None))\n",
        new="            return pickup\n",
        caught_by=(UNDO + "test_told_again_is_not_told_until_head_office_says_so",),
    ),
    Edit(
        name="an-incident-is-reviewed-again",
        breaks="an incident is reviewed once",
        file="edge/app/review_incident.py",
        old="        if incident.outcome is not None:\n",
        new="        if False:\n",
        caught_by=(REVIEW + "test_an_incident_is_reviewed_once",),
    ),
    Edit(
        name="a-day-too-long",
        breaks="goods come back within the days of the store and not a day later",
        file="edge/domain/return_policy.py",
        old="    if day <= days:\n",
        new="    if day <= days + 1:\n",
        caught_by=(TAKE_BACK + "test_goods_come_back_within_the_days_of_the_stores_own_calendar",),
    ),
)
