"""A wish is granted when its line is as the shopper saw it and its price has not risen; else the later state stands."""

import pytest
from msgspec.structs import replace

from edge.domain.cart import (
    Answer,
    Cart,
    CartChange,
    CartCharge,
    CartLine,
    CartReason,
    CartState,
    FoldedLine,
    LineRefusal,
    OrderWish,
    OrderWishLine,
    Outcome,
    apply_change,
    charges_with,
    decide_change,
    decide_order,
    fold,
    is_folded,
    price_of,
    take_lines,
)

SOAP, TEA = "09521234500018", "09521234500025"
CART = Cart(
    cart_id="CART",
    identity="ADA",
    store="S001",
    version=7,
    currency="KRW",
    lines=(
        CartLine(line="soap", gtin=SOAP, qty=2, version=3),
        CartLine(line="tea", gtin=TEA, qty=3, version=7, agreed_price_minor=2_500),
    ),
    changed_at_ms=1_000,
)
PRICES = {SOAP: 6_000, TEA: 3_000}


def soap(
    target_qty: int, *, wish_id: str = "wish-1", line_version: int = 3, after: str | None = None, seen: int = 6_000
) -> CartChange:
    return CartChange(
        wish_id=wish_id,
        cart="CART",
        base_version=7,
        after=after,
        line="soap",
        line_version=line_version,
        gtin=SOAP,
        target_qty=target_qty,
        seen_price_minor=seen,
    )


def new_line(wish_id: str = "wish-new", target_qty: int = 1) -> CartChange:
    return replace(soap(target_qty, wish_id=wish_id, line_version=0), line=None)


def granted(wish_id: str, version: int) -> Answer:
    return Answer(wish_id=wish_id, outcome=Outcome.granted, version=version)


def refused(wish_id: str, outcome: Outcome = Outcome.refused) -> Answer:
    return Answer(wish_id=wish_id, outcome=outcome, reason=CartReason.line_changed, version=7)


def decide(
    wish: CartChange,
    cart: Cart | None = CART,
    *,
    price_minor: int | None = 6_000,
    sellable: bool = True,
    after_answer: Answer | None = None,
) -> CartReason | None:
    return decide_change(cart, wish, price_minor=price_minor, sellable=sellable, after_answer=after_answer)


def test_a_change_of_a_line_as_seen_is_granted() -> None:
    assert decide(soap(5)) is None
    after = apply_change(CART, soap(5), 2_000)
    assert after.version == 8
    assert after.changed_at_ms == 2_000
    assert after.line("soap") == CartLine(line="soap", gtin=SOAP, qty=5, version=8)
    assert after.line("tea") == CART.line("tea")


def test_a_line_that_changed_since_is_left_as_it_is() -> None:
    assert decide(soap(5, line_version=2)) is CartReason.line_changed


def test_a_line_that_is_gone_or_holds_another_product_is_left_as_it_is() -> None:
    assert decide(replace(soap(5), line="milk")) is CartReason.line_changed
    assert decide(replace(soap(5), gtin=TEA)) is CartReason.line_changed


def test_a_price_that_rose_refuses_more_of_it_but_never_less() -> None:
    assert decide(soap(5), price_minor=6_001) is CartReason.price_rose
    assert decide(soap(2), price_minor=6_001) is None
    assert decide(soap(1), price_minor=6_001) is None
    assert decide(soap(0), price_minor=6_001) is None


def test_a_price_that_fell_is_welcome() -> None:
    assert decide(soap(5), price_minor=5_999) is None


def test_an_agreed_price_counts_instead_of_the_catalogues() -> None:
    tea = replace(soap(4), line="tea", gtin=TEA, line_version=7, seen_price_minor=2_500)
    assert decide(tea, price_minor=9_000) is None
    assert decide(replace(tea, seen_price_minor=2_499), price_minor=2_000) is CartReason.price_rose


def test_what_is_sold_out_refuses_more_of_it_but_never_less() -> None:
    assert decide(soap(3), sellable=False) is CartReason.sold_out
    assert decide(soap(3), price_minor=None) is CartReason.sold_out
    assert decide(soap(1), sellable=False) is None


def test_a_closed_or_unknown_cart_takes_no_wish() -> None:
    assert decide(soap(5), replace(CART, state=CartState.closed)) is CartReason.cart_closed
    assert decide(soap(5), None) is CartReason.cart_closed


def test_a_version_that_the_named_wish_made_counts_as_seen() -> None:
    after_first = apply_change(CART, soap(5), 2_000)
    second = soap(6, wish_id="wish-2", after="wish-1")
    assert decide(second, after_first, after_answer=granted("wish-1", 8)) is None
    crossed_by_phone = apply_change(after_first, soap(1, wish_id="phone"), 2_500)
    assert decide(second, crossed_by_phone, after_answer=granted("wish-1", 8)) is CartReason.line_changed


@pytest.mark.parametrize("outcome", [Outcome.refused, Outcome.superseded])
def test_a_wish_built_on_a_refused_one_is_superseded(outcome: Outcome) -> None:
    wish = soap(6, wish_id="wish-2", after="wish-1")
    assert decide(wish, after_answer=refused("wish-1", outcome)) is CartReason.superseded
    assert decide(wish, None, after_answer=refused("wish-1", outcome)) is CartReason.superseded


def test_a_new_line_is_named_by_its_wish_and_can_be_changed_by_that_name() -> None:
    wish = new_line()
    assert decide(wish) is None
    cart = apply_change(CART, wish, 2_000)
    assert cart.line("wish-new") == CartLine(line="wish-new", gtin=SOAP, qty=1, version=8)
    more = replace(soap(2, wish_id="wish-3", line_version=0, after="wish-new"), line="wish-new")
    assert decide(more, cart, after_answer=granted("wish-new", 8)) is None


def test_a_target_of_nothing_takes_the_line_away() -> None:
    cart = apply_change(CART, soap(0), 2_000)
    assert [line.line for line in cart.lines] == ["tea"]
    assert apply_change(CART, new_line(target_qty=0), 2_000).lines == CART.lines


def order_wish(*lines: OrderWishLine, after: str | None = None) -> OrderWish:
    asked = lines or (
        OrderWishLine(line="soap", line_version=3, qty=2, seen_price_minor=6_000),
        OrderWishLine(line="tea", line_version=7, qty=3, seen_price_minor=2_500),
    )
    return OrderWish(wish_id="wish-o", cart="CART", base_version=7, after=after, store="S001", lines=asked)


def decide_whole(
    wish: OrderWish,
    cart: Cart | None = CART,
    *,
    sellable: dict[str, int] | None = None,
    after_answer: Answer | None = None,
    own_versions: tuple[int, ...] = (),
    prices: dict[str, int] | None = None,
) -> LineRefusal | None:
    known = PRICES if prices is None else prices
    return decide_order(
        cart, wish, prices=known, sellable=sellable, after_answer=after_answer, own_versions=own_versions
    )


def test_an_order_of_lines_as_seen_is_granted_and_takes_them_out_of_the_cart() -> None:
    wish = order_wish()
    assert decide_whole(wish) is None
    left = take_lines(CART, wish, 3_000)
    assert (left.lines, left.version, left.changed_at_ms) == ((), 8, 3_000)


def test_an_order_is_refused_whole_and_names_the_first_line() -> None:
    soap_line, tea_line = order_wish().lines
    assert decide_whole(order_wish(soap_line, replace(tea_line, line_version=6))) == LineRefusal(
        CartReason.line_changed, "tea"
    )
    assert decide_whole(order_wish(replace(soap_line, qty=1), tea_line)) == LineRefusal(CartReason.line_changed, "soap")
    assert decide_whole(order_wish(replace(soap_line, line="gone"))) == LineRefusal(CartReason.line_changed, "gone")
    assert decide_whole(order_wish(replace(soap_line, seen_price_minor=5_999))) == LineRefusal(
        CartReason.price_rose, "soap"
    )
    assert decide_whole(order_wish(), prices={TEA: 3_000}) == LineRefusal(CartReason.sold_out, "soap")


def test_an_order_of_nothing_or_of_one_line_twice_is_refused() -> None:
    soap_line = order_wish().lines[0]
    assert decide_whole(replace(order_wish(), lines=())) == LineRefusal(CartReason.line_changed)
    assert decide_whole(order_wish(soap_line, soap_line)) == LineRefusal(CartReason.line_changed)


def test_lines_of_one_product_are_counted_together_against_what_is_left() -> None:
    cart = replace(CART, lines=(*CART.lines, CartLine(line="soap2", gtin=SOAP, qty=2, version=5)))
    wish = order_wish(
        OrderWishLine(line="soap", line_version=3, qty=2, seen_price_minor=6_000),
        OrderWishLine(line="soap2", line_version=5, qty=2, seen_price_minor=6_000),
    )
    assert decide_whole(wish, cart, sellable={SOAP: 4}) is None
    assert decide_whole(wish, cart, sellable={SOAP: 3}) == LineRefusal(CartReason.sold_out, "soap2")
    assert decide_whole(wish, cart, sellable={}) == LineRefusal(CartReason.sold_out, "soap")


def test_an_order_sees_what_her_own_granted_wishes_made() -> None:
    cart = apply_change(
        apply_change(CART, soap(4), 2_000), replace(soap(1, wish_id="w2", line_version=7), line="tea", gtin=TEA), 2_100
    )
    wish = order_wish(
        OrderWishLine(line="soap", line_version=3, qty=4, seen_price_minor=6_000),
        OrderWishLine(line="tea", line_version=7, qty=1, seen_price_minor=2_500),
        after="w2",
    )
    assert decide_whole(wish, cart, after_answer=granted("w2", 9)) == LineRefusal(CartReason.line_changed, "soap")
    assert decide_whole(wish, cart, after_answer=granted("w2", 9), own_versions=(8, 9)) is None


def test_an_order_is_superseded_or_meets_a_closed_cart_like_any_wish() -> None:
    assert decide_whole(order_wish(after="wish-1"), after_answer=refused("wish-1")) == LineRefusal(
        CartReason.superseded
    )
    assert decide_whole(order_wish(), replace(CART, state=CartState.closed)) == LineRefusal(CartReason.cart_closed)
    assert decide_whole(order_wish(), None) == LineRefusal(CartReason.cart_closed)


def test_a_charge_goes_with_the_first_order_that_takes_one_of_its_lines() -> None:
    postage = CartCharge(charge_id="c1", code="POST", text="Postage", qty=1, price_minor=3_000, lines=("soap", "tea"))
    carriage = replace(postage, charge_id="c2", code="C2", lines=("milk",))
    cart = replace(CART, charges=(postage, carriage))
    wish = order_wish(OrderWishLine(line="soap", line_version=3, qty=2, seen_price_minor=6_000))
    assert charges_with(cart, wish) == (postage,)
    assert take_lines(cart, wish, 3_000).charges == (carriage,)


def test_wishes_are_shown_over_the_truth_until_they_are_answered() -> None:
    lines = fold(CART, [soap(5), new_line(), replace(soap(0, wish_id="wish-3", line_version=7), line="tea", gtin=TEA)])
    assert lines == (
        FoldedLine(line="soap", gtin=SOAP, qty=5, truth_qty=2, version=3, pending=True, wish_id="wish-1"),
        FoldedLine(
            line="tea",
            gtin=TEA,
            qty=0,
            truth_qty=3,
            version=7,
            agreed_price_minor=2_500,
            pending=True,
            wish_id="wish-3",
        ),
        FoldedLine(line="wish-new", gtin=SOAP, qty=1, truth_qty=0, version=0, pending=True, wish_id="wish-new"),
    )


def test_an_asked_order_shows_on_its_lines_and_changes_no_quantity() -> None:
    lines = fold(CART, [order_wish(OrderWishLine(line="soap", line_version=3, qty=2, seen_price_minor=6_000))])
    assert [(line.line, line.qty, line.pending, line.wish_id) for line in lines] == [
        ("soap", 2, True, "wish-o"),
        ("tea", 3, False, None),
    ]


def test_a_wish_stays_folded_until_the_copy_has_caught_up_with_its_answer() -> None:
    assert is_folded(CART, None)
    assert is_folded(CART, granted("wish-1", 8))
    assert not is_folded(CART, granted("wish-1", 7))
    assert not is_folded(CART, refused("wish-1"))


def test_a_line_costs_its_agreed_price_else_the_catalogues() -> None:
    assert price_of(CART.line("tea"), 3_000) == 2_500
    assert price_of(CART.line("soap"), 6_000) == 6_000
    assert price_of(None, 6_000) == 6_000
    assert price_of(CART.line("soap"), None) is None
