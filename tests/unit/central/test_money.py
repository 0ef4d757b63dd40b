"""Prices agreed before, charges, returns and what the books of a store add up to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.domain.cart import OrderWish, OrderWishLine
from edge.domain.facts import Condition, OrderAsked, ReturnCharge, ReturnLine, ReturnRecorded
from tests.cast.carried import Carried
from tests.cast.office import STORE, Office
from tests.cast.pickups import AT, KIM, SOAP, TEA

POST = {"code": "POST", "text": "Postage", "qty": 2, "price_minor": 1_500}


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Office]:
    """An office whose store takes prices and charges from the app: one that was imported with its past orders."""
    office = Office(tmp_path, agreed_prices=True)
    yield office
    office.close()


def collected(office: Office, order: str) -> Carried:
    """The order, carried to its handover and told to central."""
    (body,) = [row["body"] for row in office.hub.pull() if row["kind"] == "order" and row["key"] == order]
    carried = Carried(body)
    office.hub.push(*carried.to_ready().hand_over().owed())
    return carried


def take_back(office: Office, *lines: ReturnLine, refund_minor: int = 0, **more: Any) -> tuple[str, str | None]:
    """A return document of the store; gives its verdict."""
    given: dict[str, Any] = {"return_id": office.new_id(), "charges": ()} | more
    fact = ReturnRecorded(actor=KIM, at=AT, lines=lines, refund_minor=refund_minor, refund_asked=True, **given)
    (receipt,) = office.hub.push(fact)
    return receipt["verdict"], receipt.get("reason")


def back(order: str | None, gtin: str, qty: int, line: int | None = 1) -> ReturnLine:
    return ReturnLine(
        order=order, line=line if order else None, gtin=gtin, qty=qty, amount_minor=100, condition=Condition.as_new
    )


def totals(office: Office) -> dict[str, int]:
    return dict(office.operator.must("GET", f"/v1/admin/totals?store={STORE}"))


def test_an_agreed_price_stays_with_its_line_and_becomes_the_orders(imported: Office) -> None:
    first = imported.ada.put_in(TEA, 2, agreed_price_minor=2_500)
    second = imported.ada.put_in(TEA, 1)
    order = imported.ada.order([first, second])
    assert [(line["qty"], line["price_minor"]) for line in order["lines"]] == [(2, 2_500), (1, 3_000)]
    assert order["total_minor"] == 8_000


def test_an_agreed_price_counts_for_a_wish_from_the_store_too(imported: Office) -> None:
    line = imported.ada.put_in(TEA, 2, agreed_price_minor=2_500)
    cart = imported.ada.must("GET", "/v1/me/cart")["cart"]
    asked = OrderWishLine(line=line, line_version=cart["lines"][0]["version"], qty=2, seen_price_minor=2_500)
    wish = OrderWish(
        wish_id=imported.new_id(), cart=cart["cart_id"], base_version=cart["version"], store=STORE, lines=(asked,)
    )
    imported.hub.push(OrderAsked.of(wish, actor="kiosk:K1", at=AT), ids=[wish.wish_id])
    (order,) = imported.ada.must("GET", "/v1/me/orders")["orders"]
    assert (order["total_minor"], order["asked_by"]) == (5_000, wish.wish_id)


def test_a_charge_leaves_the_cart_with_the_first_order_that_takes_one_of_its_lines(imported: Office) -> None:
    soap, tea = imported.ada.put_in(SOAP, 1), imported.ada.put_in(TEA, 1)
    charge = POST | {"event_id": imported.new_id(), "lines": [soap, tea]}
    first = imported.ada.must("POST", "/v1/me/cart/changes", {"charges": [charge]})["cart"]
    cart = imported.ada.must("POST", "/v1/me/cart/changes", {"charges": [charge]})["cart"]
    assert cart == first
    assert [each["code"] for each in cart["charges"]] == ["POST"]
    order = imported.ada.order([tea])
    assert [(each["code"], each["qty"], each["price_minor"]) for each in order["charges"]] == [("POST", 2, 1_500)]
    assert order["total_minor"] == 6_000
    assert imported.ada.must("GET", "/v1/me/cart")["cart"]["charges"] == []
    assert imported.ada.order([soap])["charges"] == []


def test_an_order_of_charges_only_stays_with_central(imported: Office) -> None:
    asked = {"event_id": imported.new_id(), "store": STORE, "lines": [], "charges": [POST]}
    order = imported.ada.must("POST", "/v1/me/orders", asked)["order"]
    assert (order["pickup"], order["total_minor"]) == (False, 3_000)
    assert [row for row in imported.hub.pull() if row["kind"] in {"order", "name_card"} and not row["tombstone"]] == []
    reply = imported.ada.ask("GET", f"/v1/me/orders/{order['order_id']}/pass")
    assert (reply.status_code, reply.get_json()["reason"]) == (409, "no_pickup")
    assert (totals(imported)["sale_orders"], totals(imported)["pickups"]) == (1, 0)


def test_charges_are_refused_where_the_store_does_not_allow_them(office: Office) -> None:
    asked = {"event_id": office.new_id(), "store": STORE, "lines": [], "charges": [POST]}
    assert office.ada.ask("POST", "/v1/me/orders", asked).get_json()["reason"] == "price_not_yours"
    assert office.anyone.ask("POST", "/v1/guest/orders", asked).get_json()["reason"] == "price_not_yours"


def test_what_came_back_is_written_down_with_its_order_or_without(office: Office) -> None:
    office.ada.put_in(SOAP, 3)
    order = collected(office, office.ada.order()["order_id"]).order
    charge = ReturnCharge(code="POST", amount_minor=1_000)
    assert take_back(office, back(order, SOAP, 2), back(None, TEA, 1), refund_minor=1_200, charges=(charge,)) == (
        "recorded",
        None,
    )
    counted = totals(office)
    assert (counted["return_lines_linked"], counted["return_lines_without_order"]) == (1, 1)
    assert (counted["refund_minor"], counted["refund_charge_lines"], counted["return_units"]) == (1_200, 1, 3)
    assert office.ada.must("GET", f"/v1/me/orders/{order}")["order"]["state"] == "handed_over"


def test_more_than_left_cannot_come_back_unseen(office: Office) -> None:
    office.ada.put_in(SOAP, 3)
    order = collected(office, office.ada.order()["order_id"]).order
    assert take_back(office, back(order, SOAP, 2)) == ("recorded", None)
    assert take_back(office, back(order, SOAP, 2)) == ("flagged", "returned_more_than_handed_over")
    assert totals(office)["return_units"] == 4, "it happened, so it is written down"


def test_a_return_document_is_never_changed_by_another_of_its_id(office: Office) -> None:
    assert take_back(office, back(None, SOAP, 1), return_id="R1") == ("recorded", None)
    assert take_back(office, back(None, TEA, 5), return_id="R1") == ("flagged", "found_state_impossible")
    assert totals(office)["return_units"] == 1


def test_the_totals_count_charges_as_sales_and_not_as_products(imported: Office) -> None:
    line = imported.ada.put_in(SOAP, 2)
    charge = POST | {"event_id": imported.new_id(), "lines": [line]}
    imported.ada.must("POST", "/v1/me/cart/changes", {"charges": [charge]})
    collected(imported, imported.ada.order()["order_id"])
    counted = totals(imported)
    sales = {name: counted[name] for name in ("sale_orders", "sale_lines", "sale_units", "gross_minor")}
    assert sales == {"sale_orders": 1, "sale_lines": 2, "sale_units": 4, "gross_minor": 15_000}
    products = {name: counted[name] for name in ("product_lines", "product_units", "product_minor", "handed_over")}
    assert products == {"product_lines": 1, "product_units": 2, "product_minor": 12_000, "handed_over": 1}
    assert (counted["flagged"], counted["unreadable"]) == (0, 0)


def test_the_operator_sees_how_far_every_feed_has_come(office: Office) -> None:
    heads = office.operator.must("GET", "/v1/admin/feeds")["feeds"]
    office.ada.put_in(SOAP, 1)
    later = office.operator.must("GET", "/v1/admin/feeds")["feeds"]
    assert later[f"people:{STORE}"] == heads[f"people:{STORE}"] + 1
    assert later["catalogue:main"] == heads["catalogue:main"] == 3
