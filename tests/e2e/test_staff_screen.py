"""Kim at desk 1 in a real Chromium, before a real hub: keyboard and scanner are enough, and nothing is done twice."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect, sync_playwright

from edge.app.order_detail import read_order
from edge.app.returnable import read_returnable
from tests.cast.counter import PIN, Counter, gtin_of
from tests.cast.desk_screen import HANDHELD_PX, TABLET_PX, DeskScreen, at_the_desk

pytestmark = pytest.mark.browser

LARGEST_SCRIPTS_BYTES = 7 * 1024  # a desk does more than a kiosk, whose goal is six


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    shop = Counter(tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def desk(chromium: Browser, counter: Counter) -> Iterator[DeskScreen]:
    with at_the_desk(chromium, counter) as screen:
        yield screen.signed_in()


def state_of(counter: Counter, order_id: str) -> str:
    found = read_order(counter.hub, order_id)
    assert found is not None
    return found.card.state


def test_sign_in_by_keyboard_alone_opens_the_board_and_a_wrong_pin_says_so(chromium: Browser, counter: Counter) -> None:
    with at_the_desk(chromium, counter) as screen:
        screen.open("/staff/")
        screen.sign_in_by_keyboard(pin="000000")
        screen.sees("[data-said]", "직원 번호나 비밀번호가 맞지 않아요")
        screen.complaints.clear()  # the browser notes the refusal's 409 by itself
        screen.page.keyboard.type(PIN)
        screen.page.keyboard.press("Enter")
        screen.sees("h1", "픽업 데스크 1")


def test_sign_in_by_the_pad_alone(chromium: Browser, counter: Counter) -> None:
    with at_the_desk(chromium, counter, size=TABLET_PX) as screen:
        screen.open("/staff/sign-in?desk=2")
        screen.page.locator("#staff").fill("kim")
        screen.page.locator("#pin").click()
        for digit in [*PIN[:3], "9"]:
            screen.page.locator(f"[data-key='{digit}']").click()
        screen.page.locator("[data-key=back]").click()
        for digit in PIN[3:]:
            screen.page.locator(f"[data-key='{digit}']").click()
        screen.page.locator(".pin-pad [type=submit]").click()
        screen.sees("h1", "픽업 데스크 2")


def test_a_new_order_appears_by_itself_sounds_once_and_is_read_out(desk: DeskScreen) -> None:
    desk.open("/staff/board")
    desk.page.keyboard.press("Shift")  # the gesture after which a browser allows sound
    order = desk.counter.order((0, 1))
    expect(desk.page.locator(f"[data-order='{order.order_id}']")).to_be_visible()
    desk.sees("#say", f"새 주문 {order.display_code}")
    assert desk.page.evaluate("tones") == 2
    desk.counter.pick(order)
    expect(desk.page.locator(f"[data-order='{order.order_id}'] .btn")).to_have_text("선반에 두기")
    assert desk.page.evaluate("tones") == 2


def test_nothing_moves_under_a_finger_for_three_seconds(desk: DeskScreen) -> None:
    desk.open("/staff/board")
    desk.page.mouse.click(600, 700)
    order = desk.counter.order((0, 1))
    row = desk.page.locator(f"[data-order='{order.order_id}']")
    desk.page.wait_for_timeout(1500)
    assert row.count() == 0
    expect(row).to_be_visible()


def test_a_waiting_shopper_turns_amber_and_red_by_the_clock_with_a_word_each(desk: DeskScreen) -> None:
    order, _ = desk.counter.ready((0, 1))
    desk.counter.arrive(order)
    desk.page.clock.install()
    desk.open("/staff/board")
    row = desk.page.locator(".arr > li")
    for after_s, look, word in ((0, "", "방금 도착"), (181, "is-warn", "기다리는 중"), (120, "is-stop", "오래 기다림")):
        desk.counter.clock.advance(after_s * 1000)
        desk.page.clock.fast_forward(after_s * 1000)
        expect(row).to_have_class(look)
        expect(row.locator(".wait .state:visible")).to_have_text(word)


def test_hand_over_with_scanner_and_enter_and_the_second_scan_says_when_and_by_whom(desk: DeskScreen) -> None:
    order, staged = desk.counter.ready((1, 1), (4, 2), shelf="A-12")
    desk.counter.arrive(order)
    desk.open("/staff/board")
    desk.scan(desk.counter.pass_of(order))
    desk.sees("#hand h2", "A-12 선반의 봉투를 스캔해 주세요")
    desk.scan(staged.label)
    expect(desk.page.locator("#hand [type=submit]")).to_be_focused()
    assert state_of(desk.counter, order.order_id) == "ready"
    desk.page.keyboard.press("Enter")
    desk.sees("[data-part=last]", f"{order.display_code} 전달했어요")
    expect(desk.page.locator(".arr > li")).to_have_count(0)
    assert state_of(desk.counter, order.order_id) == "handed_over"
    desk.scan(desk.counter.pass_of(order))
    desk.sees("#refuse", "14:00에 kim 직원이 전달했어요")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#refuse")).to_be_hidden()


def test_a_wrong_parcel_fills_the_screen_sounds_and_the_right_one_goes_on(desk: DeskScreen) -> None:
    mine, right = desk.counter.ready((1, 1), shelf="A-12")
    other, wrong = desk.counter.ready((2, 1), shelf="A-21")
    desk.open("/staff/board")
    desk.page.keyboard.press("Shift")
    desk.scan(desk.counter.pass_of(mine))
    desk.sees("#hand", mine.display_code)
    desk.scan(wrong.label)
    desk.sees("#refuse .want .code", mine.display_code)
    desk.sees("#refuse .versus > div", other.display_code)
    box = desk.page.locator("#refuse").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 1920, "height": 1080}
    assert desk.page.evaluate("tones") == 3
    desk.scan(right.label)
    expect(desk.page.locator("#refuse")).to_be_hidden()
    expect(desk.page.locator("#hand [type=submit]")).to_be_enabled()


def test_a_lost_answer_is_asked_again_with_the_same_id_and_nothing_leaves_twice(desk: DeskScreen) -> None:
    order, staged = desk.counter.ready((1, 1))
    desk.open("/staff/board")
    asked: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or "{}")["event_id"])
        reply = route.fetch()
        if len(asked) == 1:
            route.abort()
        else:
            route.fulfill(response=reply)

    desk.page.route("**/v1/handovers", lose_the_first_answer)
    desk.scan(desk.counter.pass_of(order))
    desk.sees("#hand h2", "봉투를 스캔해 주세요")
    desk.scan(staged.label)
    desk.page.locator("#hand [type=submit]").click()
    desk.sees("#wait", "매장 서버의 답을 기다리고 있어요")
    desk.sees("[data-part=last]", f"{order.display_code} 전달했어요")
    expect(desk.page.locator("#wait")).to_be_hidden()
    assert len(asked) == 2
    assert asked[0] == asked[1]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", asked[0])
    desk.complaints.clear()  # the browser notes the lost answer by itself


def test_leaving_a_hand_over_forgets_what_was_scanned(desk: DeskScreen) -> None:
    order, staged = desk.counter.ready((1, 1))
    desk.open("/staff/board")
    desk.scan(desk.counter.pass_of(order))
    desk.sees("#hand", order.display_code)
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#board")).to_be_visible()
    desk.scan(staged.label)
    desk.sees("#hand h2", "손님의 패스를 스캔해 주세요")
    desk.page.go_back()
    expect(desk.page.locator("#board")).to_be_visible()


def test_money_due_waits_for_the_receipt_number(desk: DeskScreen) -> None:
    order, staged = desk.counter.ready((0, 1), due_minor=12_000)
    desk.open("/staff/board")
    desk.scan(desk.counter.pass_of(order))
    desk.sees("#hand", "받을 금액 12,000원")
    desk.scan(staged.label)
    expect(desk.page.locator("#receipt")).to_be_focused()
    desk.page.keyboard.press("Enter")
    assert state_of(desk.counter, order.order_id) == "ready"
    desk.page.keyboard.type("4711")
    desk.page.keyboard.press("Enter")
    desk.sees("[data-part=last]", "전달했어요")


def test_a_screen_that_heard_nothing_for_sixteen_seconds_dims_says_so_and_comes_back(desk: DeskScreen) -> None:
    desk.page.clock.install()
    desk.open("/staff/board")
    desk.page.clock.fast_forward(17_000)
    expect(desk.page.locator("html")).to_have_attribute("data-live", "dim")
    desk.sees("#age", "초 동안 매장 서버의 소식이 없어요")
    order = desk.counter.order((0, 1))
    desk.page.clock.resume()
    expect(desk.page.locator("html")).to_have_attribute("data-live", "fresh")
    expect(desk.page.locator("#age")).to_be_hidden()
    expect(desk.page.locator(f"[data-order='{order.order_id}']")).to_be_visible()


def test_pick_pack_and_label_with_the_scanner_alone_on_a_handheld(chromium: Browser, counter: Counter) -> None:
    order = counter.order((1, 2), (4, 1))
    with at_the_desk(chromium, counter, size=HANDHELD_PX) as screen:
        screen.signed_in().open(f"/staff/pick?order={order.order_id}")
        screen.sees(".pick-where", "3번 통로 B칸")
        screen.scan(gtin_of(0)[1:])
        screen.sees("#refuse", "다른 상품이에요")
        screen.scan(gtin_of(1)[1:])
        expect(screen.page.locator("#refuse")).to_be_hidden()
        screen.sees(".pick-where", "6번 통로 A칸")
        screen.scan(gtin_of(4)[1:])
        screen.sees(".pick-done", "다 담았어요")
        screen.page.locator(".pick-stage a").click()
        expect(screen.page.locator("html")).to_have_attribute("data-live", "fresh")
        screen.page.keyboard.type("a-12")
        screen.page.keyboard.press("Enter")
        screen.sees(".label-paper", "A-12")
        assert state_of(counter, order.order_id) == "ready"


def test_what_is_not_on_the_shelf_is_written_down_with_its_reason(desk: DeskScreen) -> None:
    order = desk.counter.order((1, 3))
    desk.open(f"/staff/pick?order={order.order_id}")
    desk.page.locator("[data-press=short]").click()
    desk.page.locator("[data-step='-1']").click()
    desk.page.get_by_label("상품 손상").check()
    desk.page.locator("#panel [value=record]:visible").click()
    desk.sees(".pick-what .qty", "1개")
    found = read_order(desk.counter.hub, order.order_id)
    assert found is not None
    assert (found.lines[0].short_qty, found.lines[0].short_reason) == (2, "damaged")


def test_an_order_is_split_into_two_parcels(desk: DeskScreen) -> None:
    order = desk.counter.order((1, 2), (4, 1))
    desk.counter.pick(order)
    desk.open(f"/staff/orders/{order.order_id}/stage")
    desk.page.locator("[name=split]").check()
    desk.page.locator("[name=n-2]").fill("0")
    desk.page.locator("#shelf").fill("B-02")
    desk.page.locator("[type=submit]").click()
    desk.sees("[data-part=next]", "1개를 더 담아야 해요")
    desk.page.get_by_role("link", name="다음 봉투").click()
    desk.page.wait_for_url("**/stage")
    desk.page.wait_for_load_state()  # the page's module is what a press on a shelf reaches
    desk.page.locator("[data-press='shelf:B-02']").click()
    expect(desk.page.locator("[type=submit]")).to_be_focused()
    desk.page.keyboard.press("Enter")
    desk.sees("[data-part=where]", "봉투 2 1개")


def test_a_return_of_one_unit_of_an_order_and_one_product_without(desk: DeskScreen) -> None:
    order, staged = desk.counter.ready((1, 2), (4, 3))
    desk.counter.hand_over(order, staged)
    desk.open("/staff/take-back")
    desk.scan(desk.counter.pass_of(order))
    desk.sees("[data-said]", "반품할 수 있는 상품 2가지를 찾았어요")
    expect(desk.page.locator("[data-back] [type=submit]")).to_be_disabled()
    desk.scan(gtin_of(1)[1:])
    desk.sees("[data-sum]", "19,000원")
    desk.scan(gtin_of(0)[1:])
    desk.sees("[data-sum]", "47,000원")
    desk.page.locator("[data-back] [type=submit]").click()
    desk.sees("[data-said]", "반품 2개를 기록했어요.")
    assert [line.left for line in read_returnable(desk.counter.hub, order.order_id)] == [1, 3]


@pytest.mark.parametrize("path", ["/staff/board", "/staff/pick", "/staff/take-back", "/staff/sign-in", "/ops/"])
def test_a_screen_loads_at_most_seven_kilobytes_of_script(desk: DeskScreen, path: str) -> None:
    desk.open(path)
    assert len(desk.modules) > 1
    assert desk.scripts_bytes() <= LARGEST_SCRIPTS_BYTES
