"""The other ways over the counter: no pass, a typed code, a second person, a parcel that is here after all, one step back."""

import re
from html import unescape
from typing import Any

import msgspec
import pytest

from edge.app.order_detail import OrderDetail, read_order
from edge.app.store_config import store_config
from edge.domain.truth import OrderDown, StaffDown, StaffMember, StoreSettings
from edge.passes import typed_check
from tests.cast.counter import PIN, STORE, Counter, pin_hash
from tests.cast.desk_site import StaffDesk, words_of

MANAGER = {"staff_id": "lee", "pin": PIN}


@pytest.fixture(autouse=True)
def _a_manager_works_here(counter: Counter) -> None:
    kim = StaffMember(staff_id="kim", name="김직원", role="clerk", pin_hash=pin_hash())
    lee = StaffMember(staff_id="lee", name="이점장", role="manager", pin_hash=pin_hash())
    counter.down((f"config:{STORE}", "staff", STORE, StaffDown(list=(kim, lee))))


def settings(counter: Counter, **changed: Any) -> None:
    """Head office changes what this store wants."""
    store = store_config(counter.hub)
    assert store is not None
    counter.down((f"config:{STORE}", "store", STORE, msgspec.structs.replace(store, settings=StoreSettings(**changed))))


def scan(desk: StaffDesk, text: str, state: dict[str, Any] | None = None, **more: object) -> dict[str, Any]:
    return desk.ask("/hand", state=state, scan=text, **more)


def body_of(html: str) -> dict[str, Any]:
    """What the form of the hand-over, or of the no, will send besides its fields."""
    found = re.search(r'data-post="[^"]+".*? data-body="([^"]*)"', html)
    assert found
    return dict(msgspec.json.decode(unescape(found.group(1))))


def path_of(html: str) -> str:
    found = re.search(r'data-post="([^"]+)"', html)
    assert found
    return found.group(1)


def detail(counter: Counter, order: OrderDown) -> OrderDetail:
    found = read_order(counter.hub, order.order_id)
    assert found is not None
    return found


def test_without_a_pass_the_shopper_says_her_digits_and_a_manager_vouches(desk: StaffDesk, counter: Counter) -> None:
    order, staged = counter.ready((1, 1))
    state = desk.ask("/hand", state=None, order_id=order.order_id)["state"]
    without = desk.ask("/hand", state=state, turn="by_name")
    assert "1234" not in words_of(without["html"]), "the digits are hers to say"
    shown = scan(desk, staged.label, without["state"])
    for name in ("digits", "manager.staff_id", "manager.pin", "name_checked"):
        assert f'name="{name}"' in shown["html"], name
    press = body_of(shown["html"]) | {"name_checked": True, "manager": MANAGER}
    assert desk.act(path_of(shown["html"]), **press, digits="9999").get_json()["reason"] == "wrong_digits"
    assert desk.act(path_of(shown["html"]), **press, digits="1234").status_code == 200
    assert detail(counter, order).card.state == "handed_over"


def test_a_typed_code_asks_for_the_digits_and_opens_what_the_pass_opens(desk: StaffDesk, counter: Counter) -> None:
    order = msgspec.structs.replace(counter.next_order((1, 1)), typed_check=typed_check("K7M2QR4T", STORE))
    counter.bring(order)
    counter.pick(order)
    staged = counter.stage(order, "A-12")
    asked = scan(desk, "k7m2 qr4t".replace(" ", ""), typed=True)
    assert 'data-digits="K7M2QR4T"' in asked["html"]
    wrong = scan(desk, "K7M2QR4T", typed=True, digits="0000")
    assert "코드나 끝번호가 달라요" in words_of(wrong["refusal"])
    opened = scan(desk, "K7M2QR4T", typed=True, digits="1234")
    assert "입력한 코드와 끝번호가 맞아요" in words_of(opened["html"])
    shown = scan(desk, staged.label, opened["state"])
    press = body_of(shown["html"])
    bare = desk.act("/v1/handovers", **press)
    assert bare.get_json()["reason"] == "typing_not_allowed"
    again = desk.ask("/hand", state=shown["state"], problem={"reason": "typing_not_allowed", "found": {}})
    assert 'name="manager.pin"' in again["html"]
    assert desk.act("/v1/handovers", **press, manager=MANAGER).status_code == 200


def test_four_digits_that_fit_two_orders_ask_which_one(desk: StaffDesk, counter: Counter) -> None:
    orders = [counter.order((0, 1)) for _ in range(7)]
    twice = [orders[0], orders[6]]
    shown = scan(desk, "1234", typed=True)
    for order in twice:
        assert f'data-hand="{order.order_id}"' in shown["html"]
    assert scan(desk, "5678", typed=True)["state"]["order_id"] == orders[5].order_id


def test_above_the_value_limit_the_name_and_a_colleagues_pin_are_asked_before_the_press(
    desk: StaffDesk, counter: Counter
) -> None:
    settings(counter, value_limit_minor=10_000)
    order, staged = counter.ready((1, 1))
    shown = scan(desk, staged.label, scan(desk, counter.pass_of(order))["state"])
    for name in ("name_checked", "second.staff_id", "second.pin"):
        assert f'name="{name}"' in shown["html"], name
    press = body_of(shown["html"]) | {"proxy": True}
    bare = desk.act("/v1/handovers", **press)
    assert bare.get_json()["reason"] == "value_limit"
    told = desk.ask("/hand", state=shown["state"], problem=bare.get_json())
    assert "19,000원" in words_of(told["refusal"])
    assert "is-amber" in told["refusal"]
    done = desk.act("/v1/handovers", **press, name_checked=True, second=MANAGER)
    assert done.status_code == 200


def test_below_it_nobody_is_asked(desk: StaffDesk, counter: Counter) -> None:
    settings(counter, value_limit_minor=100_000)
    order, staged = counter.ready((1, 1))
    shown = scan(desk, staged.label, scan(desk, counter.pass_of(order))["state"])
    assert "second.pin" not in shown["html"]
    assert 'name="proxy"' in shown["html"]


def test_an_age_is_ticked_and_nothing_else_of_it_kept(desk: StaffDesk, counter: Counter) -> None:
    settings(counter, age_categories=("stick",))
    order, staged = counter.ready((1, 1))
    shown = scan(desk, staged.label, scan(desk, counter.pass_of(order))["state"])
    assert 'name="age_checked" required' in shown["html"]
    assert desk.act("/v1/handovers", **body_of(shown["html"])).get_json()["reason"] == "age_check"
    assert desk.act("/v1/handovers", **body_of(shown["html"]), age_checked=True).status_code == 200


def test_recorded_but_the_parcel_is_here_is_put_right_by_one_press(desk: StaffDesk, counter: Counter) -> None:
    order, staged = counter.ready((1, 1))
    counter.hand_over(order, staged)
    refused = scan(desk, counter.pass_of(order))
    assert "refuse-act" not in refused["refusal"], "nothing is offered before the parcel is in the hand"
    here = scan(desk, staged.label, refused["state"])
    assert path_of(here["refusal"]) == "/v1/handovers/parcel-is-here"
    done = desk.act(path_of(here["refusal"]), **body_of(here["refusal"]))
    assert done.status_code == 200
    assert len(done.get_json()["voided"]) == 1
    assert detail(counter, order).card.state == "handed_over"


def test_what_was_kept_behind_a_no_is_let_go_by_another_orders_scan(desk: StaffDesk, counter: Counter) -> None:
    order, staged = counter.ready((1, 1))
    counter.hand_over(order, staged)
    other, parcel = counter.ready((2, 1), shelf="B-01")
    held = scan(desk, counter.pass_of(order))["state"]
    shown = scan(desk, parcel.label, held)
    assert shown["state"]["order_id"] == other.order_id
    assert "html" in shown, "no wrong parcel is cried: nothing was open"


def test_a_bag_that_came_back_without_a_pass_needs_a_manager(desk: StaffDesk, counter: Counter) -> None:
    order, staged = counter.ready((1, 1))
    counter.hand_over(order, staged)
    back = scan(desk, staged.label)["refusal"]
    assert 'name="manager.pin"' in back
    bare = desk.act(path_of(back), **body_of(back))
    assert bare.get_json()["reason"] == "manager_needed"
    assert desk.act(path_of(back), **body_of(back), manager=MANAGER).status_code == 200
    assert detail(counter, order).card.state == "ready"


def test_an_asked_cancel_is_refused_on_the_spot_and_the_hand_over_goes_on(desk: StaffDesk, counter: Counter) -> None:
    order, staged = counter.ready((1, 1))
    counter.ask_cancel(order)
    refused = scan(desk, counter.pass_of(order))
    assert body_of(refused["refusal"]) == {"grant": False}
    assert desk.act(path_of(refused["refusal"]), **body_of(refused["refusal"])).status_code == 200
    shown = desk.ask("/hand", state=refused["state"], turn="go_on")
    shown = scan(desk, staged.label, shown["state"])
    assert desk.act("/v1/handovers", **body_of(shown["html"])).status_code == 200


def test_the_undo_stands_at_the_foot_with_its_end_and_takes_the_parcel_back(desk: StaffDesk, counter: Counter) -> None:
    order, staged = counter.ready((1, 2))
    press = counter.press()
    body = {"event_id": press, "pass": counter.pass_of(order), "labels": [staged.label]}
    assert desk.act("/v1/handovers", **body).status_code == 200
    foot = desk.page(f"/staff/board/parts?last={order.order_id}&did=handed&event={press}")
    assert f'data-until="{counter.clock.now_ms() + 10_000}"' in foot
    assert f'data-act="/v1/handovers/{press}/undo"' in foot
    assert desk.act(f"/v1/handovers/{press}/undo", reason="undo").status_code == 200
    foot = desk.page(f"/staff/board/parts?last={order.order_id}&did=undone&event=")
    assert "전달을 되돌렸어요. 봉투는 다시 A-12 선반이에요." in words_of(foot)
    assert "data-until" not in foot


def test_an_event_that_is_no_event_gets_no_button(desk: StaffDesk, counter: Counter) -> None:
    order, staged = counter.ready((1, 2))
    counter.hand_over(order, staged)
    for event in ("", "x", '"><script>', "../../v1/x"):
        foot = desk.client.get("/staff/board/parts", query_string={"last": order.order_id, "event": event})
        assert "data-until" not in foot.get_data(as_text=True), event


def test_a_shopper_who_was_told_can_be_told_again(desk: StaffDesk, counter: Counter) -> None:
    told, _ = counter.ready((0, 1))
    untold, _ = counter.ready((1, 1), shelf="B-01")
    counter.tell(told)
    ready = desk.page("/staff/board/parts").split('data-part="ready"')[1]
    assert f"/v1/pickups/{told.order_id}/resend" in ready
    assert f"/v1/pickups/{untold.order_id}/resend" not in ready
    assert desk.act(f"/v1/pickups/{told.order_id}/resend").status_code == 200
    said = desk.page(f"/staff/board/parts?last={told.order_id}&did=resent&event=")
    assert "다시 알려요" in words_of(said)


def test_a_long_lane_shows_its_first_forty_says_how_many_more_there_are_and_brings_them(
    desk: StaffDesk, counter: Counter
) -> None:
    for _ in range(45):
        counter.order((0, 1))
    html = desk.page("/staff/board")
    assert html.count("data-order=") == 40
    assert "나머지 5건 더 보기" in words_of(html)
    assert '<span class="num">45</span>' in html
    html = desk.page("/staff/board/parts?most=80")
    assert html.count("data-order=") == 45
    assert "더 보기" not in words_of(html.split('data-part="preparing"')[1])
