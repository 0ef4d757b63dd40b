"""The list of open orders counts as a page: whatever is on it belongs to the store before it leaves."""

from central.store import feeds
from tests.cast.office import STORE, Office
from tests.cast.pickups import SOAP


def place(office: Office) -> str:
    change = {"event_id": office.new_id(), "line": None, "gtin": SOAP, "target_qty": 1}
    office.ada.must("POST", "/v1/me/cart/changes", {"changes": [change]})
    asked = {"event_id": office.new_id(), "store": STORE, "lines": None}
    return str(office.ada.must("POST", "/v1/me/orders", asked)["order"]["order_id"])


def cancel(office: Office, order: str) -> str:
    answer = office.ada.must("POST", f"/v1/me/orders/{order}/cancel", {"event_id": office.new_id()})
    return str(answer["order"]["state"] if "order" in answer else answer["state"])


def test_an_order_on_the_list_can_only_be_asked_about(office: Office) -> None:
    order = place(office)
    page = office.hub.must("GET", "/v1/orders/open")
    assert [row["key"] for row in page["rows"] if row["kind"] == "order"] == [order]
    assert cancel(office, order) != "cancelled"
    again = office.hub.must("GET", "/v1/orders/open")
    assert [row["kind"] for row in again["rows"] if row["key"] == order] == ["order", "cancel_asked"]


def test_an_order_that_was_never_on_a_page_is_central_s_alone(office: Office) -> None:
    order = place(office)
    assert cancel(office, order) == "cancelled"
    assert order not in {row["key"] for row in office.hub.must("GET", "/v1/orders/open")["rows"]}


def test_the_list_ends_where_the_feed_ends_and_is_of_one_feed(office: Office) -> None:
    place(office)
    page = office.hub.must("GET", "/v1/orders/open")
    with office.central.books.reading() as tx:
        head = feeds.heads(tx, [f"store:{STORE}"])
        assert feeds.served_up_to(tx, f"store:{STORE}") == max(row["seq"] for row in page["rows"])
    assert (page["cursor"], page["more"]) == (head, False)
    office.hub.cursor[f"store:{STORE}"] = page["cursor"][f"store:{STORE}"]
    assert [row for row in office.hub.pull() if row["feed"] == f"store:{STORE}"] == []


def test_another_store_s_hub_gets_its_own_list(office: Office) -> None:
    place(office)
    assert office.other_hub().must("GET", "/v1/orders/open")["rows"] == []


def test_a_copy_of_the_hub_that_was_put_aside_gets_no_list(office: Office) -> None:
    order = place(office)
    for _ in range(4):  # two machines under one identity: the epoch that was heard first goes on
        for epoch in ("first", "second"):
            office.hub.ask("GET", f"/v1/time?term=1&epoch={epoch}")
            office.clock.advance(10_000)
    answers = {epoch: office.hub.ask("GET", f"/v1/orders/open?term=1&epoch={epoch}") for epoch in ("first", "second")}
    assert {epoch: answer.status_code for epoch, answer in answers.items()} == {"first": 200, "second": 409}
    assert answers["second"].get_json()["reason"] == "superseded"
    assert order in {row["key"] for row in answers["first"].get_json()["rows"]}
