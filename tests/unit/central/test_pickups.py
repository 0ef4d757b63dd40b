"""Central's book of pickups: facts are judged, folded and told on; nothing that happened is refused."""

from typing import Any

from msgspec.structs import replace

from central.store.orders import get_order
from edge.domain.facts import PickupToldAgainAsked
from edge.domain.pickup import DeclineReason, OrderState
from tests.cast.carried import Carried
from tests.cast.office import STORE, Office, Shopper
from tests.cast.pickups import AT, SOAP, TEA


def served(office: Office, order: str) -> Carried:
    """The order as the store got it."""
    bodies = [row["body"] for row in office.hub.pull() if row["kind"] == "order" and row["key"] == order]
    return Carried(bodies[-1])


def adas_order(office: Office) -> Carried:
    """Ada orders two soaps and a tea, and the store hears of it."""
    office.ada.put_in(SOAP, 2)
    office.ada.put_in(TEA, 1)
    return served(office, office.ada.order()["order_id"])


def state_of(office: Office, order: str) -> dict[str, Any]:
    return dict(office.ada.must("GET", f"/v1/me/orders/{order}")["order"])


def verdicts(receipts: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(receipt["verdict"], receipt.get("reason")) for receipt in receipts]


def test_a_pickup_from_accept_to_handover_is_recorded_and_her_phone_says_collected(office: Office) -> None:
    order = adas_order(office)
    receipts = office.hub.push(*order.to_ready().hand_over().owed())
    assert {verdict for verdict, _ in verdicts(receipts)} == {"recorded"}
    seen = state_of(office, order.order)
    assert (seen["state"], seen["parcels_left"]) == ("handed_over", 1)
    assert [message["kind"] for message in office.ada.messages()] == ["order_placed", "order_ready", "order_collected"]


def test_the_book_of_central_equals_the_book_of_the_hub(office: Office) -> None:
    order = adas_order(office)
    office.hub.push(*order.accept().pick().stage().owed())
    with office.central.books.reading() as tx:
        held = get_order(tx, order.pickup.store, order.order)
    assert held is not None
    assert held.pickup.lines == order.pickup.lines
    assert [(x.number, x.state, x.units) for x in held.pickup.parcels] == [
        (x.number, x.state, x.units) for x in order.pickup.parcels
    ]
    assert held.pickup.state is order.pickup.state is OrderState.staged


def test_ready_is_told_once_and_the_store_hears_that_it_was(office: Office) -> None:
    order = adas_order(office)
    office.hub.push(*order.to_ready().owed())
    told = [row for row in office.hub.pull() if row["kind"] == "told"]
    assert [row["key"] for row in told] == [order.order]
    assert [message["kind"] for message in office.ada.messages()].count("order_ready") == 1


def test_a_shopper_who_heard_nothing_is_told_again_and_the_store_hears_when(office: Office) -> None:
    order = adas_order(office)
    office.hub.push(*order.to_ready().owed())
    first = [row["body"]["at_ms"] for row in office.hub.pull() if row["kind"] == "told"]
    office.clock.advance(60_000)
    again = PickupToldAgainAsked(actor="clerk:kim", at=AT, order=order.order, told_at_ms=first[0])
    office.hub.push(*order.did(again).owed())
    later = [row["body"]["at_ms"] for row in office.hub.pull() if row["kind"] == "told"]
    assert (len(later), later[-1] - first[0]) == (1, 60_000)
    assert [message["kind"] for message in office.ada.messages()].count("order_ready") == 2


def test_a_parcel_that_left_twice_is_recorded_and_flagged(office: Office) -> None:
    order = adas_order(office)
    staged = order.to_ready().pickup
    office.hub.push(*order.hand_over().owed())
    order.pickup = staged  # another desk that had not heard of it
    receipts = office.hub.push(*order.hand_over().owed())
    assert verdicts(receipts) == [("flagged", "parcel_left_twice")]
    assert office.count("ledger", "verdict = 'flagged'") == 1


def test_a_handover_of_an_order_nobody_knows_is_flagged_and_kept(office: Office) -> None:
    order = adas_order(office).to_ready()
    order.owed()
    order.pickup = replace(order.pickup, order_id="AAAAAAAAAAAAA")
    receipts = office.hub.push(*order.hand_over().owed())
    assert verdicts(receipts) == [("flagged", "unknown_parcel")]


def test_the_same_push_again_changes_nothing_but_the_receipts(office: Office) -> None:
    order = adas_order(office)
    batch = office.hub.batch(*order.to_ready().owed())
    first = office.hub.must("POST", "/v1/push", batch)
    before = office.dump()
    again = office.hub.must("POST", "/v1/push", batch)
    assert {receipt["verdict"] for receipt in first["receipts"]} == {"recorded"}
    assert {receipt["verdict"] for receipt in again["receipts"]} == {"duplicate"}
    assert office.dump() == before


def test_the_feed_holds_open_orders_only_so_a_new_hub_begins_with_nothing_that_left(office: Office) -> None:
    left = adas_order(office)
    office.min_jun.put_in(SOAP, 1)
    here = served(office, office.min_jun.order()["order_id"])
    office.hub.push(*left.to_ready().hand_over().owed())
    office.hub.cursor = dict.fromkeys(office.hub.cursor, 0)
    rows = {row["key"]: row["tombstone"] for row in office.hub.pull() if row["kind"] == "order"}
    assert rows == {left.order: True, here.order: False}


def refused_order(office: Office, shopper: Shopper, line: str) -> str:
    """Why her order of this line was refused."""
    reply = shopper.ask("POST", "/v1/me/orders", {"event_id": office.new_id(), "store": STORE, "lines": [line]})
    assert reply.status_code == 409, reply.get_data(as_text=True)
    return str(reply.get_json()["reason"])


def test_a_declined_order_is_told_and_its_units_may_be_sold_again(office: Office) -> None:
    office.ada.put_in(TEA, 10)
    order = served(office, office.ada.order()["order_id"])
    tea = office.min_jun.put_in(TEA, 1)
    assert refused_order(office, office.min_jun, tea) == "sold_out"
    office.hub.push(*order.decline(DeclineReason.closed).owed())
    assert office.min_jun.order([tea])["state"] == "placed"
    assert office.ada.messages()[-1]["kind"] == "order_declined"


def test_central_sells_at_most_what_the_shop_last_said(office: Office) -> None:
    order = adas_order(office)
    office.hub.push(*order.accept({SOAP: 3, TEA: 0}).owed())
    assert refused_order(office, office.min_jun, office.min_jun.put_in(TEA, 1)) == "sold_out"
    office.min_jun.put_in(SOAP, 3)


def test_a_restocked_product_may_be_sold_again_once_upstream_says_so_later(office: Office) -> None:
    order = adas_order(office)
    office.hub.push(*order.accept({SOAP: 0, TEA: 0}).owed())
    office.clock.advance(60_000)
    now_ms = office.clock.now_ms()
    stock = {"gtin": TEA, "on_hand": 4, "as_of_ms": now_ms, "price_minor": 3_000, "price_as_of_ms": now_ms}
    office.operator.must("PUT", "/v1/stores/S001/stock", {"stock": [stock]})
    office.min_jun.put_in(TEA, 4)


def test_an_unknown_kind_is_stored_and_unreadable_bytes_are_parked(office: Office) -> None:
    order = adas_order(office)
    batch = office.hub.batch(*order.to_ready().owed())
    batch["rows"][0]["type"] = "pickup.teleported"
    batch["rows"][1]["data"] = {"nothing": "of the kind"}
    receipts = office.hub.must("POST", "/v1/push", batch)["receipts"]
    assert verdicts(receipts)[0] == ("recorded", "unknown_kind")
    assert receipts[1]["verdict"] == "unreadable"
    assert office.count("ledger") == len(batch["rows"])


def test_a_number_no_column_can_hold_is_parked_and_later_rows_go_on(office: Office) -> None:
    order = adas_order(office)
    batch = office.hub.batch(*order.to_ready().owed())
    raw = bytes(batch["rows"][1]["data"]).replace(b'"qty":2', b'"qty":' + b"9" * 30)
    batch["rows"][1]["data"] = type(batch["rows"][1]["data"])(raw)
    receipts = office.hub.must("POST", "/v1/push", batch)["receipts"]
    assert receipts[1]["verdict"] == "unreadable"
    assert receipts[2]["verdict"] in {"recorded", "flagged"}


def test_a_parcel_heard_of_after_it_left_still_says_what_was_in_it(office: Office) -> None:
    order = adas_order(office)
    office.hub.push(*order.accept().pick().owed())
    *_, staged, handed = order.stage().hand_over().owed()
    assert verdicts(office.hub.push(handed)) == [("flagged", "unknown_parcel")]
    office.hub.push(staged)
    assert office.count("parcel_units", f"order_id = '{order.order}'") == 2
    assert office.count("parcels", "state = 'handed_over'") == 1
