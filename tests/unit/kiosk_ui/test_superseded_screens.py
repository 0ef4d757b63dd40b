"""A hub whose place another has says so on every screen: since when, hand over nothing, call; and goes back when it is settled."""

import pytest

from edge.app.put_aside import note_current, note_superseded
from tests.cast.counter import Counter
from tests.cast.desk_site import StaffDesk, words_of
from tests.cast.kiosk_site import KioskSite


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("replaced", "이 허브는 11월 21일 14:00에 교체되었어요."),
        ("twin", "11월 21일 14:00부터 같은 허브가 다른 곳에서도 돌고 있어요."),
    ],
)
def test_the_board_says_since_when_and_whom_to_call(desk: StaffDesk, counter: Counter, why: str, said: str) -> None:
    note_superseded(counter.hub, why, counter.clock.now_ms())
    words = words_of(desk.page("/staff/board"))
    assert said in words
    assert "아무것도 내주지 말고 매니저와 본사에 전화하세요." in words
    note_current(counter.hub)
    assert "아무것도 내주지" not in words_of(desk.page("/staff/board"))


def test_a_press_at_the_desk_is_refused_with_what_to_do(desk: StaffDesk, counter: Counter) -> None:
    order, staged = counter.ready((1, 1))
    note_superseded(counter.hub, "replaced", counter.clock.now_ms())
    press = {"pass": counter.pass_of(order), "labels": [staged.label], "receipt_no": None, "name_checked": False}
    no = desk.act("/v1/handovers", **press)
    assert (no.status_code, no.get_json()["reason"]) == (409, "superseded")
    said = desk.ask("/hand", state=None, problem={"reason": "superseded", "found": no.get_json()["found"]})
    words = words_of(said["refusal"])
    assert "이 허브는 더 이상 쓰지 않아요" in words
    assert "14:00에 다른 허브가 이 매장을 맡았어요." in words


def test_the_ops_page_says_it_first(desk: StaffDesk, counter: Counter) -> None:
    note_superseded(counter.hub, "twin", counter.clock.now_ms())
    words = words_of(desk.page("/ops/"))
    assert "2026-11-21 14:00부터 같은 허브가 다른 곳에서도 돌고 있어요" in words
    assert "본사가 다른 허브에 이 매장을 맡겼어요" in words


def test_the_kiosk_begins_nothing_and_ends_what_was_begun(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    note_superseded(site.hub, "replaced", site.clock.now_ms())
    gone = site.browser.get("/cart", follow_redirects=True)
    assert "김*준" not in gone.text
    nobody = site.app.test_client()
    page = nobody.get("/")
    assert page.status_code == 503
    assert "지금은 이 화면에서 도와드릴 수 없어요" in page.text
    assert "직원용: 이 허브는 11월 21일 14:00에 교체되었어요." in page.text
    assert "data-poll" in page.text
    note_current(site.hub)
    assert "내 QR" in nobody.get("/").text
