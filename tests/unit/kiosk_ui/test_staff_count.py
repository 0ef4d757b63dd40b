"""The evening count: shelves fill as they are scanned, and whatever does not fit is said with what to do about it."""

from edge.app.order_detail import read_order
from tests.cast.counter import gtin_of
from tests.cast.desk_site import StaffDesk, words_of
from tests.cast.shelf_work import Work


def test_every_shelf_shows_what_should_lie_there_and_fills_scan_by_scan(desk: StaffDesk) -> None:
    first, one = desk.counter.ready((1, 1), shelf="A-12")
    second, _ = desk.counter.ready((2, 1), shelf="B-02")
    page = Work(desk, "/staff/shelf-count")
    assert words_of(page.html.split('class="count-sum"')[1]).find("0 / 2") > 0
    told = page.step(scan=one.label)
    assert "1 / 2" in words_of(told["html"])
    assert told["said"] == f"{first.display_code} 봉투 1 · A-12"
    assert told["html"].count("is-here") == 1
    assert second.display_code in told["html"]
    assert page.step(scan=one.label)["said"] == "이미 센 봉투예요."


def test_a_product_before_the_scanner_is_not_counted_and_says_so(desk: StaffDesk) -> None:
    page = Work(desk, "/staff/shelf-count")
    assert page.step(scan=gtin_of(1))["refusal"]
    assert page.step(press="finish")["acts"][0]["body"]["scans"] == []


def test_the_result_tells_found_missing_and_handed_over_apart(desk: StaffDesk) -> None:
    here, on_shelf = desk.counter.ready((1, 1), shelf="A-12")
    lost, _ = desk.counter.ready((2, 1), shelf="B-02")
    gone, left = desk.counter.ready((3, 1), shelf="C-01")
    desk.counter.hand_over(gone, left)
    page = Work(desk, "/staff/shelf-count")
    page.step(scan=on_shelf.label)
    assert "한쪽에 두고" in page.step(scan=left.label)["said"]
    assert page.do(press="finish")["go"] == "/staff/shelf-count/last"
    words = words_of(desk.page("/staff/shelf-count/last"))
    assert "확인할 것이 있어요" in words
    assert "못 찾은 봉투 1 둘레 선반" in words
    assert f"B-02 {lost.display_code} 봉투 1" in words
    assert f"C-01 {gone.display_code} 봉투 1" in words
    assert here.display_code not in words


def test_a_count_where_all_fits_says_that_and_nothing_else(desk: StaffDesk) -> None:
    _, staged = desk.counter.ready((1, 1), shelf="A-12")
    page = Work(desk, "/staff/shelf-count")
    page.step(scan=staged.label)
    page.do(press="finish")
    words = words_of(desk.page("/staff/shelf-count/last"))
    assert "모두 맞아요 봉투 1개가 제자리에 있어요" in words
    assert "못 찾은" not in words


def test_goods_of_a_closed_order_go_back_to_the_floor_with_one_press(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 1), shelf="A-12")
    desk.counter.ask_cancel(order)
    Work(desk, f"/staff/orders/{order.order_id}").do(press="cancel:grant")
    page = Work(desk, "/staff/shelf-count")
    page.step(scan=staged.label)
    page.do(press="finish")
    result = Work(desk, "/staff/shelf-count/last")
    assert "끝난 주문의 봉투 1" in words_of(result.html)
    result.do(press=f"restock:{order.order_id}:1")
    found = read_order(desk.counter.hub, order.order_id)
    assert found is not None
    assert found.parcels[0].state == "unpacked"
    assert "끝난 주문의 봉투" not in words_of(desk.page("/staff/shelf-count/last"))


def test_a_count_may_begin_anew_and_before_the_first_there_is_no_result(desk: StaffDesk) -> None:
    _, staged = desk.counter.ready((1, 1))
    assert "아직 센 적이 없어요" in words_of(desk.page("/staff/shelf-count/last"))
    page = Work(desk, "/staff/shelf-count")
    page.step(scan=staged.label)
    assert "0 / 1" in words_of(page.step(press="again")["html"])
    assert page.step(press="finish")["acts"][0]["body"]["scans"] == []
