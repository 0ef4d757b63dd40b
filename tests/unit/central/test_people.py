"""People: put once however often they are put, held by a store only with their yes, proven by their own app's key."""

from typing import Any

from edge.passes import step_of, write_u1
from tests.cast.carried import Carried
from tests.cast.office import STORE, Office, Shopper
from tests.cast.pickups import SOAP

HOLD = {"purpose": "personalisation", "channel": "store"}


def people_rows(office: Office, kind: str) -> dict[str, Any]:
    return {row["key"]: row for row in office.hub.pull() if row["feed"] == f"people:{STORE}" and row["kind"] == kind}


def say(office: Office, shopper: Shopper, *, given: bool) -> Any:
    return shopper.must("PUT", "/v1/me/consents", HOLD | {"event_id": office.new_id(), "given": given})


def stranger(office: Office) -> dict[str, Any]:
    """Somebody of another store, with an app and no interest in this one."""
    put = office.operator.must(
        "PUT", "/v1/profiles", {"profiles": [{"external_key": "so-hee", "name": "소희", "app_public_key": None}]}
    )
    return dict(put["profiles"][0])


def test_the_store_she_chose_holds_her_card_and_cart_masked(office: Office) -> None:
    cards = people_rows(office, "card")
    card = cards[office.ada.identity]["body"]
    assert (card["masked_name"], card["last4"], card["locale"]) == ("A*a L******e", "0002", "en")
    assert card["app_public_key"].startswith("ed25519:")
    assert "Lovelace" not in str(card)


def test_withdrawn_consent_takes_card_and_cart_back_at_once(office: Office) -> None:
    people_rows(office, "card")
    me = say(office, office.ada, given=False)
    assert {"purpose": "personalisation", "channel": "store", "given": True} not in me["consents"]
    rows = office.hub.pull()
    gone = {(row["kind"], row["key"]) for row in rows if row["tombstone"]}
    assert gone == {("card", office.ada.identity), ("cart", office.ada.cart)}
    office.ada.put_in(SOAP, 1)
    assert people_rows(office, "cart") == {}


def test_consent_given_again_brings_them_back(office: Office) -> None:
    say(office, office.ada, given=False)
    office.clock.advance(1_000)
    office.hub.pull()
    say(office, office.ada, given=True)
    rows = office.hub.pull()
    assert {row["kind"] for row in rows if not row["tombstone"]} == {"card", "cart"}


def test_the_same_consent_call_again_appends_nothing(office: Office) -> None:
    act = HOLD | {"event_id": office.new_id(), "given": False}
    first = office.ada.must("PUT", "/v1/me/consents", act)
    before = office.count("consents")
    assert office.ada.must("PUT", "/v1/me/consents", act) == first
    assert office.count("consents") == before


def test_the_same_person_put_again_is_the_same_person(office: Office) -> None:
    person = {"external_key": "kim-ji", "name": "김지", "phone": "010-1234-5678", "consents": [HOLD]}
    first = office.operator.must("PUT", "/v1/profiles", {"profiles": [person]})
    before = office.dump()
    again = office.operator.must("PUT", "/v1/profiles", {"profiles": [person]})
    assert again == first
    after = office.dump()
    for table in ("profiles", "carts", "consents"):
        assert after[table] == before[table]
    assert office.count("identities", "kind = 'phone' AND value = '+821012345678'") == 1


def test_people_are_put_all_or_none(office: Office) -> None:
    before = office.dump()
    people = [{"external_key": "a", "name": "A"}, {"external_key": "b", "name": "B", "store": "S999"}]
    reply = office.operator.ask("PUT", "/v1/profiles", {"profiles": people})
    assert (reply.status_code, reply.get_json()["reason"]) == (404, "unknown_store")
    assert office.dump() == before


def test_a_phone_number_that_is_none_is_said_so(office: Office) -> None:
    reply = office.operator.ask("PUT", "/v1/profiles", {"profiles": [{"name": "A", "phone": "12"}]})
    assert (reply.status_code, reply.get_json()["reason"]) == (422, "meaningless")


def test_choosing_another_store_moves_card_and_cart(office: Office) -> None:
    store = {"store_number": 2, "name": {"ko": "강남"}, "currency": "KRW", "timezone": "Asia/Seoul"}
    office.operator.must("PUT", "/v1/stores/S002", store)
    office.hub.pull()
    assert office.ada.must("PUT", "/v1/me/store", {"store": "S002"})["store"] == "S002"
    gone = {(row["kind"], row["key"]) for row in office.hub.pull() if row["tombstone"]}
    assert gone == {("card", office.ada.identity), ("cart", office.ada.cart)}
    assert office.count("interests", "store_id = 'S002'") == 1


def test_an_open_order_keeps_her_card_where_she_collects_and_its_end_takes_it_back(office: Office) -> None:
    office.ada.put_in(SOAP, 1)
    order = office.ada.order()["order_id"]
    office.ada.must("PUT", "/v1/me/store", {"store": None})
    assert office.count("interests", f"identity_id = '{office.ada.identity}'") == 1
    (body,) = [row["body"] for row in office.hub.pull() if row["kind"] == "order" and row["key"] == order]
    office.hub.push(*Carried(body).to_ready().hand_over().owed())
    assert office.count("interests", f"identity_id = '{office.ada.identity}'") == 0


def test_a_hub_without_her_card_proves_her_here_and_may_fetch_her_cart(office: Office) -> None:
    say(office, office.ada, given=False)
    u1 = write_u1(office.ada.secret, office.ada.identity, step_of(office.clock.now_ms()))
    found = office.hub.must("POST", "/v1/identify", {"u1": u1})
    assert found["card"]["identity"] == office.ada.identity
    assert found["cart"]["cart_id"] == office.ada.cart
    assert office.hub.must("GET", f"/v1/shoppers/{office.ada.identity}/cart")["cart"] == found["cart"]


def test_a_lost_answer_is_given_again_but_a_proof_counts_for_one_store_alone(office: Office) -> None:
    u1 = write_u1(office.ada.secret, office.ada.identity, step_of(office.clock.now_ms()))
    first = office.hub.must("POST", "/v1/identify", {"u1": u1})
    assert office.hub.must("POST", "/v1/identify", {"u1": u1}) == first
    reply = office.other_hub().ask("POST", "/v1/identify", {"u1": u1})
    assert (reply.status_code, reply.get_json()["reason"]) == (409, "used_code")


def test_an_old_forged_or_foreign_proof_is_refused(office: Office) -> None:
    step = step_of(office.clock.now_ms())
    old = write_u1(office.ada.secret, office.ada.identity, step - 3)
    forged = write_u1(office.min_jun.secret, office.ada.identity, step)
    unknown = write_u1(office.ada.secret, "AAAAAAAAAAAAA", step)
    reasons = [
        office.hub.ask("POST", "/v1/identify", {"u1": u1}).get_json()["reason"]
        for u1 in (old, forged, unknown, "U1NOTHING", "x" * 512)
    ]
    assert reasons == ["expired_code", "forged", "not_proven", "not_a_proof", "not_a_proof"]


def test_a_cart_is_not_shown_to_a_store_she_never_stood_in(office: Office) -> None:
    so_hee = stranger(office)
    reply = office.hub.ask("GET", f"/v1/shoppers/{so_hee['identity_id']}/cart")
    assert (reply.status_code, reply.get_json()["reason"]) == (404, "not_held_here")
