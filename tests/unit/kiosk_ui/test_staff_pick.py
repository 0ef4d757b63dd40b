"""The pick list: walked by aisle, confirmed by scan, the wrong product refused, what is missing asked, swapped or given up."""

import re

from edge.app.order_detail import OrderDetail, read_order
from edge.app.pick_list import read_pick_list
from edge.domain.truth import OrderDown
from kiosk_ui.staff.pick_work import from_the_back
from tests.cast.asking import allow
from tests.cast.counter import GOODS, gtin_of
from tests.cast.desk_site import StaffDesk, words_of
from tests.cast.shelf_work import Work, order_that_agrees


def two_orders(desk: StaffDesk) -> tuple[OrderDown, OrderDown]:
    """T and N both want sun sticks; only one of them wants towels."""
    return desk.counter.order((1, 1), (4, 2), promised_in_min=20), desk.counter.order((1, 2), promised_in_min=40)


def ids(*orders: OrderDown) -> list[str]:
    return [order.order_id for order in orders]


def picking(desk: StaffDesk, *orders: OrderDown) -> Work:
    return Work(desk, "/staff/pick" + "".join(f"{'&' if n else '?'}order={o}" for n, o in enumerate(ids(*orders))))


def detail_of(desk: StaffDesk, order: OrderDown) -> OrderDetail:
    found = read_order(desk.counter.hub, order.order_id)
    assert found is not None
    return found


def test_a_wave_walks_the_aisles_and_sums_what_two_orders_want(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    html = desk.page("/staff/pick")
    now, following = html.split('class="pick-next"')
    words = words_of(now)
    assert "3번 통로 B칸" in words
    assert "3개" in words
    assert f"{first.display_code} 1 · {second.display_code} 2" in words
    assert re.findall(r'plate-off">([^<]+)<', following) == ["6A"]
    assert "0 / 5" in words


def test_one_order_is_picked_alone_and_leads_on_to_its_shelf(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    html = desk.page(f"/staff/pick?order={second.order_id}")
    assert f"{second.display_code} 담기" in words_of(html)
    assert first.display_code not in words_of(html)
    desk.counter.pick(second)
    done = desk.page(f"/staff/pick?order={second.order_id}")
    assert "다 담았어요" in words_of(done)
    assert f"/staff/orders/{second.order_id}/stage" in done


def test_a_scan_confirms_the_stop_for_every_order_that_wants_it(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    told = picking(desk, first, second).do(scan=gtin_of(1)[1:])
    asked = [(act["path"], act["body"]["picks"][0]["line"], act["body"]["picks"][0]["qty"]) for act in told["acts"]]
    assert asked == [
        (f"/v1/pickups/{first.order_id}/picks", 1, 1),
        (f"/v1/pickups/{second.order_id}/picks", 1, 2),
    ]
    assert {act["body"]["picks"][0]["gtin"] for act in told["acts"]} == {gtin_of(1)}
    assert told["said"] == f"{GOODS[1][1]} 담았어요"
    assert [stop.gtin for stop in read_pick_list(desk.counter.hub, ids(first, second)).stops] == [gtin_of(4)]


def test_a_press_confirms_what_has_no_barcode_and_the_record_says_so(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    told = picking(desk, second).do(press="pick")
    assert told["acts"][0]["body"]["picks"][0]["gtin"] is None
    assert detail_of(desk, second).lines[0].picked_qty == 2
    assert detail_of(desk, first).lines[0].picked_qty == 0


def test_the_last_press_is_taken_back_whole_and_only_once(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    page = picking(desk, first, second)
    assert page.do(scan=gtin_of(1)[1:])["undo"] is True
    back = page.do(press="undo")
    assert back["undo"] is False
    assert [detail_of(desk, order).lines[0].picked_qty for order in (first, second)] == [0, 0]
    assert page.step(press="undo")["acts"] == []


def test_the_wrong_product_fills_the_screen_with_both_names(desk: StaffDesk) -> None:
    told = picking(desk, *two_orders(desk)).step(scan=gtin_of(0))
    words = words_of(told["refusal"])
    assert "다른 상품이에요" in words
    assert f"방금 스캔한 상품 {GOODS[0][1]} {gtin_of(0)}" in words
    assert f"담아야 할 상품 {GOODS[1][1]} 3B · {gtin_of(1)}" in words
    assert told["acts"] == []


def test_a_product_nobody_knows_and_a_broken_barcode_are_told_apart(desk: StaffDesk) -> None:
    page = picking(desk, *two_orders(desk))
    assert "모르는 상품" in words_of(page.step(scan="4006381333931")["refusal"])
    assert "모르는 코드예요" in words_of(page.step(scan="4006381333932")["refusal"])


def test_what_is_missing_is_given_up_by_the_latest_promise_first(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    stop = read_pick_list(desk.counter.hub, ids(first, second)).stops[0]
    given_up = [(each.order_id, each.qty) for each in from_the_back(stop.wanted_by, 1)]
    assert given_up == [(second.order_id, 1)]
    both = [(second.order_id, 2), (first.order_id, 1)]
    assert [(each.order_id, each.qty) for each in from_the_back(stop.wanted_by, 3)] == both
    assert [(each.order_id, each.qty) for each in from_the_back(stop.wanted_by, 99)] == both


def test_missing_units_are_written_down_with_their_reason(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    page = picking(desk, first, second)
    assert "찾지 못함" in words_of(page.step(press="short")["html"])
    told = page.do(press="missing", fields={"qty": "1", "reason": "damaged", "then": "record"})
    assert [act["path"] for act in told["acts"]] == [f"/v1/pickups/{second.order_id}/shorts"]
    line = detail_of(desk, second).lines[0]
    assert (line.short_qty, line.short_reason) == (1, "damaged")
    page.do(press="undo")
    assert detail_of(desk, second).lines[0].short_qty == 0


def test_a_quantity_that_is_no_number_does_nothing(desk: StaffDesk) -> None:
    page = picking(desk, *two_orders(desk))
    for qty in ("", "-1", "x", "１", "99999999", "1.5"):
        assert page.step(press="missing", fields={"qty": qty, "reason": "damaged"})["acts"] == []


def test_the_shopper_is_asked_and_her_units_wait_apart_until_she_answers(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    page = picking(desk, first, second)
    page.do(press="missing", fields={"qty": "2", "reason": "no_stock", "then": "ask"})
    html = desk.page(f"/staff/pick?order={first.order_id}&order={second.order_id}")
    assert "답 기다림" in words_of(html)
    question = re.search(r'data-press="answer:([^"]+)"', html)
    assert question
    asked = page.step(press=f"answer:{question[1]}")
    assert "손님이 말씀하신 것" in words_of(asked["html"])
    page.do(press=f"answered:{question[1]}", fields={"choice": "refund"})
    assert detail_of(desk, second).lines[0].short_qty == 2
    assert detail_of(desk, second).questions[0].choice == "refund"


def test_only_waiting_left_says_so_and_offers_the_next_wave(desk: StaffDesk) -> None:
    order = desk.counter.order((1, 1))
    picking(desk, order).do(press="missing", fields={"qty": "1", "reason": "no_stock", "then": "ask"})
    words = words_of(desk.page(f"/staff/pick?order={order.order_id}"))
    assert "손님 답 1건을 기다리고 있어요" in words
    assert "다음 묶음 담기" in words


def test_without_an_allowed_substitute_the_sheet_says_that(desk: StaffDesk) -> None:
    page = picking(desk, desk.counter.order((1, 1)))
    assert "대신 담을 수 있는 상품이 정해져 있지 않아요" in words_of(page.step(press="instead")["html"])


def test_a_substitute_she_agreed_to_goes_in_by_its_scan_and_never_costs_her_more(desk: StaffDesk) -> None:
    allow(desk.counter, 1, 5, 2)
    order = order_that_agrees(desk.counter, (1, 2))
    page = picking(desk, order)
    sheet = words_of(page.step(press="instead")["html"])
    assert f"6C {GOODS[5][1]} {GOODS[5][3]} 100개 남음 19,000원" in sheet  # 32,000 on the shelf, 19,000 as she ordered
    assert f"3D {GOODS[2][1]} {GOODS[2][3]} 240개 남음 12,000원" in sheet
    assert f"{order.display_code} 손님은 대체에 동의했어요" in sheet
    assert page.step(scan=gtin_of(0))["refusal"]
    page.do(scan=gtin_of(2))
    first, came = detail_of(desk, order).lines
    assert (first.substituted_qty, first.state) == (2, "substituted")
    assert (came.gtin, came.qty, came.picked_qty, came.for_line) == (gtin_of(2), 2, 2, first.line)
    page.do(press="undo")
    assert detail_of(desk, order).lines[0].substituted_qty == 0


def test_without_her_word_a_substitute_is_refused_and_asking_is_the_strong_button(desk: StaffDesk) -> None:
    allow(desk.counter, 1, 2)
    page = picking(desk, desk.counter.order((1, 1)))
    assert "대체에 동의한 손님이 없어요" in words_of(page.step(press="instead")["html"])
    refusal = page.refused(scan=gtin_of(2))["refusal"]
    assert "not_agreed" not in words_of(refusal)


def test_what_she_chose_instead_is_a_stop_of_its_own(desk: StaffDesk) -> None:
    allow(desk.counter, 1, 2)
    order = desk.counter.order((1, 1))
    page = picking(desk, order)
    page.do(press="missing", fields={"qty": "1", "reason": "no_stock", "then": "ask"})
    question = detail_of(desk, order).questions[0].question_id
    assert GOODS[2][1] in words_of(page.step(press=f"answer:{question}")["html"])
    page.do(press=f"answered:{question}", fields={"choice": f"substitute:{gtin_of(2)}"})
    words = words_of(desk.page(f"/staff/pick?order={order.order_id}"))
    assert f"손님이 고른 대체 · 원래 {GOODS[1][1]}" in words
    page.do(scan=gtin_of(2))
    assert [line.state for line in detail_of(desk, order).lines] == ["substituted", "picked"]


def test_a_product_without_a_place_comes_last_and_says_so(desk: StaffDesk) -> None:
    order = desk.counter.order((0, 1))
    desk.counter.forget_place(0)
    html = desk.page(f"/staff/pick?order={order.order_id}")
    assert "자리를 몰라요" in words_of(html)


def test_nothing_to_pick_leads_back_to_the_board(desk: StaffDesk) -> None:
    html = desk.page("/staff/pick")
    assert "담을 주문이 없어요" in words_of(html)
    assert 'href="/staff/board"' in html


def test_the_refresh_keeps_the_orders_the_wave_began_with(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    html = desk.page("/staff/pick")
    parts = re.search(r'data-parts="([^"]+)"', html)
    assert parts
    desk.counter.order((0, 1), promised_in_min=5)
    refreshed = words_of(desk.page(parts.group(1).replace("&amp;", "&")))
    assert "0 / 5" in refreshed
    assert first.display_code in refreshed
    assert second.display_code in refreshed


def test_what_a_page_says_it_holds_is_read_strictly(desk: StaffDesk) -> None:
    for held in ("", "{}", '{"orders": 7}', "[]"):
        assert desk.client.post("/staff/pick/step", json={"held": held}).status_code == 400
