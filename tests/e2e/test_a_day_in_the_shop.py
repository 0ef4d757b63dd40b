"""A day in the shop, end to end: phone, kiosk, desk and head office as real processes, in a real browser, with a line that is cut.

Every code travels as it does in a shop: drawn on one screen, photographed, and typed into another as a hand scanner types.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.cast.screens import Desk, KioskScreen, Phone, photographed, scan
from tests.cast.shop import Shop, eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLOCK = re.compile(r"\d\d:\d\d")


def test_my_qr_opens_the_cart_at_the_kiosk_and_a_changed_quantity_is_on_the_phone(shop: Shop) -> None:
    phone, kiosk = Phone(shop, "min-jun"), KioskScreen(shop)
    kiosk.cart_of(phone)
    expect(kiosk.item("여백결 어성초 진정 앰플").locator(".state")).to_contain_text("C칸")
    phone.open("/cart")
    expect(phone.quantity("솔내 무기자차 선스틱")).to_have_text("2")
    kiosk.add_one("솔내 무기자차 선스틱")
    expect(phone.quantity("솔내 무기자차 선스틱")).to_have_text("3")
    expect(kiosk.wish("솔내 무기자차 선스틱")).to_have_class(re.compile("state-ok"))
    phone.add_one("솔내 무기자차 선스틱")
    expect(kiosk.item("솔내 무기자차 선스틱").locator(".qty")).to_have_text("4")


def test_an_order_from_the_phone_is_collected_exactly_once_while_the_line_is_cut(shop: Shop) -> None:
    desk, phone = Desk(shop), Phone(shop, "ada")
    order = phone.order_for_pickup()
    expect(desk.card(order)).to_be_visible()
    assert desk.was_not_loaded_again()
    label = desk.bring(order, "B-01")
    pass_text = phone.pass_of(order)
    expect(phone.page.locator("[data-state]")).to_have_attribute("data-state", "ready")

    shop.world.line.cut()
    desk.board()
    desk.sees_line(cut=True)
    desk.hand_over(pass_text, label)
    expect(desk.card(order)).to_have_count(0)
    expect(desk.owed()).to_contain_text(re.compile(r"[1-9]"))
    scan(desk.page, pass_text)
    said = desk.refusal()
    assert CLOCK.search(said)
    assert "kim" in said
    desk.take_back(pass_text, "무아결 동백 립밤")
    assert shop.central("SELECT 1 FROM ledger WHERE kind = 'pickup.handed_over' AND subject = ?", order) == []
    assert phone.order_page(order).get_attribute("data-state") == "ready"

    shop.world.line.restore()
    expect(phone.page.locator("[data-state]")).to_have_attribute("data-state", "handed_over")
    expect(phone.messages("order_collected")).to_have_count(1)
    desk.board()
    expect(desk.owed()).to_be_empty()
    collected_once(shop, order)


def collected_once(shop: Shop, order: str) -> None:
    """Both books say so, and every effect stands there once."""
    assert shop.hub("SELECT state FROM pickups WHERE order_id = ?", order) == [("handed_over",)]
    assert shop.central("SELECT state FROM orders WHERE order_id = ?", order) == [("handed_over",)]
    for ask in (shop.hub, shop.central):
        assert ask("SELECT COUNT(*), COUNT(left_at_ms) FROM parcels WHERE order_id = ?", order) == [(1, 1)]
        assert ask("SELECT qty FROM return_lines WHERE order_id = ?", order) == [(1,)]
    handed = "SELECT verdict FROM ledger WHERE kind = 'pickup.handed_over' AND subject = ?"
    assert shop.central(handed, order) == [("recorded",)]
    assert shop.central("SELECT kind FROM ledger WHERE verdict <> 'recorded'") == []


def test_of_two_wishes_made_while_cut_one_is_granted_and_one_crossed_by_the_phone_is_refused(shop: Shop) -> None:
    foam, balm = "솔내 약산성 폼 클렌저", "담온 쌀 클렌징 밤"
    phone, kiosk = Phone(shop, "do-yun"), KioskScreen(shop)
    kiosk.cart_of(phone)
    shop.world.line.cut()
    kiosk.sees_cut()
    for name in (foam, balm):
        kiosk.add_one(name)
        expect(kiosk.wish(name)).to_have_class(re.compile("state-warn"))
        expect(kiosk.item(name).locator(".qty")).to_have_text("2")
    phone.open("/cart")
    expect(phone.quantity(foam)).to_have_text("1")
    for _ in range(2):
        phone.add_one(balm)

    shop.world.line.restore()
    expect(kiosk.wish(foam)).to_have_class(re.compile("state-ok"))
    expect(kiosk.wish(balm)).to_have_class(re.compile("state-stop"))
    expect(kiosk.item(balm).locator(".qty")).to_have_text("3")
    expect(phone.quantity(foam)).to_have_text("2")
    expect(phone.quantity(balm)).to_have_text("3")
    expect(phone.messages("wish_refused")).to_have_count(1)
    expect(phone.messages("wish_refused")).to_contain_text("그사이")
    refused = "SELECT reason FROM wishes WHERE outcome = 'refused'"
    assert shop.central(refused) == shop.hub(refused) == [("line_changed",)]


def test_a_pickup_wished_for_while_cut_is_an_order_when_the_line_is_back(shop: Shop) -> None:
    phone, kiosk, desk = Phone(shop, "so-yul"), KioskScreen(shop), Desk(shop)
    before = shop.central("SELECT COUNT(*) FROM orders")
    kiosk.cart_of(phone)
    shop.world.line.cut()
    kiosk.sees_cut()
    kiosk.make_pickup()
    expect(kiosk.page.locator(".is-asked .done-code")).to_be_visible()
    assert shop.central("SELECT COUNT(*) FROM orders") == before

    shop.world.line.restore()
    code = kiosk.page.locator(".done-code .code")
    expect(code).to_have_text(re.compile("^[2-9A-HJ-NP-Z]{4}$"))
    shown = code.inner_text()
    expect(phone.messages("order_placed")).to_contain_text(shown)
    phone.page.locator("[data-kind='order_placed'] a").click()
    expect(phone.page.locator(".p-pass .code")).to_have_text(shown)
    expect(desk.card(phone.page.url.rpartition("/")[2])).to_be_visible()
    assert desk.was_not_loaded_again()
    assert shop.central("SELECT COUNT(*) FROM orders") == [(int(str(before[0][0])) + 1,)]


def test_check_in_at_the_kiosk_brings_the_order_to_the_top_of_the_board(shop: Shop) -> None:
    desk, phone, kiosk = Desk(shop), Phone(shop, "seo-yeon"), KioskScreen(shop)
    phone.open("/orders")
    phone.page.locator("a[href^='/orders/']").first.click()
    expect(phone.page).to_have_url(re.compile("/orders/[A-Z2-7]{13}$"))
    order, code = phone.page.url.rpartition("/")[2], phone.page.locator(".p-pass .code").inner_text()
    expect(desk.card(order, "[data-part=ready]")).to_be_visible()
    kiosk.scan(photographed(phone.page.locator(".p-pass .qr")))
    expect(kiosk.page.locator(".done-code .code")).to_have_text(code)
    expect(desk.page.locator("[data-part=arrived] [data-order]").first).to_have_attribute("data-order", order)
    expect(desk.card(order, "[data-part=ready]")).to_have_count(0)
    assert desk.was_not_loaded_again()


def test_a_call_for_staff_is_a_card_on_the_board_until_somebody_came(shop: Shop) -> None:
    desk, kiosk = Desk(shop), KioskScreen(shop)
    kiosk.page.locator("#call").click()
    call = desk.page.locator("[data-part=calls] .call")
    expect(call).to_contain_text("K1")
    call.get_by_role("button").click()
    expect(call).to_have_count(0)
    assert desk.was_not_loaded_again()


def test_a_person_without_a_scanner_copies_a_code_and_pastes_it_at_kiosk_and_desk(shop: Shop) -> None:
    phone, kiosk, desk = Phone(shop, "yu-na"), KioskScreen(shop), Desk(shop)
    phone.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.open("/qr")
    phone.copy_text()
    kiosk.page.keyboard.press("Control+V")
    expect(kiosk.item("담온 백자 머그")).to_be_visible()
    phone.open("/orders")
    phone.page.locator("a[href^='/orders/']").first.click()
    phone.copy_text()
    code = phone.page.locator(".p-pass .code").inner_text()
    desk.page.keyboard.press("Control+V")
    expect(desk.page.locator("#hand .code").first).to_have_text(code)


def test_a_guest_collects_with_the_pass_on_her_own_browser(shop: Shop) -> None:
    desk, page = Desk(shop), shop.window(390, 844, 2.0)
    page.goto(f"{shop.world.phone_url}/guest")
    page.locator("#name").fill("홍길순")
    page.locator(".p-list input").first.fill("2")
    page.locator("button[form=order]").click()
    expect(page).to_have_url(re.compile("/guest/orders/[A-Z2-7]{13}$"))
    order = page.url.rpartition("/")[2]
    expect(desk.card(order)).to_be_visible()
    label = desk.bring(order, "G-01")
    expect(page.locator("[data-state]")).to_have_attribute("data-state", "ready")
    desk.board()
    desk.hand_over(photographed(page.locator(".p-pass .qr")), label)
    expect(page.locator("[data-state]")).to_have_attribute("data-state", "handed_over")
    expect(page.locator(".p-pass .qr")).to_have_count(0)
    eventually(lambda: owed_nothing(shop), "all facts are at central")


def owed_nothing(shop: Shop) -> bool:
    """Every row of the hub's outbox has its receipt."""
    return shop.hub("SELECT 1 FROM outbox_origins WHERE settled_sequence < last_sequence") == []
