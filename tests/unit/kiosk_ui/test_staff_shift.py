"""What is looked at once a shift: how the day stands, the review list, orders nobody came for."""

import re

import msgspec
import pytest

from edge.app.act import Tx, in_one_transaction
from edge.app.store_config import store_config
from edge.domain.truth import StaffDown, StaffMember, StoreSettings
from edge.store import incidents
from tests.cast.counter import PIN, STORE, Counter, pin_hash
from tests.cast.desk_site import StaffDesk, words_of

MANAGER = {"staff_id": "lee", "pin": PIN}
HOUR_MS = 3_600_000


@pytest.fixture(autouse=True)
def _a_manager_works_here(counter: Counter) -> None:
    kim = StaffMember(staff_id="kim", name="김직원", role="clerk", pin_hash=pin_hash())
    lee = StaffMember(staff_id="lee", name="이점장", role="manager", pin_hash=pin_hash())
    counter.down((f"config:{STORE}", "staff", STORE, StaffDown(list=(kim, lee))))


def figures(html: str) -> dict[str, str]:
    """Every figure of the report by its name."""
    pairs = re.findall(r'<dt>([^<]+)</dt><dd><span class="num">(\d+)</span>', html)
    return dict(reversed(pairs))


def handed_over(desk: StaffDesk, counter: Counter) -> str:
    """A parcel leaves at desk 1; gives the press."""
    order, staged = counter.ready((1, 1))
    press = counter.press()
    body = {"event_id": press, "pass": counter.pass_of(order), "labels": [staged.label]}
    assert desk.act("/v1/handovers", **body).status_code == 200
    return press


def test_the_report_counts_what_is_open_late_untold_and_done_by_whom(desk: StaffDesk, counter: Counter) -> None:
    counter.order((0, 1), promised_in_min=5)
    counter.ready((1, 1))
    counter.ask_cancel(counter.ready((2, 1))[0])
    handed_over(desk, counter)
    counter.clock.advance(2 * HOUR_MS)
    html = desk.page("/staff/shift")
    found = figures(html)
    assert (found["열린 주문"], found["준비 완료"], found["약속 시간 지남"], found["취소 요청"]) == ("3", "2", "1", "1")
    assert (found["전달"], found["패스 없이"], found["되돌림"]) == ("1", "0", "0")
    assert re.search(r'<tr><th scope="row">kim</th><td>1</td><td>0</td><td>0</td><td>0</td></tr>', html)
    assert re.search(r"\d\d:\d\d 약속", words_of(html))


def test_an_incident_is_chosen_from_the_list_and_closed_with_a_managers_pin(desk: StaffDesk, counter: Counter) -> None:
    press = handed_over(desk, counter)

    def act(tx: Tx) -> None:
        incidents.raise_one(tx.conn, kind="parcel_is_here", subject=press, detail="a bag", now_ms=tx.now_ms)
        incidents.raise_one(tx.conn, kind="disk_full", subject="H1", detail="", now_ms=tx.now_ms)

    in_one_transaction(counter.hub, act)
    listed = desk.page("/staff/review")
    assert listed.count("<li><a href=") == 2
    (about,) = [
        each
        for each in re.findall(r"incident=(\d+)", listed)
        if "데스크 1" in desk.page(f"/staff/review?incident={each}")
    ]
    page = desk.page(f"/staff/review?incident={about}")
    assert "전달 기록 되돌림" in words_of(page)
    path = f"/v1/incidents/{about}/review"
    assert f'data-post="{path}"' in page
    body = {"outcome": "voided", "note_code": "goods_found"}
    assert desk.act(path, **body, manager=MANAGER | {"pin": "000000"}).status_code == 409
    assert desk.act(path, **body, manager=MANAGER).status_code == 200
    done = desk.page(f"/staff/review?open=0&incident={about}")
    assert "lee" in words_of(done)
    assert "물건을 찾았어요" in words_of(done)
    assert f"incident={about}" not in desk.page("/staff/review")


def test_nobody_came_is_shown_before_it_is_done_done_by_a_manager_and_taken_back(counter: Counter) -> None:
    store = store_config(counter.hub)
    assert store is not None
    kept = msgspec.structs.replace(store, settings=StoreSettings(keep_open_hours=1))
    counter.down((f"config:{STORE}", "store", STORE, kept))
    order, _ = counter.ready((1, 1))
    counter.tell(order)
    counter.clock.advance(40 * HOUR_MS)
    clerk = StaffDesk(counter)
    page = clerk.page("/staff/no-shows")
    assert order.display_code in words_of(page)
    assert "매니저로 로그인하면" in words_of(page)
    assert 'data-post="/v1/no-shows"' not in page
    counter.promote_kim()
    manager = StaffDesk(counter)
    page = manager.page("/staff/no-shows")
    assert 'data-post="/v1/no-shows"' in page
    run = manager.act("/v1/no-shows", limit=50).get_json()
    assert run["expired"] == 1
    page = manager.page("/staff/no-shows")
    assert "1건 마감" in words_of(page)
    assert f'data-post="/v1/no-shows/{run["run_id"]}/undo"' in page
    assert manager.act(f"/v1/no-shows/{run['run_id']}/undo").get_json()["reopened"] == 1
    assert f"/v1/no-shows/{run['run_id']}/undo" not in manager.page("/staff/no-shows")


def test_a_scan_on_these_pages_is_carried_to_the_board(desk: StaffDesk) -> None:
    for path in ("/staff/shift", "/staff/review", "/staff/no-shows"):
        assert "desk-page.mjs" in desk.page(path)
        assert "현황판으로" in words_of(desk.page(path))
