"""Cancelling: central may only ask; each ask gets exactly one answer, by the hub where nobody has to look first."""

from edge.app.answer_cancel import CancelAnswered, answer_cancel
from edge.app.board import NextAct, read_board
from edge.app.hand_over import HandOverAsked, hand_over
from edge.app.move_pickup import OrderNow
from edge.domain.pickup import OrderState
from edge.store import reservations
from tests.cast.counter import KIM, gtin_of
from tests.cast.floor import Floor, refused


def answers(floor: Floor) -> list[str]:
    return [kind for kind in floor.facts() if kind.startswith("pickup.cancel")]


def by_clerk(floor: Floor, order_id: str, *, grant: bool) -> object:
    return answer_cancel(floor.hub, CancelAnswered(event_id=floor.press(), order_id=order_id, grant=grant), KIM)


def test_an_order_nobody_packed_is_cancelled_at_once_and_its_units_are_free(floor: Floor) -> None:
    order = floor.order((1, 2))
    floor.ask_cancel(order)
    assert answers(floor) == ["pickup.cancel_granted"]
    with floor.hub.state.reading() as conn:
        assert reservations.held(conn, [gtin_of(1)]) == {}
    assert read_board(floor.hub).preparing == ()


def test_a_packed_order_waits_for_a_clerk_and_is_not_handed_over_meanwhile(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    floor.ask_cancel(order)
    (card,) = read_board(floor.hub).ready
    assert card.act is NextAct.ANSWER_CANCEL
    asked = HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=(staged.label,))
    assert refused(hand_over(floor.hub, asked, actor=KIM, desk="1")) == "cancel_asked"
    done = by_clerk(floor, order.order_id, grant=True)
    assert isinstance(done, OrderNow)
    assert done.state is OrderState.cancelled
    assert answers(floor) == ["pickup.cancel_granted"]


def test_the_shopper_who_stands_there_takes_it_after_all(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    floor.arrive(order)
    floor.ask_cancel(order)
    assert isinstance(by_clerk(floor, order.order_id, grant=False), OrderNow)
    floor.hand_over(order, staged)
    assert answers(floor) == ["pickup.cancel_refused"]


def test_what_left_is_refused_at_once_with_when_and_by_whom(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    floor.hand_over(order, staged)
    floor.ask_cancel(order)
    assert answers(floor) == ["pickup.cancel_refused"]


def test_an_ask_that_comes_again_is_not_answered_again(floor: Floor) -> None:
    order, _ = floor.ready((1, 2))
    floor.ask_cancel(order)
    floor.repeat_last_page()
    by_clerk(floor, order.order_id, grant=False)
    floor.repeat_last_page()
    assert answers(floor) == ["pickup.cancel_refused"]
    assert refused(by_clerk(floor, order.order_id, grant=True)) == "not_asked"


def test_an_ask_about_an_order_nobody_has_is_an_incident(floor: Floor) -> None:
    order = floor.order((1, 2))
    with floor.hub.state.writing() as conn:
        conn.execute("DELETE FROM pickup_lines")
        conn.execute("DELETE FROM pickups")
    floor.ask_cancel(order)
    assert [each.kind for each in floor.incidents()] == ["cancel_of_unknown_order"]
