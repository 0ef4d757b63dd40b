"""Carts on the phone: changes are answered once, stores that hold the cart hear of it, prices of her own need leave."""

from tests.cast.office import STORE, Office
from tests.cast.pickups import SOAP, TEA


def test_a_line_put_in_is_in_the_cart_and_on_its_way_to_her_store(office: Office) -> None:
    line = office.ada.put_in(SOAP, 2)
    cart = office.ada.must("GET", "/v1/me/cart")["cart"]
    assert [(each["line"], each["gtin"], each["qty"]) for each in cart["lines"]] == [(line, SOAP, 2)]
    rows = [row for row in office.hub.pull() if row["kind"] == "cart" and row["key"] == office.ada.cart]
    assert rows[-1]["body"] == cart


def test_the_same_change_again_is_answered_the_same_and_done_once(office: Office) -> None:
    change = {"event_id": office.new_id(), "line": None, "gtin": TEA, "target_qty": 1}
    first = office.ada.must("POST", "/v1/me/cart/changes", {"changes": [change]})
    again = office.ada.must("POST", "/v1/me/cart/changes", {"changes": [change]})
    assert again["answers"] == first["answers"]
    assert again["cart"] == first["cart"]
    assert office.count("cart_lines", f"gtin = '{TEA}'") == 1


def test_an_event_id_used_for_something_else_is_refused(office: Office) -> None:
    name = office.ada.put_in(TEA, 1)
    change = {"event_id": name, "line": None, "gtin": TEA, "target_qty": 5}
    reply = office.ada.ask("POST", "/v1/me/cart/changes", {"changes": [change]})
    assert reply.status_code == 409
    assert reply.get_json()["reason"] == "key_reused"


def test_an_online_cart_may_hold_more_than_her_store_has_but_nothing_that_is_not_sold(office: Office) -> None:
    change = {"event_id": office.new_id(), "line": None, "gtin": TEA, "target_qty": 11}
    unknown = {"event_id": office.new_id(), "line": None, "gtin": "09520000099998", "target_qty": 1}
    answers = office.ada.must("POST", "/v1/me/cart/changes", {"changes": [change, unknown]})["answers"]
    assert [answer["outcome"] for answer in answers] == ["granted", "refused"]
    assert answers[1]["reason"] == "sold_out"


def test_a_price_of_her_own_is_refused_where_the_store_does_not_allow_it(office: Office) -> None:
    change = {"event_id": office.new_id(), "line": None, "gtin": TEA, "target_qty": 1, "agreed_price_minor": 1}
    reply = office.ada.ask("POST", "/v1/me/cart/changes", {"changes": [change]})
    assert reply.status_code == 403
    assert reply.get_json()["reason"] == "price_not_yours"


def test_an_order_takes_its_lines_out_of_the_cart_and_freezes_their_prices(office: Office) -> None:
    soap, tea = office.ada.put_in(SOAP, 2), office.ada.put_in(TEA, 1)
    order = office.ada.order([soap])
    assert order["total_minor"] == 12_000
    assert order["state"] == "placed"
    cart = office.ada.must("GET", "/v1/me/cart")["cart"]
    assert [line["line"] for line in cart["lines"]] == [tea]
    down = [row["body"] for row in office.hub.pull() if row["kind"] == "order"]
    assert [(each["order_id"], each["store"], each["total_minor"]) for each in down] == [
        (order["order_id"], STORE, 12_000)
    ]
