"""Wishes from a store: decided hours later by the same rules, answered behind the change they caused."""

from typing import Any

from edge.domain.cart import CartChange, OrderWish, OrderWishLine
from edge.domain.facts import CartChangeAsked, OrderAsked
from tests.cast.office import STORE, Office
from tests.cast.pickups import AT, SOAP, TEA

KIOSK = "kiosk:K1"


def cart_of(office: Office) -> dict[str, Any]:
    return dict(office.ada.must("GET", "/v1/me/cart")["cart"])


def change(office: Office, line: str | None, qty: int, *, after: str | None = None, **more: Any) -> CartChange:
    """What Ada sees now, and what she wishes of it."""
    cart = cart_of(office)
    seen = next((each for each in cart["lines"] if each["line"] == line), {"version": 0, "gtin": TEA})
    asked = {
        "wish_id": office.new_id(),
        "cart": cart["cart_id"],
        "base_version": cart["version"],
        "after": after,
        "line": line,
        "line_version": seen["version"],
        "gtin": seen["gtin"],
        "target_qty": qty,
        "seen_price_minor": 6_000,
    }
    return CartChange(**(asked | more))


def order(office: Office, lines: list[str], **more: Any) -> OrderWish:
    cart = cart_of(office)
    asked = [
        OrderWishLine(line=each["line"], line_version=each["version"], qty=each["qty"], seen_price_minor=6_000)
        for each in cart["lines"]
        if each["line"] in lines
    ]
    given = {
        "wish_id": office.new_id(),
        "cart": cart["cart_id"],
        "base_version": cart["version"],
        "store": STORE,
        "lines": tuple(asked),
    }
    return OrderWish(**(given | more))


def push(office: Office, *wishes: CartChange | OrderWish) -> list[dict[str, Any]]:
    """Send wishes up and give the answers that come down."""
    facts = [
        CartChangeAsked.of(wish, actor=KIOSK, at=AT)
        if isinstance(wish, CartChange)
        else OrderAsked.of(wish, actor=KIOSK, at=AT)
        for wish in wishes
    ]
    office.hub.pull()
    office.hub.push(*facts, ids=[wish.wish_id for wish in wishes])
    return [row["body"] for row in office.hub.pull() if row["kind"] == "wish.answered"]


def test_a_wish_is_granted_and_her_phone_shows_it(office: Office) -> None:
    line = office.ada.put_in(SOAP, 1)
    (answer,) = push(office, change(office, line, 3))
    assert answer["outcome"] == "granted"
    cart = cart_of(office)
    assert cart["lines"][0]["qty"] == 3
    assert answer["version"] == cart["version"]


def test_a_wish_crossed_by_the_phone_is_refused_and_the_phone_is_told(office: Office) -> None:
    line = office.ada.put_in(SOAP, 1)
    wish = change(office, line, 3)
    phone = {"event_id": office.new_id(), "line": line, "gtin": SOAP, "target_qty": 2}
    office.ada.must("POST", "/v1/me/cart/changes", {"changes": [phone]})
    (answer,) = push(office, wish)
    assert (answer["outcome"], answer["reason"]) == ("refused", "line_changed")
    assert cart_of(office)["lines"][0]["qty"] == 2
    message = office.ada.messages()[-1]
    assert (message["kind"], message["details"]["reason"], message["wish"]) == (
        "wish_refused",
        "line_changed",
        wish.wish_id,
    )


def test_a_chain_of_wishes_is_granted_one_after_the_other(office: Office) -> None:
    line = office.ada.put_in(SOAP, 1)
    first = change(office, line, 2)
    second = change(office, line, 5, after=first.wish_id)
    answers = push(office, first, second)
    assert [answer["outcome"] for answer in answers] == ["granted", "granted"]
    assert cart_of(office)["lines"][0]["qty"] == 5


def test_a_wish_behind_a_refused_one_is_superseded(office: Office) -> None:
    line = office.ada.put_in(SOAP, 1)
    first = change(office, line, 3, seen_price_minor=5_000)
    second = change(office, line, 2, after=first.wish_id)
    answers = push(office, first, second)
    assert [answer["outcome"] for answer in answers] == ["refused", "superseded"]


def test_a_price_that_rose_during_the_cut_is_asked_again(office: Office) -> None:
    line = office.ada.put_in(SOAP, 1)
    wish = change(office, line, 2)
    dearer = {"gtin": SOAP, "name": {"ko": "비누"}, "price_minor": 6_500, "currency": "KRW"}
    office.operator.must("PUT", "/v1/products", {"products": [dearer]})
    (answer,) = push(office, wish)
    assert (answer["outcome"], answer["reason"]) == ("refused", "price_rose")
    assert [each["outcome"] for each in push(office, change(office, line, 0))] == ["granted"]


def test_an_order_wished_in_the_store_comes_before_its_answer_and_takes_the_lines(office: Office) -> None:
    soap, tea = office.ada.put_in(SOAP, 2), office.ada.put_in(TEA, 1)
    wish = order(office, [soap])
    office.hub.pull()
    office.hub.push(OrderAsked.of(wish, actor=KIOSK, at=AT), ids=[wish.wish_id])
    rows = [row for row in office.hub.pull() if row["feed"] == f"store:{STORE}"]
    assert [row["kind"] for row in rows] == ["order", "wish.answered"]
    assert rows[0]["seq"] < rows[1]["seq"]
    assert rows[1]["body"]["order_id"] == rows[0]["body"]["order_id"]
    assert [line["line"] for line in cart_of(office)["lines"]] == [tea]
    assert office.ada.messages()[-1]["kind"] == "order_placed"


def test_an_order_wish_is_refused_whole_and_names_the_first_line(office: Office) -> None:
    soap, tea = office.ada.put_in(SOAP, 2), office.ada.put_in(TEA, 1)
    wish = order(office, [soap, tea])
    phone = {"event_id": office.new_id(), "line": tea, "gtin": TEA, "target_qty": 4}
    office.ada.must("POST", "/v1/me/cart/changes", {"changes": [phone]})
    (answer,) = push(office, wish)
    assert (answer["outcome"], answer["reason"], answer["line"]) == ("refused", "line_changed", tea)
    assert office.count("orders") == 0
    assert office.ada.messages()[-1]["details"]["gtin"] == TEA


def test_a_wish_is_granted_once_however_often_it_comes(office: Office) -> None:
    soap = office.ada.put_in(SOAP, 2)
    wish = order(office, [soap])
    fact = OrderAsked.of(wish, actor=KIOSK, at=AT)
    batch = office.hub.batch(fact, ids=[wish.wish_id])
    for _ in range(3):
        office.hub.must("POST", "/v1/push", batch)
    batch["origin"]["epoch"], batch["previous"] = "restored", None
    receipts = office.hub.must("POST", "/v1/push", batch)["receipts"]
    assert receipts[0]["verdict"] == "duplicate"
    assert (office.count("orders"), office.count("wishes")) == (1, 1)


def test_the_last_unit_wished_twice_is_sold_once(office: Office) -> None:
    soap = office.ada.put_in(SOAP, 10)
    rival = office.min_jun.put_in(SOAP, 10)
    first = order(office, [soap])
    assert office.min_jun.order([rival])["state"] == "placed"
    (answer,) = push(office, first)
    assert (answer["outcome"], answer["reason"]) == ("refused", "sold_out")


def test_a_wish_for_a_cart_nobody_knows_is_answered_too(office: Office) -> None:
    wish = change(office, None, 1, cart="AAAAAAAAAAAAA")
    (answer,) = push(office, wish)
    assert (answer["outcome"], answer["reason"]) == ("refused", "cart_closed")


def test_a_store_cannot_ask_for_the_shelf_of_another(office: Office) -> None:
    soap = office.ada.put_in(SOAP, 2)
    wish = order(office, [soap], store="S002")
    office.hub.pull()
    (receipt,) = office.hub.push(OrderAsked.of(wish, actor=KIOSK, at=AT), ids=[wish.wish_id])
    assert (receipt["verdict"], receipt["reason"]) == ("flagged", "other_store")
    assert [line["line"] for line in cart_of(office)["lines"]] == [soap]
