"""The desk while the hub is recovering: said on every screen, and handing over asks for a manager each time."""

import pytest

from edge.app import recovering
from edge.app.board import read_line
from edge.domain.truth import OrderDown, StaffDown, StaffMember
from edge.passes import write_label
from tests.cast.counter import PIN, STORE, Counter, pin_hash
from tests.cast.desk_site import StaffDesk, words_of


@pytest.fixture
def order(counter: Counter) -> OrderDown:
    """A parcel on its shelf, in a shop whose hub was restored."""
    order, _ = counter.ready((1, 1), shelf="A-12")
    kim = StaffMember(staff_id="kim", name="김직원", role="clerk", pin_hash=pin_hash())
    lee = StaffMember(staff_id="lee", name="이점장", role="manager", pin_hash=pin_hash())
    counter.down((f"config:{STORE}", "staff", STORE, StaffDown(list=(kim, lee))))
    with counter.hub.state.writing() as conn:
        recovering.begin(conn, counter.clock.now_ms(), recovering.Reason.restored)
    return order


def test_the_board_says_since_when_and_what_still_works(desk: StaffDesk, counter: Counter, order: OrderDown) -> None:
    words = words_of(desk.page("/staff/board"))
    assert "복구 중이고 본사와 연결이 끊겼어요." in words
    assert "패스·라벨·매니저 PIN으로만" in words
    with counter.hub.state.writing() as conn:
        recovering.end(conn)
    assert read_line(counter.hub).recovering_since_ms is None
    assert "복구 중" not in words_of(desk.page("/staff/board"))


def test_pass_and_label_then_the_manager_and_only_then_it_leaves(
    desk: StaffDesk, counter: Counter, order: OrderDown
) -> None:
    label = write_label(order.order_id, 1, order.revision)
    shown = desk.ask("/hand", state=None, scan=counter.pass_of(order))
    assert "복구 중 · 옛 장부일 수 있어요" in words_of(shown["html"])
    assert 'type="submit"' not in shown["html"]
    shown = desk.ask("/hand", state=shown["state"], scan=label)
    assert "매니저가 PIN을 입력해 주세요" in words_of(shown["html"])
    assert 'name="manager.pin"' in shown["html"]
    state = shown["state"]
    press = {"pass": state["pass"], "labels": state["labels"], "receipt_no": None, "name_checked": state["expired"]}
    bare = desk.act("/v1/handovers", **press)
    assert (bare.status_code, bare.get_json()["reason"]) == (409, "manager_needed")
    said = desk.ask("/hand", state=state, problem={"reason": "manager_needed", "found": {}})
    assert "매니저 확인이 필요해요" in words_of(said["refusal"])
    done = desk.act("/v1/handovers", **press, manager={"staff_id": "lee", "pin": PIN})
    assert done.status_code == 200, done.get_json()


def test_a_pass_and_a_label_of_an_order_the_book_never_saw_are_taken_and_those_of_two_orders_are_not(
    desk: StaffDesk, counter: Counter, order: OrderDown
) -> None:
    unseen = counter.next_order((2, 1))
    shown = desk.ask("/hand", state=None, scan=counter.pass_of(unseen))
    assert "장부에 아직 없는 주문이에요" in words_of(shown["html"])
    other = desk.ask("/hand", state=shown["state"], scan=write_label(order.order_id, 1, order.revision))
    assert "다른 주문의 봉투예요" in words_of(other["refusal"])
    shown = desk.ask("/hand", state=shown["state"], scan=write_label(unseen.order_id, 1, 1))
    state = shown["state"]
    press = {"pass": state["pass"], "labels": state["labels"], "receipt_no": None, "name_checked": False}
    done = desk.act("/v1/handovers", **press, manager={"staff_id": "lee", "pin": PIN})
    assert (done.status_code, done.get_json()["parcels"]) == (200, [1])


def test_accepting_waits_and_says_why(desk: StaffDesk, counter: Counter, order: OrderDown) -> None:
    placed = counter.order((2, 1))
    no = desk.act(f"/v1/pickups/{placed.order_id}/accept")
    assert (no.status_code, no.get_json()["reason"]) == (409, "recovering")
