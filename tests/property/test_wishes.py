"""Folding wishes over a cart: whatever is wished, the truth stays visible, and a granted wish ends where it was shown."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.domain.cart import (
    Answer,
    Cart,
    CartChange,
    CartLine,
    Outcome,
    Wish,
    apply_change,
    decide_change,
    fold,
    is_folded,
)

GTINS = ("09521234500018", "09521234500025")
PRICE_MINOR = 1_000

Asked = tuple[int, int]
"""Which line (the third is always a new one) and the target."""


def cart_of(quantities: list[int]) -> Cart:
    lines = tuple(
        CartLine(line=f"line-{place}", gtin=GTINS[place % 2], qty=qty, version=place + 1)
        for place, qty in enumerate(quantities)
    )
    return Cart(
        cart_id="CART",
        identity="ADA",
        store="S001",
        version=len(lines),
        currency="KRW",
        lines=lines,
        changed_at_ms=0,
    )


def wishes_of(cart: Cart, asked: list[Asked]) -> list[CartChange]:
    """Wishes as the hub writes them down: the version the shopper saw, and her last unanswered wish on that line."""
    last: dict[str, str] = {}
    wishes = []
    for number, (which, target) in enumerate(asked):
        line = cart.lines[which] if which < len(cart.lines) else None
        wish = CartChange(
            wish_id=f"wish-{number}",
            cart=cart.cart_id,
            base_version=cart.version,
            after=last.get(line.line) if line else None,
            line=line.line if line else None,
            line_version=line.version if line else 0,
            gtin=line.gtin if line else GTINS[0],
            target_qty=target,
            seen_price_minor=PRICE_MINOR,
        )
        last[wish.target_line] = wish.wish_id
        wishes.append(wish)
    return wishes


def central_answers(cart: Cart, wishes: list[CartChange]) -> tuple[Cart, list[Answer]]:
    """What central makes of them in the order they arrive."""
    answers: dict[str, Answer] = {}
    for wish in wishes:
        after = answers.get(wish.after or "")
        reason = decide_change(cart, wish, price_minor=PRICE_MINOR, sellable=True, after_answer=after)
        if reason is None:
            cart = apply_change(cart, wish, now_ms=1)
        outcome = Outcome.granted if reason is None else Outcome.refused
        answers[wish.wish_id] = Answer(wish_id=wish.wish_id, outcome=outcome, reason=reason, version=cart.version)
    return cart, list(answers.values())


carts = st.lists(st.integers(1, 9), max_size=3).map(cart_of)
asks = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=6)


@given(cart=carts, asked=asks)
def test_what_she_saw_folded_is_what_central_makes_of_it(cart: Cart, asked: list[Asked]) -> None:
    wishes = wishes_of(cart, asked)
    shown = {line.line: line.qty for line in fold(cart, wishes) if line.qty > 0}
    granted, answers = central_answers(cart, wishes)
    # A line taken away and asked for again is gone at central: that wish alone is refused, and the later state stands.
    if all(answer.outcome is Outcome.granted for answer in answers):
        assert {line.line: line.qty for line in granted.lines} == shown


@given(cart=carts, asked=asks)
def test_folding_twice_shows_the_same_as_folding_once(cart: Cart, asked: list[Asked]) -> None:
    wishes: list[Wish] = list(wishes_of(cart, asked))
    assert fold(cart, wishes + wishes) == fold(cart, wishes)


@given(cart=carts, asked=asks)
def test_the_truth_is_never_hidden_by_a_wish(cart: Cart, asked: list[Asked]) -> None:
    folded = {line.line: line for line in fold(cart, wishes_of(cart, asked))}
    for line in cart.lines:
        assert folded[line.line].truth_qty == line.qty
    untouched = [line for line in folded.values() if not line.pending]
    assert all(line.qty == line.truth_qty and line.wish_id is None for line in untouched)


@given(cart=carts, asked=asks)
def test_once_every_answer_is_here_and_the_copy_has_caught_up_nothing_is_folded(cart: Cart, asked: list[Asked]) -> None:
    wishes = wishes_of(cart, asked)
    granted, answers = central_answers(cart, wishes)
    left = [wish for wish, answer in zip(wishes, answers, strict=True) if is_folded(granted, answer)]
    assert left == []
    assert [line.qty for line in fold(granted, left)] == [line.qty for line in granted.lines]


@given(cart=carts, asked=asks, phone=st.tuples(st.integers(0, 2), st.integers(0, 9)))
def test_a_line_that_the_phone_changed_first_is_never_overwritten(cart: Cart, asked: list[Asked], phone: Asked) -> None:
    which, target = phone
    if which >= len(cart.lines):
        return
    line = cart.lines[which]
    by_phone = replace(wishes_of(cart, [(which, target)])[0], wish_id="phone")
    crossed = apply_change(cart, by_phone, now_ms=1)
    after, _ = central_answers(crossed, wishes_of(cart, asked))
    assert after.line(line.line) == crossed.line(line.line)


@given(cart=carts, asked=asks)
def test_every_granted_wish_makes_the_next_version(cart: Cart, asked: list[Asked]) -> None:
    after, answers = central_answers(cart, wishes_of(cart, asked))
    granted = [answer.version for answer in answers if answer.outcome is Outcome.granted]
    assert granted == list(range(cart.version + 1, cart.version + 1 + len(granted)))
    assert after.version == cart.version + len(granted)
    assert all(line.version <= after.version and line.qty > 0 for line in after.lines)
