"""The pick list: walked by aisle, confirmed by scan, the wrong product refused, what is missing given up from the back."""

import re

from edge.app.pick_list import read_pick_list
from edge.domain.truth import OrderDown
from kiosk_ui.staff.pick_pages import short_from_the_back
from tests.cast.counter import GOODS, gtin_of
from tests.cast.desk_site import StaffDesk, words_of


def two_orders(desk: StaffDesk) -> tuple[OrderDown, OrderDown]:
    """T and N both want sun sticks; only one of them wants towels."""
    return desk.counter.order((1, 1), (4, 2), promised_in_min=20), desk.counter.order((1, 2), promised_in_min=40)


def ids(*orders: OrderDown) -> list[str]:
    return [order.order_id for order in orders]


def test_a_wave_walks_the_aisles_and_sums_what_two_orders_want(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    html = desk.page("/staff/pick")
    now, following = html.split('class="pick-next"')
    words = words_of(now)
    assert "3번 통로 B칸 3개" in words
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
    told = desk.ask("/pick/scan", orders=ids(first, second), scan=gtin_of(1)[1:])
    assert told["orders"] == [
        {"order_id": first.order_id, "picks": [{"line": 1, "qty": 1, "gtin": gtin_of(1)}]},
        {"order_id": second.order_id, "picks": [{"line": 1, "qty": 2, "gtin": gtin_of(1)}]},
    ]
    assert told["said"] == f"{GOODS[1][1]} 담았어요"
    for each in told["orders"]:
        picks = [{"event_id": desk.counter.press(), **pick} for pick in each["picks"]]
        sent = desk.act(f"/v1/pickups/{each['order_id']}/picks", picks=picks)
        assert sent.status_code == 200
    assert [stop.gtin for stop in read_pick_list(desk.counter.hub, ids(first, second)).stops] == [gtin_of(4)]


def test_the_wrong_product_fills_the_screen_with_both_names(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    told = desk.ask("/pick/scan", orders=ids(first, second), scan=gtin_of(0))
    words = words_of(told["refusal"])
    assert "다른 상품이에요" in words
    assert f"방금 스캔한 상품 {GOODS[0][1]} {gtin_of(0)}" in words
    assert f"담아야 할 상품 {GOODS[1][1]} {gtin_of(1)}" in words
    assert "orders" not in told


def test_a_product_nobody_knows_and_a_broken_barcode_are_told_apart(desk: StaffDesk) -> None:
    orders = ids(*two_orders(desk))
    unknown = desk.ask("/pick/scan", orders=orders, scan="4006381333931")
    assert "모르는 상품" in words_of(unknown["refusal"])
    broken = desk.ask("/pick/scan", orders=orders, scan="4006381333932")
    assert "모르는 코드예요" in words_of(broken["refusal"])


def test_what_is_missing_is_given_up_by_the_latest_promise_first(desk: StaffDesk) -> None:
    first, second = two_orders(desk)
    stop = read_pick_list(desk.counter.hub, ids(first, second)).stops[0]
    assert [(each.order_id, each.qty) for each in short_from_the_back(stop, 1)] == [(second.order_id, 1)]
    both = [(second.order_id, 2), (first.order_id, 1)]
    assert [(each.order_id, each.qty) for each in short_from_the_back(stop, 3)] == both
    assert [(each.order_id, each.qty) for each in short_from_the_back(stop, 99)] == both
    told = desk.ask("/pick/short", orders=ids(first, second), gtin=gtin_of(1), qty=1)
    assert told["shorts"] == [{"order_id": second.order_id, "line": 1, "qty": 1}]
    sent = desk.act(f"/v1/pickups/{second.order_id}/shorts", line=1, qty=1, reason="not_found")
    assert sent.status_code == 200
    assert "2개" in words_of(desk.page("/staff/pick").split('class="pick-next"')[0])


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
