"""The order page: state and place, what a clerk may decide, and the line of what happened to it."""

from edge.app.order_detail import OrderDetail, read_order
from edge.domain.truth import OrderDown
from tests.cast.counter import GOODS, gtin_of
from tests.cast.desk_site import StaffDesk, words_of
from tests.cast.shelf_work import Work


def order_page(desk: StaffDesk, order: OrderDown) -> Work:
    return Work(desk, f"/staff/orders/{order.order_id}")


def detail_of(desk: StaffDesk, order: OrderDown) -> OrderDetail:
    found = read_order(desk.counter.hub, order.order_id)
    assert found is not None
    return found


def way_of(desk: StaffDesk, order: OrderDown, lang: str = "ko") -> str:
    return words_of(desk.page(f"/staff/orders/{order.order_id}", lang).split('class="op-way"')[1].split("</ol>")[0])


def test_it_says_state_place_price_and_who_took_it(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 1), shelf="A-12")
    words = words_of(order_page(desk, order).html)
    assert "준비 완료" in words
    assert "3번 통로 B · 19,000원" in words
    assert "A-12" in words
    desk.counter.hand_over(order, staged)
    done = words_of(order_page(desk, order).html)
    assert "14:00 전달 · kim" in done
    assert "전달함" in done


def test_the_line_of_what_happened_names_each_act_its_goods_and_who_did_it(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 2), shelf="A-12")
    desk.counter.hand_over(order, staged)
    way = way_of(desk, order)
    assert "접수 매장 서버" in way
    assert f"담음 {GOODS[1][1]} 2개 kim" in way
    assert "선반에 둠 봉투 1 · A-12 kim" in way
    assert "전달 봉투 1 · 데스크 1 kim" in way
    assert "Picked" in way_of(desk, order, "en")


def test_picks_that_follow_each_other_are_one_stop_with_all_their_units(desk: StaffDesk) -> None:
    order = desk.counter.order((1, 2), (3, 1), (4, 3))
    desk.counter.pick(order)
    picked = [each for each in detail_of(desk, order).history if each.kind == "pickup.picked"]
    assert [(each.times, each.qty) for each in picked] == [(3, 6)]


def test_the_last_act_is_taken_back_from_here_and_both_stay_on_the_line(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((1, 2))
    desk.counter.arrive(order)
    arrived = detail_of(desk, order).history[-1]
    assert arrived.may_undo
    page = order_page(desk, order)
    assert f'data-press="undo:{arrived.event_id}"' in page.html
    page.do(press=f"undo:{arrived.event_id}")
    after = detail_of(desk, order)
    assert after.card.arrived_at_ms is None
    assert [(each.kind, each.undone) for each in after.history[-2:]] == [
        ("pickup.arrived", True),
        ("pickup.undone", False),
    ]
    assert "되돌림" in way_of(desk, order)


def test_what_left_cannot_be_taken_back_by_a_press_here(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 1))
    desk.counter.hand_over(order, staged)
    assert not any(each.may_undo for each in detail_of(desk, order).history)
    assert "data-press" not in order_page(desk, order).html.split('class="op-way"')[1].split("</ol>")[0]


def test_a_shopper_who_stands_here_a_longer_time_and_a_message_again_are_one_press_each(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((1, 1))
    page = order_page(desk, order)
    page.do(press="resend")
    page.do(press="keep")
    page.do(press="arrived")
    after = detail_of(desk, order)
    assert after.extended_until_ms == desk.counter.clock.now_ms() + 86_400_000
    assert after.card.arrived_by == "staff"
    assert "오셨어요" not in words_of(order_page(desk, order).html)


def test_an_order_nobody_could_reserve_is_accepted_or_declined_here(desk: StaffDesk) -> None:
    first, second = (desk.counter.order((0, 900)) for _ in range(2))
    order_page(desk, first).do(press="accept")
    assert detail_of(desk, first).card.state == "accepted"
    order_page(desk, second).do(press="decline", fields={"reason": "closed"})
    assert (detail_of(desk, second).card.state, detail_of(desk, second).closed_reason) == ("declined", "closed")


def test_a_cancel_that_was_asked_is_answered_here(desk: StaffDesk) -> None:
    first, second = (desk.counter.ready((1, 1))[0] for _ in range(2))
    for order in (first, second):
        desk.counter.ask_cancel(order)
    order_page(desk, first).do(press="cancel:grant")
    order_page(desk, second).do(press="cancel:refuse")
    assert [detail_of(desk, order).card.state for order in (first, second)] == ["cancelled", "ready"]


def test_a_question_shows_while_it_waits_and_what_she_chose_afterwards(desk: StaffDesk) -> None:
    order = desk.counter.order((1, 2))
    pick = Work(desk, f"/staff/pick?order={order.order_id}")
    pick.do(press="missing", fields={"qty": "1", "reason": "damaged", "then": "ask"})
    question = detail_of(desk, order).questions[0]
    page = order_page(desk, order)
    assert "까지 답을 기다려요" in words_of(page.html)
    assert GOODS[1][1] in words_of(page.step(press=f"answer:{question.question_id}")["html"])
    page.do(press=f"answered:{question.question_id}", fields={"choice": "other_store"})
    words = words_of(order_page(desk, order).html)
    assert "다른 매장에서 받기 · 직원에게" in words
    assert detail_of(desk, order).lines[0].short_qty == 1
    assert detail_of(desk, order).products[gtin_of(1)].name["ko"] == GOODS[1][1]


def test_an_act_that_was_refused_elsewhere_is_said_with_what_was_found(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 1))
    page = order_page(desk, order)
    desk.counter.hand_over(order, staged)
    assert page.refused(press="arrived")["refusal"]
