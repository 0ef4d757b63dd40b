"""Stores are offered with the time they promise, or without one; what a store says about an order's time reaches its shopper."""

from typing import Any

import pytest

from edge.domain.facts import (
    At,
    Fact,
    PickupAccepted,
    PickupExpired,
    PickupExtended,
    PickupPromised,
    PickupReminded,
    PickupReopened,
    PromiseWhy,
    StorePromise,
)
from edge.domain.pickup import fold, found_of
from tests.cast.carried import Carried
from tests.cast.office import MUG, STORE, Office
from tests.cast.pickups import NOON_MS, SOAP, TEA
from tests.unit.central.test_pickups import adas_order, served

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
AT = At(boot_id="boot-1", monotonic_ms=1, confirmed=True)
WEEK = [[[600, 1200]]] * 7
PLACES = {STORE: (37.5446, 127.0557), "S002": (37.5663, 126.9779), "S003": (35.1796, 129.0756)}


def says(office: Office, *, in_min: int = 60, valid_min: int = 15, today: bool = True, capacity: int = 60) -> None:
    """The hub publishes what it can promise next."""
    now_ms = office.clock.now_ms()
    fact = StorePromise(
        actor="hub:H1",
        at=AT,
        next_free_ms=now_ms + in_min * MINUTE_MS,
        same_day_until_ms=now_ms + HOUR_MS if today else None,
        valid_until_ms=now_ms + valid_min * MINUTE_MS,
        capacity_per_h=capacity,
    )
    assert [receipt["verdict"] for receipt in office.hub.push(fact)] == ["recorded"]


def put(office: Office, store: str, *, weekly: list[list[list[int]]] = WEEK, **more: object) -> None:
    lat, lon = PLACES[store]
    given = {
        "store_number": int(store[1:]),
        "name": {"ko": store},
        "hours": {"weekly": weekly},
        "currency": "KRW",
        "timezone": "Asia/Seoul",
        "location": {"lat": lat, "lon": lon},
    }
    office.operator.must("PUT", f"/v1/stores/{store}", given | more)


def stock(office: Office, store: str, gtin: str, on_hand: int) -> None:
    given = {"gtin": gtin, "on_hand": on_hand, "as_of_ms": NOON_MS, "price_minor": 1, "price_as_of_ms": NOON_MS}
    office.operator.must("PUT", f"/v1/stores/{store}/stock", {"stock": [given]})


def offered(office: Office, store: str = STORE) -> Any:
    stores = office.anyone.must("GET", "/v1/stores")["stores"]
    return next(each["promise"] for each in stores if each["store"] == store)


def order(office: Office, *, same_day: bool = False) -> Any:
    office.ada.put_in(SOAP, 1)
    asked = {"event_id": office.new_id(), "store": STORE, "same_day": same_day}
    return office.ada.ask("POST", "/v1/me/orders", asked)


def tell(office: Office, book: Carried, *facts: Fact) -> list[dict[str, Any]]:
    """The store says these; gives the messages they led to."""
    before = len(office.ada.messages())
    for fact in facts:
        office.hub.push(fact)
    assert book.order
    return office.ada.messages()[before:]


def test_a_store_is_offered_with_its_time_until_its_word_is_void(office: Office) -> None:
    assert offered(office) is None
    says(office)
    now_ms = office.clock.now_ms()
    assert offered(office) == {
        "next_free_ms": now_ms + HOUR_MS,
        "same_day": True,
        "valid_until_ms": now_ms + 15 * MINUTE_MS,
    }
    office.clock.advance(15 * MINUTE_MS)
    assert offered(office) is None


def test_a_clock_that_runs_ahead_buys_no_longer_word_and_an_old_word_changes_nothing(office: Office) -> None:
    says(office, valid_min=600)
    first = offered(office)
    assert first["valid_until_ms"] == office.clock.now_ms() + 15 * MINUTE_MS
    says(office, in_min=5, valid_min=10)
    assert offered(office) == first


def test_an_order_takes_the_stores_time_and_one_without_a_word_takes_none(office: Office) -> None:
    assert order(office).get_json()["order"]["promised_at_ms"] is None
    says(office)
    placed = order(office).get_json()["order"]
    # One unit waits for the store's yes: the promise stands behind it, rounded up as a person would say it.
    assert placed["promised_at_ms"] == office.clock.now_ms() + 65 * MINUTE_MS
    (row,) = [each for each in office.hub.pull() if each["key"] == placed["order_id"] and each["kind"] == "order"]
    assert row["body"]["promised_at_ms"] == placed["promised_at_ms"]


def test_a_same_day_order_is_taken_only_while_the_store_promises_today(office: Office) -> None:
    refused = order(office, same_day=True)
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "not_today")
    assert office.count("orders") == 0
    says(office, today=False)
    assert order(office, same_day=True).status_code == 409
    office.clock.advance(1)
    says(office)
    taken = order(office, same_day=True)
    assert taken.status_code == 200
    office.clock.advance(16 * MINUTE_MS)
    assert order(office, same_day=True).status_code == 409


def test_a_guest_is_refused_today_for_the_same_reason(office: Office) -> None:
    asked = {
        "event_id": office.new_id(),
        "store": STORE,
        "name": "Ada",
        "lines": [{"gtin": SOAP, "qty": 1}],
        "same_day": True,
    }
    assert office.anyone.ask("POST", "/v1/guest/orders", asked).get_json()["reason"] == "not_today"
    says(office)
    assert office.anyone.must("POST", "/v1/guest/orders", asked)["order"]["promised_at_ms"] is not None


def test_the_nearest_store_with_stock_and_open_hours_comes_first_and_one_without_is_skipped(office: Office) -> None:
    for store in PLACES:
        put(office, store)
    stock(office, "S003", MUG, 3)
    lat, lon = PLACES["S002"]
    near = f"/v1/stores?lat={lat}&lon={lon}"

    def codes(path: str) -> list[str]:
        return [each["store"] for each in office.anyone.must("GET", path)["stores"]]

    assert codes(near) == ["S002", STORE, "S003"]
    assert codes(f"{near}&gtin={MUG}") == [STORE, "S003"]
    assert codes(f"{near}&gtin={MUG}&gtin={TEA}") == [STORE]
    assert codes(f"{near}&same_day=true") == []
    put(office, STORE, weekly=[[]] * 7)  # for good
    assert codes(f"{near}&gtin={MUG}") == ["S003"]
    metres = [each["distance_m"] for each in office.anyone.must("GET", near)["stores"]]
    assert metres[0] == 0
    assert metres[-1] == pytest.approx(325_000, rel=0.01)
    assert office.anyone.ask("GET", "/v1/stores?lat=91&lon=0").status_code == 400


def test_she_is_told_the_time_when_it_is_confirmed_and_when_it_changes(office: Office) -> None:
    book = adas_order(office)
    accepted = PickupAccepted(actor="hub:H1", at=AT, order=book.order, available={}, promised_at_ms=NOON_MS + HOUR_MS)
    (confirmed,) = tell(office, book, accepted)
    assert (confirmed["kind"], confirmed["details"]["promised_at_ms"]) == ("order_promised", NOON_MS + HOUR_MS)
    book.pickup = fold(book.pickup, accepted, event_id="x", occurred_at_ms=NOON_MS)
    later = PickupPromised(
        actor="hub:H1",
        at=AT,
        order=book.order,
        promised_at_ms=NOON_MS + 2 * HOUR_MS,
        was_ms=NOON_MS + HOUR_MS,
        why=PromiseWhy.repromised,
        found=found_of(book.pickup),
    )
    (changed, *rest) = tell(office, book, later, later)  # heard twice, said once
    assert rest == []
    assert (changed["kind"], changed["details"]["was_ms"]) == ("order_promised", NOON_MS + HOUR_MS)
    assert changed["details"]["promised_at_ms"] == NOON_MS + 2 * HOUR_MS


def test_reminded_and_kept_longer_are_said(office: Office) -> None:
    book = adas_order(office)
    office.hub.push(*book.to_ready().owed())
    reminded = PickupReminded(actor="hub:H1", at=AT, order=book.order)
    until = NOON_MS + 100 * HOUR_MS
    kept = PickupExtended(actor="clerk:kim", at=AT, order=book.order, until_ms=until, by="shopper")
    said = tell(office, book, reminded, kept)
    assert [(each["kind"], each["details"].get("until_ms")) for each in said] == [
        ("order_reminder", None),
        ("order_kept", until),
    ]


def test_what_nobody_came_for_is_refunded_once_and_not_after_the_run_is_taken_back(office: Office) -> None:
    book = adas_order(office)
    office.hub.push(*book.to_ready().owed())
    expired = PickupExpired(
        actor="clerk:park", at=AT, order=book.order, run_id="run-1", parcels=(1,), found=found_of(book.pickup)
    )
    (said,) = tell(office, book, expired, expired)
    assert (said["kind"], said["details"]["refund_minor"]) == ("order_expired", 2 * 6_000 + 3_000)
    refunds = office.operator.must("GET", f"/v1/admin/refunds?store={STORE}")["refunds"]
    assert [(each["order_id"], each["run_id"], each["amount_minor"]) for each in refunds] == [
        (book.order, "run-1", 15_000)
    ]
    state = office.ada.must("GET", f"/v1/me/orders/{book.order}")["order"]
    assert (state["state"], state["closed_reason"]) == ("expired", None)
    book.pickup = fold(book.pickup, expired, event_id="x", occurred_at_ms=NOON_MS)
    back = PickupReopened(
        actor="clerk:park", at=AT, order=book.order, run_id="run-1", parcels=(1,), found=found_of(book.pickup)
    )
    assert [each["kind"] for each in tell(office, book, back)] == ["order_reopened"]
    assert office.operator.must("GET", f"/v1/admin/refunds?store={STORE}")["refunds"] == []
    assert office.ada.must("GET", f"/v1/me/orders/{book.order}")["order"]["state"] == "ready"


def test_an_order_to_be_paid_at_the_counter_is_not_refunded(office: Office) -> None:
    office.ada.put_in(SOAP, 1)
    book = served(office, office.ada.order()["order_id"])
    with office.central.books.writing() as tx:
        tx.exec_driver_sql("UPDATE orders SET amount_due_minor = 6000")
    office.hub.push(*book.to_ready().owed())
    expired = PickupExpired(
        actor="clerk:park", at=AT, order=book.order, run_id="run-1", parcels=(1,), found=found_of(book.pickup)
    )
    (said,) = tell(office, book, expired)
    assert said["details"]["refund_minor"] == 0
    assert office.count("refund_asks") == 0
