"""What central no longer needs is forgotten at its time, and nothing before it."""

import time

from central.app.forget import (
    ANSWER_MS,
    DAY_MS,
    FEED_MS,
    GUEST_MS,
    HOUR_MS,
    MESSAGE_MS,
    NAME_CARD_MS,
    PROOF_MS,
    forget,
)
from central.app.upkeep import Upkeep
from edge.passes import step_of, write_u1
from tests.cast.carried import Carried
from tests.cast.office import STORE, Office
from tests.cast.pickups import SOAP, TEA


def collected_guest(office: Office) -> str:
    """A guest's order that was collected now."""
    asked = {
        "event_id": office.new_id(),
        "store": STORE,
        "name": "이서",
        "phone": "010-1234-5678",
        "lines": [{"gtin": TEA, "qty": 1}],
    }
    order = str(office.anyone.must("POST", "/v1/guest/orders", asked)["order"]["order_id"])
    (body,) = [row["body"] for row in office.hub.pull() if row["kind"] == "order" and row["key"] == order]
    office.hub.push(*Carried(body).to_ready().hand_over().owed())
    return order


def test_a_name_card_stands_a_day_longer_than_its_order_and_then_goes_once(office: Office) -> None:
    order = collected_guest(office)
    office.clock.advance(NAME_CARD_MS - 1)
    assert forget(office.central).name_cards == 0
    office.clock.advance(2)
    assert forget(office.central).name_cards == 1
    assert forget(office.central).name_cards == 0
    rows = [row for row in office.hub.pull() if row["kind"] == "name_card"]
    assert [(row["key"], row["tombstone"]) for row in rows] == [(order, True)]


def test_the_name_card_of_an_open_order_stays(office: Office) -> None:
    office.ada.put_in(SOAP, 1)
    office.ada.order()
    office.clock.advance(400 * DAY_MS)
    assert forget(office.central).name_cards == 0


def test_a_guests_name_and_phone_are_emptied_after_the_time_for_returns(office: Office) -> None:
    collected_guest(office)
    office.clock.advance(GUEST_MS - HOUR_MS)
    assert forget(office.central).guests == 0
    office.clock.advance(2 * HOUR_MS)
    assert forget(office.central).guests == 1
    assert office.count("guests", "name = '' AND phone = ''") == 1


def test_whoever_was_only_seen_in_a_store_is_forgotten_there_after_thirty_days(office: Office) -> None:
    office.ada.must("PUT", "/v1/me/store", {"store": None})
    u1 = write_u1(office.ada.secret, office.ada.identity, step_of(office.clock.now_ms()))
    office.hub.must("POST", "/v1/identify", {"u1": u1})
    office.hub.pull()
    assert office.count("interests", f"identity_id = '{office.ada.identity}'") == 1
    office.clock.advance(31 * DAY_MS)
    assert forget(office.central).interests == 1
    gone = {row["kind"] for row in office.hub.pull() if row["tombstone"]}
    assert gone == {"card", "cart"}


def test_proofs_answers_and_messages_go_at_their_own_times(office: Office) -> None:
    u1 = write_u1(office.ada.secret, office.ada.identity, step_of(office.clock.now_ms()))
    office.hub.must("POST", "/v1/identify", {"u1": u1})
    office.ada.put_in(SOAP, 1)
    office.ada.order()
    seen = []
    for wait_ms in (PROOF_MS + 1, ANSWER_MS, MESSAGE_MS):
        office.clock.advance(wait_ms)
        forgotten = forget(office.central)
        seen.append((forgotten.proofs, forgotten.answers > 0, forgotten.messages))
    assert seen == [(1, False, 0), (0, True, 0), (0, False, 1)]


def test_a_feed_keeps_orders_and_what_is_true_and_forgets_old_tombstones(office: Office) -> None:
    office.ada.put_in(SOAP, 1)
    kept = office.ada.order()["order_id"]
    office.ada.put_in(TEA, 1)
    gone = office.ada.order()["order_id"]
    office.ada.must("POST", f"/v1/me/orders/{gone}/cancel", {"event_id": office.new_id()})
    office.clock.advance(FEED_MS + 1)
    assert forget(office.central).feed_rows >= 1
    rows = [row["key"] for row in office.hub.pull() if row["kind"] == "order"]
    assert rows == [kept]


def test_upkeep_forgets_at_its_start_and_survives_a_run_that_fails(office: Office) -> None:
    collected_guest(office)
    office.clock.advance(GUEST_MS + DAY_MS)
    heard = office.central.bell.heard()
    upkeep = Upkeep(office.central)
    upkeep.start()
    office.central.bell.wait(heard, 30.0)
    upkeep.stop()
    assert office.count("guests", "name = ''") == 1
    office.central.close()
    failing = Upkeep(office.central, every_s=0.001)
    failing.start()
    deadline_s = time.monotonic() + 30.0
    while failing.failures < 2 and time.monotonic() < deadline_s:
        time.sleep(0.01)
    failing.stop()
    assert failing.failures >= 2
