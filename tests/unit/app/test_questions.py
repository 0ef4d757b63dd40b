"""Something is short and the shopper is asked: one answer whoever is first, and she never pays more."""

import pytest
from msgspec.structs import replace

from edge.app import recovering
from edge.app.answer_question import AnswerNow, KioskAnswerAsked, answer_at_kiosk, answer_due
from edge.app.availability import available_now, stock_rows
from edge.app.look_up_cart import see_visit
from edge.app.move_pickup import OrderNow
from edge.app.pick_list import read_pick_list
from edge.app.short_pick import ShortAsked, short_pick
from edge.domain.errors import Refusal
from edge.domain.pickup import AnsweredHow, Choice, IfShort, LineState, OrderState, ShortReason
from tests.cast.asking import allow, answer, ask, book_of, bring_instead, choose_on_phone, stock
from tests.cast.counter import GOODS, KIM, gtin_of
from tests.cast.floor import KIOSK, Floor, refused

ESSENCE, STICK, FOAM, MUG, TOWEL, DIFFUSER = range(6)
MINUTE_MS = 60_000


def left_of(floor: Floor, place: int) -> int:
    """Units of a product that are promised to nobody."""
    with floor.hub.state.reading() as conn:
        return available_now(conn, stock_rows(floor.hub, [gtin_of(place)]))[gtin_of(place)]


def test_what_is_offered_is_allowed_here_and_promised_to_nobody(floor: Floor) -> None:
    allow(floor, ESSENCE, MUG, STICK, FOAM, TOWEL, DIFFUSER)
    stock(floor, MUG, 1)
    stock(floor, STICK, 40, price_minor=31_000)
    order = floor.order((ESSENCE, 2))
    question = ask(floor, order, qty=2)
    assert [(each.gtin, each.price_minor) for each in question.offers] == [
        (gtin_of(STICK), 28_000),  # dearer on the shelf: she pays what she agreed to
        (gtin_of(FOAM), 12_000),
        (gtin_of(TOWEL), 9_000),
    ]
    assert question.until_ms == book_of(floor, order).promised_at_ms


def test_a_question_asked_too_late_still_leaves_five_minutes(floor: Floor) -> None:
    order = floor.order((ESSENCE, 1))
    promised_at_ms = book_of(floor, order).promised_at_ms
    assert promised_at_ms is not None
    floor.clock.advance(promised_at_ms - floor.clock.now_ms() - MINUTE_MS)
    assert ask(floor, order).until_ms == floor.clock.now_ms() + 5 * MINUTE_MS


def test_her_choice_is_held_for_her_and_comes_under_a_line_of_its_own(floor: Floor) -> None:
    allow(floor, ESSENCE, STICK, FOAM)
    order = floor.order((ESSENCE, 2))
    free = left_of(floor, FOAM)
    question = ask(floor, order)
    answered = answer(floor, question, Choice.substitute, FOAM)
    assert isinstance(answered, AnswerNow)
    assert left_of(floor, FOAM) == free - 1
    floor.pick(replace(order, lines=(replace(order.lines[0], qty=1),)))
    now = bring_instead(floor, order, FOAM)
    assert isinstance(now, OrderNow)
    first, second = book_of(floor, order).lines
    assert (first.picked_qty, first.substituted_qty, first.to_pick_qty) == (1, 1, 0)
    assert (second.gtin, second.picked_qty, second.price_minor, second.for_line) == (gtin_of(FOAM), 1, 12_000, 1)
    assert left_of(floor, FOAM) == free - 1
    floor.stage(order, "A-1")
    assert book_of(floor, order).state is OrderState.ready


@pytest.mark.parametrize("wrong", [STICK, MUG, ESSENCE])
def test_only_what_she_chose_may_come_instead(floor: Floor, wrong: int) -> None:
    allow(floor, ESSENCE, STICK, FOAM)
    order = floor.order((ESSENCE, 2))
    answer(floor, ask(floor, order), Choice.substitute, FOAM)
    assert refused(bring_instead(floor, order, wrong)) in ("wrong_product", "not_offered")
    assert refused(bring_instead(floor, order, FOAM, qty=2)) == "too_many"
    assert isinstance(bring_instead(floor, order, FOAM), OrderNow)


def test_nothing_comes_instead_unasked_unless_the_order_says_so(floor: Floor) -> None:
    allow(floor, ESSENCE, STICK, FOAM)
    asks = floor.order((ESSENCE, 1))
    assert refused(bring_instead(floor, asks, STICK)) == "not_offered"
    order = floor.next_order((ESSENCE, 1))
    floor.bring(replace(order, if_short=IfShort.substitute))
    assert refused(bring_instead(floor, order, MUG)) == "not_offered"
    assert isinstance(bring_instead(floor, order, FOAM), OrderNow)


@pytest.mark.parametrize("choice", [Choice.refund, Choice.other_store])
def test_money_back_is_a_short_of_its_own_and_the_rest_is_ready(floor: Floor, choice: Choice) -> None:
    order = floor.order((ESSENCE, 2), (FOAM, 1))
    question = ask(floor, order, qty=1)
    floor.pick(replace(order, lines=(replace(order.lines[0], qty=1), order.lines[1])))
    floor.stage(order, "A-1")
    assert book_of(floor, order).state is OrderState.picking
    answered = answer(floor, question, choice)
    assert isinstance(answered, AnswerNow)
    assert answered.state is OrderState.ready
    assert book_of(floor, order).lines[0].short_qty == 1


def test_units_that_are_asked_about_wait(floor: Floor) -> None:
    order = floor.order((ESSENCE, 2))
    ask(floor, order)
    again = ShortAsked(
        event_id=floor.press(), order_id=order.order_id, line=1, qty=2, reason=ShortReason.not_found, ask=True
    )
    assert refused(short_pick(floor.hub, again, KIM)) == "question_open"


def test_a_short_may_ask_in_the_same_press(floor: Floor) -> None:
    order = floor.order((ESSENCE, 2))
    asked = ShortAsked(
        event_id=floor.press(), order_id=order.order_id, line=1, qty=2, reason=ShortReason.damaged, ask=True
    )
    now = short_pick(floor.hub, asked, KIM)
    assert isinstance(now, OrderNow)
    assert now.short_units == 0
    (question,) = book_of(floor, order).open_questions
    assert (question.question_id, question.reason) == (asked.event_id, ShortReason.damaged)
    assert short_pick(floor.hub, asked, KIM) == now


def test_whoever_comes_second_is_told_what_was_chosen(floor: Floor) -> None:
    allow(floor, ESSENCE, FOAM)
    order = floor.order((ESSENCE, 1), (MUG, 1))
    question = ask(floor, order)
    press = floor.press()
    first = answer(floor, question, Choice.substitute, FOAM, event_id=press)
    second = answer(floor, question, Choice.refund)
    assert refused(second) == "question_answered"
    assert isinstance(second, Refusal)
    assert second.found == {"choice": "substitute", "gtin": gtin_of(FOAM), "how": "staff"}
    choose_on_phone(floor, question, Choice.refund)
    assert book_of(floor, order).lines[0].short_qty == 0
    assert answer(floor, question, Choice.substitute, FOAM, event_id=press) == first


def test_a_choice_that_was_promised_to_somebody_else_leaves_the_question_open(floor: Floor) -> None:
    allow(floor, ESSENCE, FOAM, MUG)
    stock(floor, FOAM, 1)
    order = floor.order((ESSENCE, 1))
    question = ask(floor, order)
    floor.order((FOAM, 1))
    assert refused(answer(floor, question, Choice.substitute, FOAM)) == "no_stock"
    assert isinstance(answer(floor, question, Choice.substitute, MUG), AnswerNow)


def test_her_phone_answers_while_the_clerk_waits(floor: Floor) -> None:
    allow(floor, ESSENCE, FOAM)
    order = floor.order((ESSENCE, 1))
    question = ask(floor, order)
    choose_on_phone(floor, question, Choice.substitute, FOAM)
    (asked,) = book_of(floor, order).questions
    assert (asked.choice, asked.gtin, asked.how) == (Choice.substitute, gtin_of(FOAM), AnsweredHow.phone)
    stop = read_pick_list(floor.hub, [order.order_id]).stops[0]
    assert stop.gtin == gtin_of(FOAM)
    assert stop.instead_of is not None
    assert stop.instead_of.gtin == gtin_of(ESSENCE)


def test_nobody_answered_so_the_order_says_what_it_wants(floor: Floor) -> None:
    allow(floor, ESSENCE, STICK, FOAM)
    money, other = floor.order((ESSENCE, 1), (MUG, 1)), floor.next_order((ESSENCE, 1))
    floor.bring(replace(other, if_short=IfShort.substitute))
    ask(floor, money)
    ask(floor, other)
    stock(floor, STICK, 0)
    assert answer_due(floor.hub) == 0
    floor.clock.advance(61 * MINUTE_MS)
    assert answer_due(floor.hub) == 2
    assert answer_due(floor.hub) == 0
    refund, instead = book_of(floor, money), book_of(floor, other)
    assert refund.lines[0].state is LineState.short
    assert refund.questions[0].how is AnsweredHow.preference
    assert instead.questions[0].gtin == gtin_of(FOAM)


def test_an_order_of_which_nothing_is_found_is_declined(floor: Floor) -> None:
    order = floor.order((ESSENCE, 1), (MUG, 1))
    question = ask(floor, order)
    gone = ShortAsked(event_id=floor.press(), order_id=order.order_id, line=2, qty=1, reason=ShortReason.damaged)
    short_pick(floor.hub, gone, KIM)
    answered = answer(floor, question, Choice.refund)
    assert isinstance(answered, AnswerNow)
    assert answered.state is OrderState.declined
    assert book_of(floor, order).closed_reason == "all_short"
    assert left_of(floor, MUG) == GOODS[MUG][7] * 20


def test_a_guest_has_no_cart_to_put_it_back_into(floor: Floor) -> None:
    order = floor.order((ESSENCE, 1), named=False)
    assert refused(answer(floor, ask(floor, order), Choice.other_store)) == "not_offered"


def test_while_the_book_is_old_her_phone_waits_and_the_desk_is_refused(floor: Floor) -> None:
    order = floor.order((ESSENCE, 1), (MUG, 1))
    question = ask(floor, order)
    with floor.hub.state.writing() as conn:
        recovering.begin(conn, floor.clock.now_ms(), recovering.Reason.restored)
    choose_on_phone(floor, question, Choice.refund)
    assert refused(answer(floor, question, Choice.other_store)) == "recovering"
    assert answer_due(floor.hub) == 0
    assert book_of(floor, order).open_questions
    with floor.hub.state.writing() as conn:
        recovering.end(conn)
    assert answer_due(floor.hub) == 1
    assert book_of(floor, order).questions[0].how is AnsweredHow.phone


def test_the_list_shows_what_waits_apart_from_what_to_fetch(floor: Floor) -> None:
    allow(floor, ESSENCE, STICK, FOAM)
    order = floor.order((ESSENCE, 3), (MUG, 1))
    question = ask(floor, order, qty=1)
    todo = read_pick_list(floor.hub, [order.order_id])
    essence = next(each for each in todo.stops if each.gtin == gtin_of(ESSENCE))
    assert (essence.qty, [each.product.gtin for each in essence.substitutes]) == (2, [gtin_of(STICK), gtin_of(FOAM)])
    (waiting,) = todo.waiting
    assert (waiting.question_id, waiting.qty, waiting.product.gtin) == (question.question_id, 1, gtin_of(ESSENCE))
    assert (todo.units_done, todo.units_all) == (0, 4)


def test_a_kiosk_shows_the_question_to_its_shopper_alone(floor: Floor) -> None:
    floor.keeps(floor.ada, ("L1", MUG, 1))
    floor.keeps(floor.minjun, ("L1", MUG, 1))
    allow(floor, ESSENCE, FOAM)
    order = floor.order((ESSENCE, 1), (MUG, 1), named=False)
    floor.named(order, floor.ada)
    question = ask(floor, order)
    visit, other = floor.look_up(floor.ada), floor.look_up(floor.minjun, kiosk="K2")
    (asked,) = visit.cart.orders[0].questions
    assert (asked.missing.gtin, [each.gtin for each in asked.offers]) == (gtin_of(ESSENCE), [gtin_of(FOAM)])
    press = KioskAnswerAsked(
        event_id=floor.press(),
        visit_id=other.visit_id,
        question_id=question.question_id,
        choice=Choice.refund,
    )
    assert refused(answer_at_kiosk(floor.hub, press, kiosk="K2")) == "unknown_order"
    press = replace(press, event_id=floor.press(), visit_id=visit.visit_id)
    answered = answer_at_kiosk(floor.hub, press, kiosk=KIOSK)
    assert isinstance(answered, AnswerNow)
    assert answered.how is AnsweredHow.kiosk
    again = see_visit(floor.hub, visit.visit_id, kiosk=KIOSK)
    assert not isinstance(again, Refusal)
    assert again.cart.orders[0].questions == ()
