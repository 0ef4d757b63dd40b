"""Min-jun scans his QR and works on his cart: what the screen says at each step, before a real hub."""

import msgspec
import pytest

from edge.domain.cart import Cart, CartReason
from edge.domain.truth import OrderDown
from tests.cast.counter import GOODS
from tests.cast.kiosk_site import KioskSite


def with_qty(cart: Cart, line: str, qty: int) -> Cart:
    version = cart.version + 1
    lines = tuple(
        msgspec.structs.replace(each, qty=qty, version=version) if each.line == line else each for each in cart.lines
    )
    return msgspec.structs.replace(cart, version=version, lines=tuple(each for each in lines if each.qty))


def test_a_scan_opens_the_cart_in_walking_order(site: KioskSite) -> None:
    page = site.scan(site.min_jun.qr(site.clock.now_ms())).text
    assert "김*준 님의 온라인 장바구니" in page
    names = [GOODS[place][1] for place in (0, 1, 4)]
    assert [page.index(name) for name in names] == sorted(page.index(name) for name in names)
    assert "1번 통로" in page
    assert "A칸 · 재고 180개" in page
    assert "여기 있는 3가지 픽업 예약" in page


def test_a_changed_quantity_shows_as_asked_and_then_as_granted(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    asked = site.press("/cart/changes", **site.change_fields(1, 3)).text
    assert "3개로 바꾸고 있어요" in asked
    site.answer(site.last_wish(), with_qty(site.min_jun.cart, "L11", 3))
    assert "3개로 바꿨어요" in site.browser.get("/cart").text


def test_while_the_line_is_cut_a_change_waits_and_says_so(site: KioskSite) -> None:
    site.cut_from_central()
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    page = site.press("/cart/changes", **site.change_fields(1, 3)).text
    assert "3개로 변경 · 연결되면 반영돼요" in page
    assert "에 저장된 장바구니예요." in page
    assert "바꾼 내용은 연결되면 반영돼요." in page


def test_a_change_crossed_by_the_phone_is_refused_in_words_and_the_later_state_stands(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    site.press("/cart/changes", **site.change_fields(1, 3))
    site.answer(site.last_wish(), with_qty(site.min_jun.cart, "L11", 5), reason=CartReason.line_changed)
    page = site.browser.get("/cart").text
    assert "휴대폰에서 먼저 바뀌어 그대로 뒀어요" in page
    assert '<output class="qty">5</output>' in page


def test_a_removal_crossed_by_the_phone_is_told_above_the_list_although_its_line_is_gone(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    site.press("/cart/changes", **site.change_fields(4, 1))
    site.answer(site.last_wish(), with_qty(site.min_jun.cart, "L14", 0), reason=CartReason.line_changed)
    page = site.browser.get("/cart").text
    assert 'id="n-L14"' not in page
    assert "note-stop crossed" in page
    assert GOODS[4][1] in page


def test_a_line_taken_out_is_crossed_out_until_central_granted_it(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    page = site.press("/cart/changes", **site.change_fields(0, 0)).text
    assert "장바구니에서 빼고 있어요" in page
    assert "여기 있는 2가지 픽업 예약" in page
    site.answer(site.last_wish(), with_qty(site.min_jun.cart, "L10", 0))
    page = site.browser.get("/cart").text
    assert GOODS[0][1] not in page


def test_what_is_not_here_folds_under_one_row_and_more_than_is_here_can_be_fitted(site: KioskSite) -> None:
    more = with_qty(site.min_jun.cart, "L14", 500)
    site.min_jun.cart = more
    site.send_down(site.min_jun)
    page = site.scan(site.min_jun.qr(site.clock.now_ms())).text
    assert "400개뿐이에요" in page
    assert "400개로 맞추기" in page
    assert "여기 있는 2가지 픽업 예약" in page
    fitted = site.press("/cart/changes", **site.change_fields(4, 400)).text
    assert "400개로 바꾸고 있어요" in fitted
    assert "여기 있는 3가지 픽업 예약" in fitted


def test_the_screen_asks_for_no_more_than_a_shopper_can_mean(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    page = site.press("/cart/changes", **site.change_fields(0, 100)).text
    assert "바꾸고 있어요" not in page
    assert "99개로 바꾸고 있어요" in site.press("/cart/changes", **site.change_fields(0, 99)).text


def test_a_stock_figure_says_its_time_once_it_is_older_than_ten_minutes(site: KioskSite) -> None:
    assert "14:00 기준" not in site.scan(site.min_jun.qr(site.clock.now_ms())).text
    site.clock.advance(11 * 60_000)
    assert "14:00 기준" in site.scan(site.min_jun.qr(site.clock.now_ms())).text


def order_page(site: KioskSite) -> str:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    return str(site.browser.get("/order").text)


def test_a_pickup_is_asked_after_a_confirmation_and_shows_its_code_once_granted(site: KioskSite) -> None:
    page = order_page(site)
    assert "이렇게 예약할까요?" in page
    assert "3가지 · 5개" in page
    assert "84,000원" in page
    asked = site.press("/orders").text
    assert "예약하고 있어요" in asked
    order = site.counter.order((0, 1), (1, 2), (4, 2))
    site.answer(site.order_wish(), msgspec.structs.replace(site.min_jun.cart, version=4, lines=()), order=order)
    granted = site.browser.get("/order/result").text
    assert order.display_code in granted
    assert "예약했어요" in granted
    assert "장바구니가 비어 있어요" in site.browser.get("/cart").text


def test_while_the_line_is_cut_the_words_before_the_press_say_when_the_order_is_confirmed(site: KioskSite) -> None:
    site.cut_from_central()
    assert "연결되면 주문이 확정되고 알림을 보내 드려요" in order_page(site)
    kept = site.press("/orders").text
    assert "예약을 맡아 뒀어요" in kept
    assert "픽업 예약을 확인하고 있어요" in site.browser.get("/cart").text


def test_a_refused_pickup_names_the_line_and_what_to_do(site: KioskSite) -> None:
    order_page(site)
    site.press("/orders")
    site.answer(site.order_wish(), site.min_jun.cart, reason=CartReason.price_rose, line="L11")
    page = site.browser.get("/order/result").text
    assert GOODS[1][1] in page
    assert "가격이 올랐어요" in page
    assert "장바구니는 그대로 있어요" in page


def test_pressing_reserve_twice_asks_once(site: KioskSite) -> None:
    order_page(site)
    visit = site.visit()
    event_id = visit.order_event_id
    site.press("/orders")
    visit.order_event_id = event_id  # the second press of the same page
    site.press("/orders")
    with site.hub.state.reading() as conn:
        assert conn.execute("SELECT count(*) FROM wishes").fetchone()[0] == 1


@pytest.mark.parametrize(
    "switch,sign", [("large", 'data-text="200"'), ("contrast", 'data-theme="contrast"'), ("easy", "is-low")]
)
def test_a_switch_of_the_screen_keeps_step_and_cart(site: KioskSite, switch: str, sign: str) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    page = site.press("/settings", set=switch, here="/order").text
    assert sign in page
    assert "이렇게 예약할까요?" in page
    assert sign not in site.press("/settings", set=switch, here="/order").text


def test_the_language_switch_keeps_step_and_cart_and_her_card_chooses_the_first_language(site: KioskSite) -> None:
    page = site.scan(site.ada.qr(site.clock.now_ms())).text
    assert "Online cart of A*a" in page
    assert GOODS[3][2] in page
    assert "A*a 님의 온라인 장바구니" in site.press("/settings", set="language", here="/cart").text


def test_two_hundred_per_cent_shows_one_product_at_a_time(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    first = site.press("/settings", set="large", here="/cart").text
    assert "1 / 3" in first
    assert GOODS[0][1] in first
    assert GOODS[1][1] not in first
    assert GOODS[4][1] in site.browser.get("/cart?at=2").text


def test_check_in_by_pass_shows_the_code_and_nothing_of_a_person(site: KioskSite) -> None:
    order: OrderDown = site.order_for(site.min_jun, (0, 1))
    page = site.scan(site.counter.pass_of(order)).text
    assert order.display_code in page
    assert "접수했어요" in page
    assert "김*준" not in page
    assert GOODS[0][1] not in page


def test_check_in_from_a_known_visit_offers_her_own_orders(site: KioskSite) -> None:
    order = site.order_for(site.min_jun, (0, 1))
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    page = site.browser.get("/check-in").text
    assert "어떤 픽업을" in page
    assert order.display_code in page
    assert "접수했어요" in site.press("/check-in", order_id=order.order_id).text


def test_calling_staff_puts_one_card_on_the_board_and_says_so(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    assert "직원을 불렀어요" in site.press("/call", here="/cart").text
    assert "직원을 불렀어요" in site.press("/call", here="/cart").text
    with site.hub.state.reading() as conn:
        assert [tuple(row) for row in conn.execute("SELECT kiosk, screen FROM staff_calls")] == [("K1", "cart")]
