"""What a store asks about units it cannot pick: her phone shows it and answers, and the store has the last word."""

from typing import Any

from edge.domain.facts import PickupShort, PickupSubstituted
from edge.domain.pickup import AnsweredHow, Choice, ShortReason, found_of
from tests.cast.asked_facts import QUESTION, answered, asked
from tests.cast.carried import Carried
from tests.cast.office import STORE, Office
from tests.cast.pickups import AT, KIM, SOAP, TEA


def served(office: Office, order: str) -> Carried:
    """The order as the store got it."""
    return Carried(next(row["body"] for row in office.hub.pull() if row["kind"] == "order" and row["key"] == order))


def waiting(office: Office) -> Carried:
    """Ada ordered two soaps; one is missing, and the store asks."""
    office.ada.put_in(SOAP, 2)
    order = served(office, office.ada.order()["order_id"])
    office.hub.push(*order.accept().owed())
    office.hub.push(asked(order), ids=[QUESTION])
    order.did(asked(order)).owed()
    return order


def seen(office: Office, order: Carried) -> dict[str, Any]:
    return dict(office.ada.must("GET", f"/v1/me/orders/{order.order}")["order"])


def choose(office: Office, order: Carried, choice: str, gtin: str | None = None, *, event_id: str = "") -> Any:
    body = {"event_id": event_id or office.new_id(), "choice": choice, "gtin": gtin}
    return office.ada.ask("POST", f"/v1/me/orders/{order.order}/questions/{QUESTION}", body)


def kinds(office: Office) -> list[str]:
    return [message["kind"] for message in office.ada.messages()]


def rows(office: Office) -> list[dict[str, Any]]:
    return [row for row in office.hub.pull() if row["kind"] == "question_answered"]


def test_her_phone_shows_what_the_store_asks(office: Office) -> None:
    order = waiting(office)
    (question,) = seen(office, order)["questions"]
    assert (question["gtin"], question["qty"], question["price_minor"]) == (SOAP, 1, 6_000)
    assert question["offers"] == [{"gtin": TEA, "price_minor": 3_000}]
    assert (question["choice"], question["sent_choice"], question["other_store"]) == (None, None, True)
    assert kinds(office) == ["order_placed", "question_asked"]


def test_her_choice_goes_down_and_waits_for_the_stores_word(office: Office) -> None:
    order = waiting(office)
    press = office.new_id()
    first = choose(office, order, "substitute", TEA, event_id=press)
    assert first.status_code == 200, first.text
    (question,) = first.get_json()["order"]["questions"]
    assert (question["choice"], question["sent_choice"], question["sent_gtin"]) == (None, "substitute", TEA)
    (row,) = rows(office)
    assert (row["body"]["choice"], row["body"]["gtin"], row["body"]["order"]) == ("substitute", TEA, order.order)
    assert choose(office, order, "substitute", TEA, event_id=press).get_json() == first.get_json()
    assert rows(office) == []


def test_a_second_choice_is_told_the_first(office: Office) -> None:
    order = waiting(office)
    choose(office, order, "refund")
    second = choose(office, order, "substitute", TEA)
    assert second.status_code == 409
    assert second.get_json()["reason"] == "question_answered"
    assert second.get_json()["found"] == {"choice": "refund", "gtin": "", "how": "phone"}


def test_the_stores_word_counts_whatever_was_on_its_way(office: Office) -> None:
    order = waiting(office)
    choose(office, order, "substitute", TEA)
    rows(office)
    office.hub.push(answered(order, Choice.refund, how=AnsweredHow.kiosk))
    (question,) = seen(office, order)["questions"]
    assert (question["choice"], question["how"], question["sent_choice"]) == ("refund", "kiosk", None)
    (row,) = rows(office)
    assert row["tombstone"]
    late = choose(office, order, "other_store")
    assert late.get_json()["found"] == {"choice": "refund", "gtin": "", "how": "kiosk"}


def test_only_what_was_offered_may_be_chosen(office: Office) -> None:
    order = waiting(office)
    before = office.dump()
    for choice, gtin in (("substitute", SOAP), ("substitute", None), ("refund", TEA)):
        no = choose(office, order, choice, gtin)
        assert (no.status_code, no.get_json()["reason"]) == (409, "not_offered")
    someone = office.min_jun.ask(
        "POST", f"/v1/me/orders/{order.order}/questions/{QUESTION}", {"event_id": office.new_id(), "choice": "refund"}
    )
    assert someone.status_code == 404
    assert office.dump() == before


def test_units_for_another_store_stand_in_her_cart_again_once(office: Office) -> None:
    order = waiting(office)
    fact = answered(order, Choice.other_store, how=AnsweredHow.staff)
    batch = office.hub.batch(fact)
    office.hub.must("POST", "/v1/push", batch)
    office.hub.must("POST", "/v1/push", batch)
    (line,) = office.ada.must("GET", "/v1/me/cart")["cart"]["lines"]
    assert (line["gtin"], line["qty"]) == (SOAP, 1)


def test_a_second_word_about_a_question_fills_no_cart(office: Office) -> None:
    order = waiting(office)
    office.hub.push(answered(order, Choice.refund, how=AnsweredHow.staff))
    (receipt,) = office.hub.push(answered(order, Choice.other_store, how=AnsweredHow.staff))
    assert receipt["verdict"] == "flagged"
    assert office.ada.must("GET", "/v1/me/cart")["cart"]["lines"] == []
    assert seen(office, order)["questions"][0]["choice"] == "refund"


def test_units_join_the_line_that_is_in_her_cart(office: Office) -> None:
    order = waiting(office)
    office.ada.put_in(SOAP, 3)
    office.hub.push(answered(order, Choice.other_store, how=AnsweredHow.phone))
    (line,) = office.ada.must("GET", "/v1/me/cart")["cart"]["lines"]
    assert (line["gtin"], line["qty"]) == (SOAP, 4)


def test_what_came_instead_and_what_is_missing_is_told(office: Office) -> None:
    order = waiting(office)
    office.hub.push(answered(order, Choice.substitute, TEA, how=AnsweredHow.phone))
    order.did(answered(order, Choice.substitute, TEA, how=AnsweredHow.phone)).owed()
    instead = PickupSubstituted(
        actor=KIM,
        at=AT,
        order=order.order,
        line=1,
        qty=1,
        new_line=2,
        gtin=TEA,
        price_minor=3_000,
        gtin_scanned=TEA,
        found=found_of(order.pickup, 1),
    )
    order.did(instead)
    missing = PickupShort(
        actor=KIM,
        at=AT,
        order=order.order,
        line=1,
        qty=1,
        reason=ShortReason.damaged,
        found=found_of(order.pickup, 1),
    )
    receipts = office.hub.push(instead, missing)
    assert {receipt["verdict"] for receipt in receipts} == {"recorded"}
    soap, tea = seen(office, order)["lines"]
    assert (soap["substituted_qty"], soap["short_qty"], tea["for_line"], tea["price_minor"]) == (1, 1, 1, 3_000)
    assert kinds(office)[-2:] == ["line_substituted", "line_short"]
    told = office.ada.messages()[-2]["details"]
    assert (told["gtin"], told["for"], told["qty"]) == (TEA, SOAP, 1)


def test_a_guest_answers_with_the_token_and_has_no_cart_to_fill(office: Office) -> None:
    body = {"event_id": office.new_id(), "store": STORE, "lines": [{"gtin": SOAP, "qty": 2}], "if_short": "substitute"}
    placed = office.anyone.must("POST", "/v1/guest/orders", body)
    order = served(office, placed["order"]["order_id"])
    office.hub.push(*order.accept().owed())
    office.hub.push(asked(order), ids=[QUESTION])
    path, token = f"/v1/orders/{order.order}", f"Bearer {placed['order_token']}"
    held = office.anyone.must("GET", path, Authorization=token)["order"]
    assert (held["questions"][0]["other_store"], held["if_short"]) == (False, "substitute")
    at = f"{path}/questions/{QUESTION}"
    no = office.anyone.ask("POST", at, {"event_id": office.new_id(), "choice": "other_store"}, Authorization=token)
    assert no.get_json()["reason"] == "not_offered"
    assert office.anyone.ask("POST", at, {"event_id": office.new_id(), "choice": "refund"}).status_code == 401
    office.anyone.must("POST", at, {"event_id": office.new_id(), "choice": "refund"}, Authorization=token)
    assert rows(office)[0]["body"]["choice"] == "refund"


def test_the_stated_preference_goes_down_with_the_order(office: Office) -> None:
    office.ada.put_in(SOAP, 1)
    office.ada.must(
        "POST",
        "/v1/me/orders",
        {"event_id": office.new_id(), "store": STORE, "lines": None, "if_short": "substitute"},
    )
    (body,) = [row["body"] for row in office.hub.pull() if row["kind"] == "order"]
    assert body["if_short"] == "substitute"


def test_a_choice_on_its_way_is_taken_down_with_its_order(office: Office) -> None:
    order = waiting(office)
    choose(office, order, "refund")
    rows(office)
    office.hub.push(*order.grant_cancel("ask-1").owed())
    (row,) = rows(office)
    assert row["tombstone"]
