"""Orders: who may see them, their pass, how they are cancelled, and guests with a token."""

from typing import Any

from central.store.keys import get_pass_keys
from edge.domain.pickup import PassSeen
from edge.passes import read_pass
from sync.signing import parse_public
from tests.cast.carried import Carried
from tests.cast.office import STORE, Office
from tests.cast.pickups import SOAP, TEA


def adas_order(office: Office) -> str:
    office.ada.put_in(SOAP, 2)
    return str(office.ada.order()["order_id"])


def guest_order(office: Office, **more: Any) -> dict[str, Any]:
    asked = {"event_id": office.new_id(), "store": STORE, "name": "이서", "lines": [{"gtin": TEA, "qty": 2}]} | more
    return dict(office.anyone.must("POST", "/v1/guest/orders", asked))


def seen(office: Office, text: str) -> PassSeen:
    with office.central.books.reading() as tx:
        keys = {key.key_id: parse_public(key.public) for key in get_pass_keys(tx)}
    read = read_pass(text, keys)
    assert isinstance(read, PassSeen)
    return read


def test_a_pass_is_read_by_the_published_key_and_names_the_order(office: Office) -> None:
    order = adas_order(office)
    answer = office.ada.must("GET", f"/v1/me/orders/{order}/pass")
    read = seen(office, answer["pass"])
    assert (read.order_id, read.store_number, read.revision) == (order, 1, 1)
    assert read.expires_at_ms >= answer["expires_at_ms"] > office.clock.now_ms()
    keys = [row["body"] for row in office.hub.pull() if row["kind"] == "pass_key"]
    assert [key["key_id"] for key in keys] == [read.key_id]


def test_asking_again_gives_the_same_pass_until_it_runs_out(office: Office) -> None:
    order = adas_order(office)
    first = office.ada.must("GET", f"/v1/me/orders/{order}/pass")
    assert office.ada.must("GET", f"/v1/me/orders/{order}/pass") == first
    office.clock.advance(15 * 86_400_000)
    later = office.ada.must("GET", f"/v1/me/orders/{order}/pass")
    assert seen(office, later["pass"]).pass_id != seen(office, first["pass"]).pass_id


def test_somebody_elses_order_looks_like_none(office: Office) -> None:
    order = adas_order(office)
    for path in ("", "/pass"):
        reply = office.min_jun.ask("GET", f"/v1/me/orders/{order}{path}")
        assert (reply.status_code, reply.get_json()["reason"]) == (404, "unknown_order")
    asked = {"event_id": office.new_id()}
    assert office.min_jun.ask("POST", f"/v1/me/orders/{order}/cancel", asked).status_code == 404


def test_an_order_no_store_was_served_is_cancelled_by_central_alone(office: Office) -> None:
    order = adas_order(office)
    answer = office.ada.must("POST", f"/v1/me/orders/{order}/cancel", {"event_id": office.new_id()})
    assert answer["order"]["state"] == "cancelled"
    rows = [row for row in office.hub.pull() if row["kind"] == "order"]
    assert [(row["key"], row["tombstone"]) for row in rows] == [(order, True)]
    assert office.ada.messages()[-1]["kind"] == "order_cancelled"


def test_an_order_the_store_was_served_is_only_asked_for(office: Office) -> None:
    order = adas_order(office)
    rows = [row["body"] for row in office.hub.pull() if row["kind"] == "order"]
    ask = office.new_id()
    answer = office.ada.must("POST", f"/v1/me/orders/{order}/cancel", {"event_id": ask})
    assert answer["order"]["state"] == "placed"
    assert answer["order"]["cancel_asked_at_ms"] == office.clock.now_ms()
    asks = [row["body"] for row in office.hub.pull() if row["kind"] == "cancel_asked"]
    assert asks == [{"ask_id": ask, "order": order}]
    office.hub.push(*Carried(rows[0]).accept().grant_cancel(ask).owed())
    assert office.ada.must("GET", f"/v1/me/orders/{order}")["order"]["state"] == "cancelled"


def test_a_refused_cancel_may_be_asked_again_and_asking_twice_asks_once(office: Office) -> None:
    order = adas_order(office)
    (body,) = [row["body"] for row in office.hub.pull() if row["kind"] == "order"]
    first, second = office.new_id(), office.new_id()
    for _ in range(2):
        office.ada.must("POST", f"/v1/me/orders/{order}/cancel", {"event_id": first})
    assert len([row for row in office.hub.pull() if row["kind"] == "cancel_asked"]) == 1
    office.hub.push(*Carried(body).accept().refuse_cancel(first).owed())
    office.ada.must("POST", f"/v1/me/orders/{order}/cancel", {"event_id": second})
    asks = [row["body"]["ask_id"] for row in office.hub.pull() if row["kind"] == "cancel_asked"]
    assert asks == [second]


def test_a_collected_order_cannot_be_cancelled(office: Office) -> None:
    order = adas_order(office)
    (body,) = [row["body"] for row in office.hub.pull() if row["kind"] == "order"]
    office.hub.push(*Carried(body).to_ready().hand_over().owed())
    reply = office.ada.ask("POST", f"/v1/me/orders/{order}/cancel", {"event_id": office.new_id()})
    assert (reply.status_code, reply.get_json()["reason"]) == (409, "already_collected")


def test_the_same_order_asked_again_is_the_same_order(office: Office) -> None:
    office.ada.put_in(SOAP, 1)
    asked = {"event_id": office.new_id(), "store": STORE}
    first = office.ada.must("POST", "/v1/me/orders", asked)
    assert office.ada.must("POST", "/v1/me/orders", asked) == first
    assert office.count("orders") == 1


def test_an_empty_cart_orders_nothing(office: Office) -> None:
    reply = office.ada.ask("POST", "/v1/me/orders", {"event_id": office.new_id(), "store": STORE})
    assert (reply.status_code, reply.get_json()["reason"]) == (409, "nothing_to_order")


def test_a_guests_token_opens_her_order_and_its_pass_and_nothing_else(office: Office) -> None:
    placed, other = guest_order(office), guest_order(office)
    order, bearer = placed["order"]["order_id"], f"Bearer {placed['order_token']}"
    got = office.anyone.must("GET", f"/v1/orders/{order}", Authorization=bearer)["order"]
    assert (got["guest"], got["total_minor"]) == (True, 6_000)
    answer = office.anyone.must("GET", f"/v1/orders/{order}/pass", Authorization=bearer)
    assert seen(office, answer["pass"]).order_id == order
    reply = office.anyone.ask("GET", f"/v1/orders/{other['order']['order_id']}", Authorization=bearer)
    assert reply.status_code == 404
    assert office.anyone.ask("GET", f"/v1/orders/{order}").status_code == 401


def test_a_lost_answer_to_a_guest_is_given_again_with_its_token(office: Office) -> None:
    asked = {"event_id": office.new_id(), "store": STORE, "lines": [{"gtin": TEA, "qty": 1}]}
    first = office.anyone.must("POST", "/v1/guest/orders", asked)
    assert office.anyone.must("POST", "/v1/guest/orders", asked) == first
    assert office.count("guests", f"token_hash = '{first['order_token']}'") == 0, "the token itself is not kept"


def test_two_guests_cannot_both_buy_the_last_units(office: Office) -> None:
    guest_order(office, lines=[{"gtin": TEA, "qty": 10}])
    asked = {"event_id": office.new_id(), "store": STORE, "lines": [{"gtin": TEA, "qty": 1}]}
    reply = office.anyone.ask("POST", "/v1/guest/orders", asked)
    assert (reply.status_code, reply.get_json()["reason"]) == (409, "sold_out")


def test_the_name_card_of_an_order_is_masked(office: Office) -> None:
    order = guest_order(office, phone="010-1234-5678")["order"]["order_id"]
    cards = {row["key"]: row["body"] for row in office.hub.pull() if row["kind"] == "name_card"}
    assert (cards[order]["masked_name"], cards[order]["last4"]) == ("이*", "5678")
