"""The hand-over as the board's module asks for it, scan by scan: what is shown, what is refused, what is carried on."""

from typing import Any

import msgspec

from edge.app.order_detail import OrderDetail, read_order
from edge.domain.truth import OrderDown
from tests.cast.counter import gtin_of
from tests.cast.desk_site import StaffDesk, words_of


def detail(desk: StaffDesk, order: OrderDown) -> OrderDetail:
    found = read_order(desk.counter.hub, order.order_id)
    assert found is not None
    return found


def scan(desk: StaffDesk, text: str, state: dict[str, Any] | None = None) -> dict[str, Any]:
    return desk.ask("/hand", state=state, scan=text)


def test_a_pass_shows_masked_name_last_four_digits_and_items_and_asks_for_the_parcel(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((1, 1), (4, 2), shelf="A-12")
    shown = scan(desk, desk.counter.pass_of(order))
    words = words_of(shown["html"])
    assert "패스 확인 · 진짜 패스예요" in words
    assert order.display_code in words
    assert "박*연 님 · 끝번호 1234" in words
    assert "무아결 와플 핸드타월 오트밀 2" in words
    assert "A-12 선반의 봉투를 스캔해 주세요" in words
    assert 'type="submit"' not in shown["html"]


def test_with_the_parcel_scanned_one_press_hands_over_and_a_second_scan_says_when_and_by_whom(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 1))
    pass_text = desk.counter.pass_of(order)
    shown = scan(desk, staged.label, scan(desk, pass_text)["state"])
    assert 'type="submit"' in shown["html"]
    state = shown["state"]
    assert (state["pass"], state["labels"], state["checked"]) == (pass_text, [staged.label], [1])
    press = {"pass": state["pass"], "labels": state["labels"], "receipt_no": None, "name_checked": state["expired"]}
    assert desk.act("/v1/handovers", **press).status_code == 200
    desk.counter.clock.advance(120_000)
    for again in (pass_text, staged.label):
        refusal = words_of(scan(desk, again)["refusal"])
        assert "이미 " in refusal
        assert "14:00에 kim 직원이 전달했어요" in refusal


def test_a_parcel_of_another_order_fills_the_screen_with_both_codes_and_shelves(desk: StaffDesk) -> None:
    mine, _ = desk.counter.ready((1, 1), shelf="A-12")
    other, held = desk.counter.ready((2, 1), shelf="A-21")
    state = scan(desk, desk.counter.pass_of(mine))["state"]
    answer = scan(desk, held.label, state)
    words = words_of(answer["refusal"])
    assert "다른 주문의 봉투예요" in words
    assert f"{other.display_code} 선반 A-21" in words
    assert f"{mine.display_code} 선반 A-12" in words
    assert answer["state"] == state


def test_the_parcel_may_be_scanned_first_and_still_waits_for_the_pass(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 1))
    first = scan(desk, staged.label)
    assert "손님의 패스를 스캔해 주세요" in words_of(first["html"])
    shown = scan(desk, desk.counter.pass_of(order), first["state"])
    assert 'type="submit"' in shown["html"]


def test_a_pass_of_another_order_opens_that_order_without_the_labels_scanned_before(desk: StaffDesk) -> None:
    mine, staged = desk.counter.ready((1, 1))
    other, _ = desk.counter.ready((2, 1))
    state = scan(desk, staged.label, scan(desk, desk.counter.pass_of(mine))["state"])["state"]
    shown = scan(desk, desk.counter.pass_of(other), state)["state"]
    assert (shown["order_id"], shown["labels"], shown["checked"]) == (other.order_id, [], [])


def test_a_label_scanned_twice_counts_once_and_the_rest_is_asked_for(desk: StaffDesk) -> None:
    order = desk.counter.order((0, 2), (5, 1))
    desk.counter.pick(order)
    from_first = desk.counter.stage(order, "B-02", desk.counter.units_of(order, 1))
    desk.counter.stage(order, "B-07")
    state = scan(desk, from_first.label, scan(desk, desk.counter.pass_of(order))["state"])["state"]
    shown = scan(desk, from_first.label, state)
    assert shown["state"]["checked"] == [1]
    words = words_of(shown["html"])
    assert "봉투가 1개 더 있어요" in words
    assert "봉투 2 B-07 · 1개 스캔해 주세요" in words


def test_money_due_asks_for_the_tills_receipt_and_is_refused_without(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 1), due_minor=12_000)
    shown = scan(desk, staged.label, scan(desk, desk.counter.pass_of(order))["state"])
    assert 'name="receipt_no"' in shown["html"]
    assert "12,000원을 받고 영수증 번호를 입력해 주세요" in words_of(shown["html"])
    state = shown["state"]
    bare = desk.act("/v1/handovers", **{"pass": state["pass"], "labels": state["labels"]})
    assert bare.status_code == 409
    problem = bare.get_json()
    told = desk.ask("/hand", state=state, problem={"reason": problem["reason"], "found": problem["found"]})
    assert "12,000원" in words_of(told["refusal"])
    paid = {"pass": state["pass"], "labels": state["labels"], "receipt_no": "4711"}
    assert desk.act("/v1/handovers", **paid).status_code == 200


def test_an_expired_pass_is_amber_and_leads_on_with_the_name_checked(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 1))
    shown = scan(desk, desk.counter.pass_of(order, expires_in_ms=-7_200_000))
    assert "state-warn" in shown["html"]
    assert "기한이 지난 패스예요. 이름과 끝번호를 확인해 주세요." in words_of(shown["html"])
    state = scan(desk, staged.label, shown["state"])["state"]
    assert state["expired"] is True
    press = {"pass": state["pass"], "labels": state["labels"]}
    assert desk.act("/v1/handovers", **press).get_json()["reason"] == "pass_expired"
    assert desk.act("/v1/handovers", **press, name_checked=True).status_code == 200


def test_a_genuine_pass_of_an_order_that_has_not_arrived_releases_nothing_and_says_since_when(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    unknown = msgspec.structs.replace(order, order_id="AAAAAAAAAAAAA")
    answer = scan(desk, desk.counter.pass_of(unknown))
    assert "html" not in answer
    assert "is-amber" in answer["refusal"]
    assert "진짜 패스지만, 본사와 14:00부터 끊겨서 주문이 오지 않았어요" in words_of(answer["refusal"])


def test_forged_foreign_and_unreadable_passes_are_each_told_apart(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    forged = scan(desk, desk.counter.pass_of(order, forged=True))
    assert "진짜 패스가 아니에요" in words_of(forged["refusal"])
    foreign = scan(desk, desk.counter.pass_of(order, store_number=77))
    assert "다른 매장의 패스예요" in words_of(foreign["refusal"])
    torn = scan(desk, desk.counter.pass_of(order)[:-4])
    assert torn["said"] == "모르는 코드예요"


def test_an_asked_cancel_stops_the_hand_over_and_says_when_it_was_asked(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    desk.counter.ask_cancel(order)
    answer = scan(desk, desk.counter.pass_of(order))
    assert "14:00에 취소 요청이 왔어요" in words_of(answer["refusal"])


def test_an_unknown_code_is_said_at_the_foot_of_the_board_and_aloud_over_an_open_order(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    idle = scan(desk, "HELLO-WORLD")
    assert (idle["state"], idle["said"], idle["wrong"]) == (None, "모르는 코드예요", True)
    state = scan(desk, desk.counter.pass_of(order))["state"]
    assert "모르는 코드예요" in words_of(scan(desk, "HELLO-WORLD", state)["refusal"])
    assert "refusal" in scan(desk, gtin_of(0), state)
    assert scan(desk, "X" * 5000)["said"] == "읽을 수 없는 코드예요"


def test_a_typed_display_code_opens_the_order_without_opening_anything(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    shown = scan(desk, detail(desk, order).card.display_code.lower())
    assert shown["state"]["pass"] is None
    assert "아직 패스를 보지 못했어요" in words_of(shown["html"])


def test_a_pressed_card_shows_its_order_and_waits_for_the_pass(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    shown = desk.ask("/hand", state=None, order_id=order.order_id)
    assert "손님의 패스를 스캔해 주세요" in words_of(shown["html"])


def test_a_question_that_does_not_fit_its_type_is_a_400(desk: StaffDesk) -> None:
    for body in (b"", b"{", b"[]", b'{"scan": 5}', b"{}", b'{"state": {"order_id": 3}, "scan": "X"}', b"\xff\xfe"):
        reply = desk.client.post("/staff/hand", data=body, content_type="application/json")
        assert reply.status_code == 400, body
