"""From picked to ready: what goes into a parcel, which shelf, and the label on the glass and on paper."""

import re

import pypdfium2
import zxingcpp

from edge.domain.truth import OrderDown
from tests.cast.counter import GOODS
from tests.cast.desk_site import StaffDesk, words_of


def stage_page(desk: StaffDesk, order: OrderDown) -> str:
    return desk.page(f"/staff/orders/{order.order_id}/stage")


def printed_lines(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return str(document[0].get_textpage().get_text_range()).splitlines()


def test_packing_lists_what_is_picked_and_in_no_parcel_yet(desk: StaffDesk) -> None:
    order = desk.counter.order((0, 2), (5, 1), (4, 3))
    desk.counter.pick(order, lines=2)
    desk.counter.stage(order, "B-02", desk.counter.units_of(order, 1))
    words = words_of(stage_page(desk, order))
    assert f"{GOODS[5][1]} {GOODS[5][3]} 1" in words
    assert GOODS[0][1] not in words
    assert GOODS[4][1] not in words


def test_shelves_in_use_are_offered_and_any_other_may_be_typed(desk: StaffDesk) -> None:
    desk.counter.ready((1, 1), shelf="A-21")
    desk.counter.ready((2, 1), shelf="A-04")
    order = desk.counter.order((0, 1))
    desk.counter.pick(order)
    html = stage_page(desk, order)
    assert re.findall(r'data-shelf="([^"]+)"', html) == ["A-04", "A-21"]
    assert re.search(r'<input id="shelf"[^>]*required', html)


def test_nothing_to_pack_cannot_be_packed(desk: StaffDesk) -> None:
    html = stage_page(desk, desk.counter.order((0, 1)))
    assert "봉투에 넣을 상품이 없어요" in words_of(html)
    assert re.search(r'type="submit" disabled', html)


def test_a_refused_parcel_is_said_in_words(desk: StaffDesk) -> None:
    order = desk.counter.order((0, 1))
    refused = desk.act(f"/v1/pickups/{order.order_id}/parcels", shelf="A-01", units=None)
    assert refused.status_code == 409
    told = desk.ask(f"/orders/{order.order_id}/refusal", reason=refused.get_json()["reason"], found={})
    assert "봉투에 넣을 상품이 없어요" in words_of(told["refusal"])


def test_the_label_shows_its_code_as_qr_and_as_text_with_code_shelf_and_number(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 2), shelf="A-12")
    html = desk.page(f"/staff/orders/{order.order_id}/parcels/1")
    words = words_of(html)
    assert f"{order.display_code} A-12 봉투 1 · 2개 {staged.label}" in words
    assert f'aria-label="{order.display_code} 주문의 봉투 라벨"' in html
    assert f"/staff/orders/{order.order_id}/parcels/1/label.pdf" in html
    assert "준비 완료 알림은 연결되면 바로 보내요" in words


def test_the_printed_label_carries_the_same_code_and_names_nobody(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 1), shelf="냉장 A-03")
    reply = desk.client.get(f"/staff/orders/{order.order_id}/parcels/1/label.pdf")
    assert reply.mimetype == "application/pdf"
    assert reply.headers["Cache-Control"] == "no-store"
    said = [staged.label, order.display_code, "냉장 A-03", "1/1", "성수 플래그십"]
    assert printed_lines(reply.data) == said
    page = pypdfium2.PdfDocument(reply.data)[0].render(scale=4).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [staged.label]


def test_while_more_may_follow_the_label_does_not_say_of_how_many(desk: StaffDesk) -> None:
    order = desk.counter.order((0, 2), (5, 1))
    desk.counter.pick(order)
    desk.counter.stage(order, "B-02", desk.counter.units_of(order, 1))
    pdf = desk.client.get(f"/staff/orders/{order.order_id}/parcels/1/label.pdf").data
    assert "1/1" not in printed_lines(pdf)
    assert "1개를 더 담아야 해요" in words_of(desk.page(f"/staff/orders/{order.order_id}/parcels/1"))


def test_a_shelf_no_label_font_can_write_still_has_its_label_on_the_glass(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1), shelf="❄-1")
    assert desk.client.get(f"/staff/orders/{order.order_id}/parcels/1/label.pdf").status_code == 422
    assert "❄-1" in desk.page(f"/staff/orders/{order.order_id}/parcels/1")


def test_an_order_or_parcel_that_is_not_here_is_a_page_with_a_way_back(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    for path in ("orders/AAAAAAAAAAAAA", f"orders/{order.order_id}/parcels/9", "orders/AAAAAAAAAAAAA/stage"):
        reply = desk.client.get(f"/staff/{path}")
        assert reply.status_code == 404
        assert "찾는 주문이나 봉투가 이 매장에 없어요" in words_of(reply.get_data(as_text=True))


def test_the_order_page_says_state_times_place_price_and_who_took_it(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 1), shelf="A-12")
    words = words_of(desk.page(f"/staff/orders/{order.order_id}"))
    assert "준비 완료" in words
    assert "3번 통로 B · 19,000원" in words
    desk.counter.hand_over(order, staged)
    done = words_of(desk.page(f"/staff/orders/{order.order_id}"))
    assert "14:00 전달 · kim" in done
    assert "전달함" in done
