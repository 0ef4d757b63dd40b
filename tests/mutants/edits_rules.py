"""Edits against the rule book: what may leave, what may change, what was consented to."""

from tests.mutants.edit import Edit

CART = "tests/unit/domain/test_cart.py::"
CONSENT = "tests/unit/domain/test_consent.py::"
PICKUP = "tests/unit/domain/test_pickup_rules.py::"
PICKUP_FILE = "edge/domain/pickup_rules.py"
COUNTER = "tests/unit/domain/test_counter_rules.py::"
HAND_OVER = "tests/unit/app/test_hand_over.py::"

RULES: tuple[Edit, ...] = (
    Edit(
        name="price-that-rose-is-granted",
        breaks="a shopper never pays more than the price she saw",
        file="edge/domain/cart.py",
        old="    return CartReason.price_rose if price_now > wish.seen_price_minor else None\n",
        new="    return None\n",
        caught_by=(CART + "test_a_price_that_rose_refuses_more_of_it_but_never_less",),
    ),
    Edit(
        name="line-not-as-seen-is-granted",
        breaks="a wish crossed by the phone is refused",
        file="edge/domain/cart.py",
        old="    if wish.line is not None and not _is_as_seen(line, wish, after_answer):\n",
        new="    if wish.line is not None and line is None:\n",
        caught_by=(CART + "test_a_line_that_changed_since_is_left_as_it_is",),
    ),
    Edit(
        name="a-tie-is-a-yes",
        breaks="a yes and a no at one moment are a no",
        file="edge/domain/consent.py",
        old="            latest[about] = (at_ms, given and act.given)\n",
        new="            latest[about] = (at_ms, given or act.given)\n",
        caught_by=(CONSENT + "test_a_yes_and_a_no_at_one_moment_are_a_no",),
    ),
    Edit(
        name="no-parcel-scan",
        breaks="nothing leaves without a parcel in the hand",
        file=PICKUP_FILE,
        old="    if not labels:\n",
        new="    if False:\n",
        caught_by=(
            PICKUP + "test_nothing_leaves_without_a_scanned_parcel",
            HAND_OVER + "test_no_parcel_in_the_hand_is_no_handover",
        ),
    ),
    Edit(
        name="a-parcel-leaves-again",
        breaks="a parcel leaves once",
        file=PICKUP_FILE,
        old="        if parcel is not None and parcel.state is ParcelState.handed_over:\n            return parcel_left(parcel)\n",
        new="",
        caught_by=(PICKUP + "test_the_same_pass_opens_the_rest_and_not_the_parcel_that_left",),
    ),
    Edit(
        name="somebody-elses-parcel",
        breaks="a pass opens parcels of its own order alone",
        file=PICKUP_FILE,
        old="        if label.order_id != pickup.order_id:\n",
        new="        if False:\n",
        caught_by=(PICKUP + "test_a_parcel_of_somebody_else_is_refused",),
    ),
    Edit(
        name="one-phase-cancel",
        breaks="between the question to cancel and its answer nothing leaves",
        file=PICKUP_FILE,
        old="    if pickup.marks.cancel_asked_at_ms is not None:\n",
        new="    if False:\n",
        caught_by=(PICKUP + "test_while_a_cancel_is_asked_nothing_leaves",),
    ),
    Edit(
        name="cancelled-after-it-left",
        breaks="nobody is refunded for goods she holds",
        file=PICKUP_FILE,
        old="    return parcel_left(pickup.parcels_left[0]) if pickup.parcels_left else None\n",
        new="    return None\n",
        caught_by=(PICKUP + "test_a_cancel_is_granted_only_while_every_parcel_is_here",),
    ),
    Edit(
        name="unproven-time-refuses",
        breaks="a clock nobody confirmed refuses no pass",
        file=PICKUP_FILE,
        old="    if confirmed and now_ms > pass_seen.expires_at_ms and not name_checked:\n",
        new="    if now_ms > pass_seen.expires_at_ms and not name_checked:\n",
        caught_by=(
            PICKUP + "test_an_expired_pass_is_refused_by_confirmed_time_alone",
            HAND_OVER + "test_unconfirmed_time_never_refuses_a_pass",
        ),
    ),
    Edit(
        name="returned-again",
        breaks="no unit comes back twice",
        file=PICKUP_FILE,
        old="        left = units_in(pickup.parcels_left, number) - back.get(number, 0)\n",
        new="        left = units_in(pickup.parcels_left, number)\n",
        caught_by=(
            PICKUP + "test_no_more_comes_back_than_was_handed_over",
            "tests/unit/app/test_take_back.py::test_no_unit_comes_back_twice_neither_over_two_returns_nor_within_one",
        ),
    ),
    Edit(
        name="an-undone-act-is-counted-again",
        breaks="an act that was taken back stays taken back, however often it is heard again",
        file="edge/domain/pickup_fold.py",
        old="    if event_id in pickup.undone or event_id in pickup.heard:\n",
        new="    if event_id in pickup.heard:\n",
        caught_by=(COUNTER + "test_a_void_brings_the_parcels_back_and_opens_the_order",),
    ),
    Edit(
        name="an-old-pick-raises-a-line-again",
        breaks="the newest word about a line counts, not the highest",
        file="edge/domain/pickup_fold_parts.py",
        old="    if not is_rival or min(picked, short, substituted) < 0:\n",
        new="    if min(picked, short, substituted) < 0:\n",
        caught_by=(COUNTER + "test_an_undone_pick_stays_undone_when_an_older_one_is_heard_again",),
    ),
    Edit(
        name="undone-under-a-packed-bag",
        breaks="nothing is taken back that something later rests on",
        file="edge/domain/pickup_undo.py",
        old="    return None if loose >= qty else refuse(",
        new="    return None if loose < 99 else refuse(",
        caught_by=(COUNTER + "test_a_step_back_is_taken_once_and_not_from_under_a_bag",),
    ),
    Edit(
        name="any-handover-is-voided",
        breaks="a void takes back exactly the handover it names",
        file="edge/domain/pickup_counter_rules.py",
        old="        if parcel is None or parcel.left_event != event:\n",
        new="        if parcel is None or parcel.left_event is None:\n",
        caught_by=(COUNTER + "test_a_void_names_the_handover_it_takes_back",),
    ),
    Edit(
        name="an-open-question-is-passed-over",
        breaks="units a shopper was asked about wait for her answer",
        file=PICKUP_FILE,
        old="    if qty > line.to_pick_qty - asked:\n",
        new="    if False:\n",
        caught_by=(COUNTER + "test_units_that_were_asked_about_wait_for_the_answer",),
    ),
    Edit(
        name="an-expiry-heard-again-closes-again",
        breaks="a run that was taken back closes nothing any more",
        file="edge/domain/pickup_fold.py",
        old="            return _heard(_of_run(pickup, fact, occurred_at_ms), event_id)\n",
        new="            return _of_run(pickup, fact, occurred_at_ms)\n",
        caught_by=(COUNTER + "test_what_nobody_fetched_is_closed_and_opened_again_by_the_same_run",),
    ),
    Edit(
        name="second-answer-to-one-ask",
        breaks="an ask to cancel has exactly one answer",
        file="edge/app/apply_owned.py",
        old="    if cancel_asks.was_heard(tx.conn, ask.order, ask.ask_id):\n",
        new="    if False:\n",
        caught_by=("tests/unit/app/test_answer_cancel.py::test_an_ask_that_comes_again_is_not_answered_again",),
    ),
    Edit(
        name="reserve-without-the-ledger",
        breaks="an order that was accepted holds its units back from everybody else",
        file="edge/app/move_pickup.py",
        old="    follow(tx.conn, before, after, event_id=event_id, at_ms=tx.now_ms)\n",
        new="",
        caught_by=("tests/unit/app/test_accept_order.py::test_the_last_unit_is_promised_once",),
    ),
    Edit(
        name="refund-before-the-answer",
        breaks="an ask is a question: until the store answers nothing is cancelled and nobody is told so",
        file="central/app/cancel_order.py",
        old="        after = _cancel(central, tx, down, found, asked) if alone else _ask(central, tx, down, found, asked)\n",
        new="        after = _cancel(central, tx, down, found, asked)\n",
        caught_by=("tests/unit/central/test_orders.py::test_an_order_the_store_was_served_is_only_asked_for",),
    ),
)
