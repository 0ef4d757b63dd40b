"""Edits against the rule book: what may leave, what may change, what was consented to."""

from tests.mutants.edit import Edit

CART = "tests/unit/domain/test_cart.py::"
CONSENT = "tests/unit/domain/test_consent.py::"
PICKUP = "tests/unit/domain/test_pickup_rules.py::"
PICKUP_FILE = "edge/domain/pickup_rules.py"
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
        old="        if parcel is not None and parcel.state is ParcelState.handed_over:\n            return _parcel_left(parcel)\n",
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
        old="    return _parcel_left(pickup.parcels_left[0]) if pickup.parcels_left else None\n",
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
)
