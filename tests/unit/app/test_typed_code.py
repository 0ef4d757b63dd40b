"""No scanner: eight characters and four digits open what the pass opens, a manager vouches once per shift, and guessing is counted."""

from msgspec.structs import replace

from edge.app.hand_over import HandedOver
from edge.app.read_scan import ScanAsked, ScanKind, read_scan
from edge.app.sign_in import SHIFT_MS
from edge.app.typed_at_desk import (
    SHOP_TRIES_MAX,
    TRIES_MAX,
    WINDOW_MS,
    AllowTypingAsked,
    TypingAllowed,
    allow_typing,
    order_of_code,
)
from edge.domain.errors import Refusal
from edge.domain.ids import ALPHABET
from edge.domain.truth import OrderDown, PassRenewed
from edge.passes import read_typed, typed_check, typed_code
from tests.cast.counter import KIM, STORE
from tests.cast.desk_acts import CODE, DIGITS, LEE, both_work, has_code, kim_says, lee_says, press
from tests.cast.floor import Floor, refused
from tests.cast.recorded import last_fact

WRONG = "2222222A"


def allowed(floor: Floor) -> None:
    """Lee vouches for what Kim types at desk 1."""
    done = allow_typing(floor.hub, AllowTypingAsked(event_id=floor.press(), manager=lee_says()), actor=KIM, desk="1")
    assert isinstance(done, TypingAllowed), done


def typed(floor: Floor, order: OrderDown, label: str, **more: object) -> HandedOver | Refusal:
    """Kim types the code and the label."""
    return press(floor, order, label, **{"pass_text": CODE, "digits": DIGITS, "typed": True, **more})


def test_a_typed_code_with_the_last_digits_hands_the_order_over(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    has_code(floor, order)
    allowed(floor)
    assert isinstance(typed(floor, order, staged.label, pass_text="7qk4-mmnp"), HandedOver)
    fact = last_fact(floor)
    assert (fact["how"], fact["vouched_by"]) == ("code", LEE)
    assert CODE not in repr(floor.envelopes())


def test_a_manager_vouches_for_typing_once_per_shift_and_desk(floor: Floor) -> None:
    both_work(floor)
    orders = [floor.ready((1, 1)) for _ in range(4)]
    for number, (order, _) in enumerate(orders):
        has_code(floor, order, code=f"7QK4MMN{ALPHABET[number]}")
    codes = [f"7QK4MMN{ALPHABET[number]}" for number in range(4)]
    (one, first), (two, second), (three, third), _ = orders
    assert refused(typed(floor, one, first.label, pass_text=codes[0])) == "typing_not_allowed"
    assert refused(typed(floor, one, first.label, pass_text=codes[0], manager=kim_says())) == "wrong_manager_pin"
    assert isinstance(typed(floor, one, first.label, pass_text=codes[0], manager=lee_says()), HandedOver)
    assert isinstance(typed(floor, two, second.label, pass_text=codes[1]), HandedOver)
    assert refused(typed(floor, three, third.label, pass_text=codes[2], desk="2")) == "typing_not_allowed"
    floor.clock.advance(SHIFT_MS + 1)
    assert refused(typed(floor, three, third.label, pass_text=codes[2])) == "typing_not_allowed"


def test_a_typed_label_needs_the_same_word_of_a_manager(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    assert refused(press(floor, order, staged.label, typed=True)) == "typing_not_allowed"
    allowed(floor)
    assert isinstance(press(floor, order, staged.label, typed=True), HandedOver)


def test_a_wrong_code_and_wrong_digits_get_the_same_no_and_touch_nothing(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    has_code(floor, order)
    allowed(floor)
    before = floor.dump()
    assert refused(typed(floor, order, staged.label, pass_text="7QK4MMNQ")) == "wrong_code"
    assert refused(typed(floor, order, staged.label, digits="0000")) == "wrong_code"
    assert floor.dump() == before


def test_five_wrong_codes_in_a_quarter_of_an_hour_and_no_more_whatever_is_pulled(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    has_code(floor, order)
    for _ in range(TRIES_MAX):
        assert refused(order_of_code(floor.hub, WRONG, DIGITS, KIM)) == "wrong_code"
    floor.restart()
    no = order_of_code(floor.hub, CODE, DIGITS, KIM)
    assert no == Refusal("code_locked", {"until_ms": floor.clock.now_ms() + WINDOW_MS})
    assert order_of_code(floor.hub, CODE, DIGITS, LEE) == order.order_id, "somebody else is not locked out by it"
    floor.clock.advance(WINDOW_MS)
    assert order_of_code(floor.hub, CODE, DIGITS, KIM) == order.order_id


def test_a_right_code_between_wrong_ones_gives_no_more_tries(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    has_code(floor, order)
    for _ in range(TRIES_MAX):
        assert order_of_code(floor.hub, CODE, DIGITS, KIM) == order.order_id
        assert refused(order_of_code(floor.hub, WRONG, DIGITS, KIM)) == "wrong_code"
    assert refused(order_of_code(floor.hub, CODE, DIGITS, KIM)) == "code_locked"


def test_the_shop_has_a_budget_of_its_own(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    has_code(floor, order)
    for number in range(SHOP_TRIES_MAX):
        assert refused(order_of_code(floor.hub, WRONG, DIGITS, f"clerk:{number}")) == "wrong_code"
    assert refused(order_of_code(floor.hub, CODE, DIGITS, KIM)) == "code_locked"


def test_an_order_without_digits_here_is_a_case_for_a_document(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    has_code(floor, order, last4="")
    assert refused(order_of_code(floor.hub, CODE, DIGITS, KIM)) == "digits_unknown"


def test_a_typed_code_is_shown_as_what_it_is_before_anybody_hands_over(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    has_code(floor, order)
    seen = read_scan(floor.hub, ScanAsked(scan=CODE, digits=DIGITS), KIM)
    assert (seen.kind, seen.refusal) == (ScanKind.typed, None)
    assert seen.order is not None
    assert seen.order.card.order_id == order.order_id
    floor.ask_cancel(order)
    again = read_scan(floor.hub, ScanAsked(scan=CODE, digits=DIGITS), KIM)
    assert again.refusal is not None
    assert again.refusal.reason == "cancel_asked"


def test_a_renewed_pass_takes_the_place_of_the_old_one_and_of_its_code(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    has_code(floor, order)
    renewed = PassRenewed(order=order.order_id, revoked=("010203",), typed_check=typed_check("23456789A"[1:], STORE))
    floor.down((f"store:{STORE}", "pass_renewed", order.order_id, renewed))
    assert refused(press(floor, order, staged.label)) == "pass_revoked"
    assert refused(order_of_code(floor.hub, CODE, DIGITS, KIM)) == "wrong_code"
    assert order_of_code(floor.hub, "3456789A", DIGITS, KIM) == order.order_id


def test_an_order_heard_again_does_not_bring_back_the_code_of_an_old_pass(floor: Floor) -> None:
    order = floor.next_order((1, 1))
    renewed = PassRenewed(order=order.order_id, revoked=("010203",), typed_check=typed_check(CODE, STORE))
    floor.down((f"store:{STORE}", "pass_renewed", order.order_id, renewed))
    floor.bring(replace(order, typed_check=typed_check(WRONG, STORE)))
    floor.named(order, floor.ada)
    assert refused(order_of_code(floor.hub, WRONG, floor.ada.last4, KIM)) == "wrong_code"
    assert order_of_code(floor.hub, CODE, floor.ada.last4, KIM) == order.order_id


def test_codes_are_eight_letters_of_the_typed_alphabet_and_never_only_digits() -> None:
    codes = {typed_code(number.to_bytes(32, "big")) for number in range(3_000)}
    assert all(read_typed(code) == code and not code.isdigit() for code in codes)
    assert len(codes) == 3_000


def test_what_can_be_no_code_is_read_as_none() -> None:
    for text in ("", "7QK4MMN", "7QK4MMNPP", "7QK4MMN0", "23456789", "7QK4 MMN한", "7" * 500):
        assert read_typed(text) is None
