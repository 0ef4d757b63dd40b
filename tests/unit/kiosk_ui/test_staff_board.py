"""The staff board: who comes first, what each card says and offers, what stands there while the line is cut."""

import re

from edge.app.call_staff import CallAsked, call_staff
from edge.app.keep_line import note_beat
from tests.cast.counter import a_day_at_the_counter
from tests.cast.desk_site import StaffDesk, words_of


def lane(html: str, name: str) -> str:
    """The piece of the refresh that holds one lane."""
    pieces = re.split(r'<(?:section|ol|div|p) data-part="', html)
    return next(piece for piece in pieces if piece.startswith(f'{name}"'))


def parts(desk: StaffDesk, query: str = "") -> str:
    return desk.page(f"/staff/board/parts{query}")


def test_the_board_shows_who_came_first_first_and_then_what_is_promised_first(desk: StaffDesk) -> None:
    a_day_at_the_counter(desk.counter)
    html = parts(desk)
    waited = re.findall(r'data-since="(\d+)" data-order="[A-Z2-7]{13}"', lane(html, "arrived"))
    assert len(waited) == 5
    assert waited == sorted(waited)
    times = re.findall(r"(\d\d:\d\d)까지", lane(html, "preparing"))
    assert len(times) == 3
    assert times == sorted(times)


def test_a_card_says_its_wait_in_word_and_icon_and_offers_one_act(desk: StaffDesk) -> None:
    orders = a_day_at_the_counter(desk.counter)
    arrived = lane(parts(desk), "arrived")
    cards = re.findall(r"<li class=\"(.*?)\" .*?</li>", arrived, re.DOTALL)
    assert cards == ["is-stop", "is-warn", "", "", ""]
    for card in re.findall(r"<li class.*?</li>", arrived, re.DOTALL):
        assert len(re.findall(r'class="btn ?[\w -]*"', card)) == 1
    assert "오래 기다림" in arrived
    assert "#i-alarm-clock" in arrived
    assert f'data-hand="{orders["first"].order_id}"' in arrived
    assert f"/staff/pick?order={orders['fourth'].order_id}" in arrived


def test_only_the_first_card_carries_the_filled_button(desk: StaffDesk) -> None:
    a_day_at_the_counter(desk.counter)
    html = parts(desk)
    assert html.count("btn-main") == 1
    assert "btn-main" in lane(html, "arrived").split("</li>")[0]


def test_two_parcels_on_two_shelves_and_money_due_are_said_on_the_card(desk: StaffDesk) -> None:
    a_day_at_the_counter(desk.counter)
    words = words_of(lane(parts(desk), "arrived"))
    assert "B-02 외 1곳 · 봉투 2개" in words
    assert "5개 · 받을 금액 12,000원" in words


def test_what_is_owed_stands_there_above_zero_and_is_gone_at_zero(desk: StaffDesk) -> None:
    assert "s-unsent" not in parts(desk)
    desk.counter.order((0, 1))
    assert "보낼 내역 1건" in words_of(parts(desk))
    assert "1 record to send" in words_of(desk.page("/staff/board", "en"))


def test_the_banner_says_since_when_the_line_is_cut_and_what_still_works(desk: StaffDesk) -> None:
    for _ in range(2):
        note_beat(desk.counter.hub, passed=True)
    assert "s-off" not in parts(desk)
    desk.counter.clock.advance(5 * 60_000)
    for _ in range(3):
        note_beat(desk.counter.hub, passed=False)
    words = words_of(parts(desk))
    assert "14:05부터 본사와 연결이 끊겼어요." in words
    assert "접수와 전달은 계속할 수 있어요." in words


def test_a_ready_card_says_when_it_was_told_and_when_it_was_not(desk: StaffDesk) -> None:
    told, _ = desk.counter.ready((0, 1))
    desk.counter.ready((1, 1), shelf="B-01")
    desk.counter.tell(told)
    words = words_of(lane(parts(desk), "ready"))
    assert "14:00 알림" in words
    assert "아직 알리지 못했어요 · 14:00부터 끊김" in words


def test_an_order_the_stock_cannot_cover_waits_for_a_decision(desk: StaffDesk) -> None:
    order = desk.counter.order((0, 900))
    fresh = lane(parts(desk), "fresh")
    assert "재고 확인이 필요해요" in words_of(fresh)
    assert f"/staff/orders/{order.order_id}" in fresh
    page = desk.page(f"/staff/orders/{order.order_id}")
    assert 'data-press="accept"' in page
    assert desk.act(f"/v1/pickups/{order.order_id}/accept", vouched=True).status_code == 200
    assert 'data-press="accept"' not in desk.page(f"/staff/orders/{order.order_id}")


def test_an_asked_cancel_is_said_and_answered_on_the_orders_page(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    desk.counter.ask_cancel(order)
    assert "취소 요청 14:00" in words_of(lane(parts(desk), "ready"))
    page = desk.page(f"/staff/orders/{order.order_id}")
    assert "취소 승인" in words_of(page)
    assert "손님이 찾으러 왔어요" in words_of(page)


def test_a_call_from_a_kiosk_is_a_card_until_somebody_presses_done(desk: StaffDesk) -> None:
    call_staff(desk.counter.hub, CallAsked(event_id=desk.counter.press(), screen="cart"), kiosk="K1")
    calls = lane(parts(desk), "calls")
    assert "K1에서 직원을 불러요" in words_of(calls)
    assert "장바구니 화면" in words_of(calls)
    done = re.search(r'data-act="([^"]+)"', calls)
    assert done
    assert desk.act(done.group(1)).status_code == 200
    assert "직원을 불러요" not in parts(desk)


def test_the_foot_says_what_was_handed_over_last(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 2))
    desk.counter.hand_over(order, staged)
    last = lane(parts(desk, f"?last={order.order_id}"), "last").split("</p>")[0]
    assert words_of(last) == f'last"> {order.display_code} 전달했어요. 박*연 님, 2개'
    assert "오늘 1건 전달했어요" in words_of(parts(desk))


def test_a_guest_without_a_name_is_called_a_guest(desk: StaffDesk) -> None:
    desk.counter.order((0, 1), named=False)
    assert "비회원 주문" not in words_of(lane(parts(desk), "preparing"))
    order = desk.counter.order((1, 1), named=False)
    assert "비회원 주문" in words_of(desk.page(f"/staff/orders/{order.order_id}"))


def test_an_empty_shop_says_so_in_every_lane(desk: StaffDesk) -> None:
    words = words_of(parts(desk))
    for said in ("지금 기다리는 손님이 없어요", "담을 주문이 없어요", "찾아갈 주문이 없어요"):
        assert said in words


def test_the_refresh_sends_the_same_parts_the_page_was_made_of(desk: StaffDesk) -> None:
    a_day_at_the_counter(desk.counter)
    page = desk.page("/staff/board")
    names = set(re.findall(r'data-part="([a-z]+)"', parts(desk)))
    assert names | {"last", "undo"} == set(re.findall(r'data-part="([a-z]+)"', page))
    for card in re.findall(r'data-order="([^"]+)"', parts(desk)):
        assert card in page
