"""Take back: lines of an order or products without one, what may come back at most, one document per press."""

import json
import re
from html import unescape
from typing import Any

from tests.cast.counter import GOODS, gtin_of
from tests.cast.desk_site import StaffDesk, words_of


def rows(html: str) -> list[dict[str, Any]]:
    """The rows a scan brings, by what the module reads of them."""
    found = []
    for row in re.findall(r"<li .*?</li>", html, re.DOTALL):
        data = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', row.split(">", 1)[0]))
        data |= json.loads(unescape(data["asked"]))
        most = re.search(r'name="qty"[^>]*max="(\d+)" value="(\d+)"', row)
        assert most
        found.append({**data, "max": most.group(1), "qty": most.group(2)})
    return found


def test_a_pass_brings_the_lines_that_left_with_its_order_and_none_is_taken_yet(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 2), (4, 3))
    desk.counter.hand_over(order, staged)
    told = desk.ask("/take-back/scan", scan=desk.counter.pass_of(order))
    lines = rows(told["html"])
    assert [(row["line"], row["max"], row["qty"], row["price"]) for row in lines] == [
        (1, "2", "0", "19000"),
        (2, "3", "0", "9000"),
    ]
    assert "반품할 수 있는 상품 2가지를 찾았어요" in told["said"]


def test_the_parcels_label_and_the_typed_code_find_the_same_order(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 2))
    desk.counter.hand_over(order, staged)
    by_pass = desk.ask("/take-back/scan", scan=desk.counter.pass_of(order))["html"]
    for scan in (staged.label, order.display_code, order.display_code.lower()):
        assert desk.ask("/take-back/scan", scan=scan)["html"] == by_pass


def test_what_came_back_before_may_not_come_back_again(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((1, 2))
    desk.counter.hand_over(order, staged)
    line = {"order_id": order.order_id, "line": 1, "gtin": gtin_of(1), "qty": 1, "amount_minor": 19_000}
    body = {"lines": [{**line, "condition": "as_new"}], "charges": [], "refund_minor": 19_000, "refund_asked": True}
    assert desk.act("/v1/returns", **body).status_code == 200
    assert [row["max"] for row in rows(desk.ask("/take-back/scan", scan=staged.label)["html"])] == ["1"]
    assert desk.act("/v1/returns", **body).status_code == 200
    told = desk.ask("/take-back/scan", scan=staged.label)
    assert told["html"].strip() == ""
    assert told["said"] == "이 주문에서 더 받을 수 있는 상품이 없어요."
    refused = desk.act("/v1/returns", **body)
    assert refused.status_code == 409
    problem = refused.get_json()
    shown = desk.ask("/take-back/refusal", reason=problem["reason"], found=problem["found"])
    assert "0개까지 반품할 수 있어요" in words_of(shown["refusal"])


def test_an_order_that_has_not_left_brings_nothing(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((1, 2))
    told = desk.ask("/take-back/scan", scan=desk.counter.pass_of(order))
    assert told["html"].strip() == ""


def test_a_product_comes_back_without_an_order_at_todays_price(desk: StaffDesk) -> None:
    told = desk.ask("/take-back/scan", scan=gtin_of(3)[1:])
    row = rows(told["html"])[0]
    assert (row["order_id"], row["line"], row["gtin"], row["qty"], row["price"]) == (
        None,
        None,
        gtin_of(3),
        "1",
        "15000",
    )
    assert "주문 없는 반품" in words_of(told["html"])
    assert GOODS[3][1] in words_of(told["html"])
    line = {"order_id": None, "line": None, "gtin": gtin_of(3), "qty": 1, "amount_minor": 15_000, "condition": "opened"}
    recorded = desk.act("/v1/returns", lines=[line], charges=[], refund_minor=15_000, refund_asked=True)
    assert recorded.status_code == 200
    assert desk.ask("/take-back/done", units=recorded.get_json()["units"])["said"] == "반품 1개를 기록했어요."


def test_what_is_no_product_and_no_order_is_refused_in_words(desk: StaffDesk) -> None:
    for scan in ("4006381333931", "2222", "HELLO-WORLD", "X" * 5000):
        assert "코드예요" in words_of(desk.ask("/take-back/scan", scan=scan)["refusal"])


def test_the_form_says_what_happens_to_the_refund_while_the_line_is_cut(desk: StaffDesk) -> None:
    words = words_of(desk.page("/staff/take-back"))
    assert "반품은 바로 기록되고, 환불은 연결되면 이어져요." in words
    assert "반품은 계속 받을 수 있어요." in words
