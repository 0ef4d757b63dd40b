"""The ops page: the line and since when, what is owed per lane, who is silent, what a person should look at, today's line."""

import re

from edge.app.keep_line import note_beat, note_start
from edge.app.ops_view import DeviceView
from edge.store import devices, incidents
from kiosk_ui.ops.line_today import BAND_PX, Change, band, changes_until, labels
from kiosk_ui.ops.page import devices_to_look_at_first
from tests.cast.counter import NOON_MS
from tests.cast.desk_site import StaffDesk, words_of

MINUTE_MS = 60_000


def beats(desk: StaffDesk, passed: bool, after_min: int) -> None:
    """The line goes or comes back `after_min` minutes from now."""
    desk.counter.clock.advance(after_min * MINUTE_MS)
    for _ in range(3):
        note_beat(desk.counter.hub, passed=passed)


def test_while_cut_the_page_says_since_when_for_how_long_and_what_waits(desk: StaffDesk) -> None:
    beats(desk, passed=True, after_min=0)
    beats(desk, passed=False, after_min=5)
    desk.counter.clock.advance(27 * MINUTE_MS)
    words = words_of(desk.page("/ops/"))
    assert "14:05부터 오프라인 2026-11-21 14:32" in words
    assert "성수 플래그십 · 혼자 돌아가고 있어요" in words
    assert "본사와 27분째 연결되지 않았어요" in words


def test_lanes_say_what_is_owed_and_since_when(desk: StaffDesk) -> None:
    desk.counter.ready((0, 1))
    desk.counter.clock.advance(6 * MINUTE_MS)
    words = words_of(desk.page("/ops/"))
    assert "3갈래 · 모두 4건" in words
    assert "픽업·전달 4 14:00 · 6분 0" in words
    assert "장바구니·동의 0 – 0" in words


def test_a_silent_device_is_named_before_the_others(desk: StaffDesk) -> None:
    now_ms = desk.counter.clock.now_ms()
    with desk.counter.hub.state.writing() as conn:
        for node in ("K1", "K2"):
            devices.enrol(conn, node=node, role="kiosk", public=f"ed25519:{node}", now_ms=now_ms)
        devices.seen(conn, {"K1": now_ms - 4_000, "K2": now_ms - 18 * MINUTE_MS})
    words = words_of(desk.page("/ops/"))
    assert "키오스크 K2 신호 없음 18분 전 키오스크 K1 정상 4초 전" in words


def test_a_revoked_device_is_no_trouble_and_comes_last() -> None:
    heard = {"K1": None, "K2": NOON_MS, "K3": None}
    states = {"K1": "revoked", "K2": "active", "K3": "active"}
    views = [
        DeviceView(node=node, role="kiosk", state=states[node], last_seen_ms=at_ms) for node, at_ms in heard.items()
    ]
    rows = devices_to_look_at_first(views, NOON_MS)
    assert [(row.node, row.health) for row in rows] == [("K3", "silent"), ("K2", "fine"), ("K1", "revoked")]


def test_what_needs_a_person_is_listed_with_its_words(desk: StaffDesk) -> None:
    assert "확인할 일이 없어요" in words_of(desk.page("/ops/"))
    with desk.counter.hub.state.writing() as conn:
        incidents.raise_one(conn, kind="origin_forked", subject="S001/H1", detail="epoch 7f", now_ms=NOON_MS)
        incidents.raise_one(conn, kind="never_heard_of", subject="x", detail="", now_ms=NOON_MS)
    words = words_of(desk.page("/ops/"))
    assert "기록이 두 갈래로 갈라졌어요 14:00 · S001/H1 · epoch 7f" in words
    assert "확인이 필요한 일" in words


def test_the_line_history_of_today_is_a_band_a_table_and_a_sentence(desk: StaffDesk) -> None:
    note_start(desk.counter.hub)
    beats(desk, passed=True, after_min=1)
    beats(desk, passed=False, after_min=60)
    beats(desk, passed=True, after_min=2)
    desk.counter.clock.advance(3 * MINUTE_MS)
    html = desk.page("/ops/", "ko")
    assert re.findall(r'<rect class="(bx|gap)"', html) == ["gap", "bx", "gap", "bx"]
    assert "14:00부터 1분 끊김, 14:01부터 1시간 연결됨, 15:01부터 2분 끊김, 15:03부터 3분 연결됨" in html
    assert "15:01 끊김 2분 14:01 연결됨 1시간" in words_of(html)


def test_the_pieces_that_refresh_are_the_ones_the_page_was_made_of(desk: StaffDesk) -> None:
    names = re.findall(r'data-part="([a-z]+)"', desk.page("/ops/"))
    assert re.findall(r'data-part="([a-z]+)"', desk.page("/ops/parts")) == names


def test_the_page_speaks_english(desk: StaffDesk) -> None:
    words = words_of(desk.page("/ops/", "en"))
    assert "Seongsu Flagship is running on its own" in words
    assert "Nothing to review" in words


def test_a_stretch_that_began_yesterday_starts_at_midnight() -> None:
    turns = [(0, True), (50, False)]
    assert changes_until(turns, 20, 100) == [
        Change(at_ms=20, up=True, length_ms=30),
        Change(at_ms=50, up=False, length_ms=50),
    ]
    assert changes_until([], 20, 100) == []
    assert band([]) == []


def test_the_band_fills_its_width_and_a_cut_of_a_moment_can_still_be_seen() -> None:
    day = 86_400_000
    changes = changes_until([(0, True), (day // 2, False), (day // 2 + 1000, True)], 0, day)
    stretches = band(changes)
    assert [stretch.width for stretch in stretches] == [BAND_PX / 2, 2, BAND_PX / 2]
    assert stretches[-1].x + stretches[-1].width <= BAND_PX + 1


def test_labels_below_the_band_never_overlap() -> None:
    changes = changes_until([(0, True), (100, False), (101, True), (700, False)], 0, 1000)
    shown = labels(changes, band(changes))
    assert [label.at_ms for label in shown] == [0, 700]


def test_an_incident_leads_to_the_page_where_a_manager_reviews_it(desk: StaffDesk) -> None:
    with desk.counter.hub.state.writing() as conn:
        incidents.raise_one(conn, kind="row_refused", subject="S001/H1", detail="", now_ms=NOON_MS)
    leads_to = re.search(r'href="(/staff/review\?incident=\d+)"', desk.page("/ops/"))
    assert leads_to
    assert "data-post=" in desk.page(leads_to.group(1))
