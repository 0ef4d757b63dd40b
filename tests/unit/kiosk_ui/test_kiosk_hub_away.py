"""The hub goes away under a shopper's hands: the screen says so, keeps trying the press, decides and keeps nothing."""

from tests.cast.counter import GOODS
from tests.cast.kiosk_site import KioskSite

REFRESH = {"X-Idle": "1", "Accept": "text/html"}


def wishes(site: KioskSite) -> list[str]:
    with site.hub.state.reading() as conn:
        return [row[0] for row in conn.execute("SELECT wish_id FROM wishes ORDER BY rowid")]


def test_hub_down_the_start_shows_the_way_to_desk_one_and_heals_by_itself(site: KioskSite) -> None:
    site.line.cut()
    page = site.browser.get("/")
    assert page.status_code == 503
    assert "픽업 데스크 1로 와 주세요" in page.text
    assert "data-poll" in page.text
    site.line.restore()
    assert "내 QR" in site.browser.get("/").text


def test_hub_down_no_cart_is_shown_from_memory(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    site.line.cut()
    page = site.browser.get("/cart")
    assert page.status_code == 503
    assert GOODS[0][1] not in page.text
    assert "김*준" not in page.text
    site.line.restore()
    assert GOODS[0][1] in site.browser.get("/cart").text


def test_a_change_without_an_answer_is_asked_again_with_the_same_event_id_until_it_is_answered(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    site.line.cut()
    page = site.press("/cart/changes", **site.change_fields(1, 3))
    assert page.request.path == "/trying"
    assert "data-unanswered" in page.text
    visit = site.visit()
    assert visit.press is not None
    event_id = visit.press.event_id
    assert "아직 답을" in site.browser.get("/trying", headers=REFRESH).text
    assert wishes(site) == []
    site.line.restore()
    answered = site.browser.get("/trying", headers=REFRESH, follow_redirects=True)
    assert answered.request.path == "/cart"
    assert "3개로 바꾸고 있어요" in answered.text
    assert wishes(site) == [event_id]


def test_a_reply_that_was_lost_after_the_hub_had_said_yes_makes_no_second_wish(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    site.loses_next_answer = True
    assert site.press("/cart/changes", **site.change_fields(1, 3)).request.path == "/trying"
    recorded = wishes(site)
    assert len(recorded) == 1
    site.line.restore()
    assert "3개로 바꾸고 있어요" in site.browser.get("/trying", headers=REFRESH, follow_redirects=True).text
    assert wishes(site) == recorded


def test_a_scan_and_a_call_without_an_answer_are_tried_again_too(site: KioskSite) -> None:
    site.line.cut()
    assert site.press("/call", here="/").request.path == "/trying"
    site.line.restore()
    assert "직원을 불렀어요" in site.browser.get("/trying", headers=REFRESH, follow_redirects=True).text
    site.press("/wipe", how="left")
    site.line.cut()
    assert site.scan(site.min_jun.qr(site.clock.now_ms())).request.path == "/trying"
    site.line.restore()
    assert "김*준" in site.browser.get("/trying", headers=REFRESH, follow_redirects=True).text


def test_giving_up_forgets_the_press(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    site.line.cut()
    site.press("/cart/changes", **site.change_fields(1, 3))
    site.press("/wipe", how="left")
    site.line.restore()
    site.browser.get("/trying", headers=REFRESH)
    assert wishes(site) == []
    assert len(site.kiosk.visits) == 0


def test_the_idle_clock_stands_still_for_a_press_but_not_for_ever(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    site.line.cut()
    site.press("/cart/changes", **site.change_fields(1, 3))
    shown = []
    for _ in range(5):
        site.clock.advance(40_000)
        shown.append("data-unanswered" in site.browser.get("/trying", headers={"X-Idle": "0"}).text)
    assert shown == [True, True, True, True, False]


def test_a_hub_that_forgot_the_visit_leads_back_to_the_scanner_and_nothing_of_her_stays(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    site.hub.visits.forget({site.min_jun.identity})
    page = site.browser.get("/cart", follow_redirects=True)
    assert page.request.path == "/notice"
    assert "화면을 안전하게 닫았어요" in page.text
    assert "김*준" not in page.text
    assert [how for how, _ in site.log.ends] == ["lost"]


def test_while_the_line_to_central_is_cut_an_unknown_shopper_is_told_what_still_works(site: KioskSite) -> None:
    site.cut_from_central()
    stranger = type(site.min_jun)(9, "박*영", "ko", (0, 1))
    page = site.scan(stranger.qr(site.clock.now_ms())).text
    assert "지금은 온라인\n장바구니를\n불러올 수 없어요" in page
    assert "픽업 접수하기" in page
    assert "부터 연결 끊김" in page


def test_a_shopper_whose_cart_is_kept_here_is_identified_while_the_line_is_cut(site: KioskSite) -> None:
    site.cut_from_central()
    assert GOODS[0][1] in site.scan(site.min_jun.qr(site.clock.now_ms())).text
