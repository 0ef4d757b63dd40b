"""Edits against the rule book: what may leave, what may change, what was consented to."""

from tests.mutants.edit import Edit

CART = "tests/unit/domain/test_cart.py::"
CONSENT = "tests/unit/domain/test_consent.py::"

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
)
