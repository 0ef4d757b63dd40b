"""After an upgrade: what the version before could only store is judged, once, in the order in which it came."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from central.app.ingest import BODY_VERSION
from central.app.read_again import AT_ONCE, read_again
from edge.domain import facts
from sync.envelope import schema_urn
from tests.cast.carried import Carried
from tests.cast.facts import ONE_OF_EACH
from tests.cast.office import Office
from tests.cast.pickups import SOAP


@contextmanager
def before_the_upgrade(monkeypatch: pytest.MonkeyPatch, prefix: str) -> Iterator[None]:
    """Central as it was when it had not heard of these kinds."""
    with monkeypatch.context() as older:
        older.setattr(facts, "FACTS", {k: v for k, v in facts.FACTS.items() if not k.startswith(prefix)})
        yield


def adas_order(office: Office) -> Carried:
    """Ada orders two soaps, and the store hears of it."""
    office.ada.put_in(SOAP, 2)
    order = office.ada.order()["order_id"]
    return Carried(next(row["body"] for row in office.hub.pull() if row["kind"] == "order" and row["key"] == order))


def told(office: Office) -> dict[str, list[tuple[object, ...]]]:
    """What the books say, without the tables that only keep time."""
    return {name: rows for name, rows in office.dump().items() if name in {"orders", "parcels", "parcel_units"}}


def test_after_an_upgrade_the_books_say_what_they_would_have_said(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = adas_order(office)
    batch = office.hub.batch(*order.to_ready().hand_over().owed())
    with before_the_upgrade(monkeypatch, "pickup."):
        receipts = office.hub.must("POST", "/v1/push", batch)["receipts"]
    assert {(r["verdict"], r["reason"]) for r in receipts} == {("recorded", "unknown_kind")}
    assert office.count("parcels") == 0
    assert read_again(office.central) == len(receipts)
    assert office.count("parcels", "state = 'handed_over'") == 1
    assert office.count("ledger", "reason IS NOT NULL") == 0
    assert office.count("ledger", "verdict = 'recorded'") == len(receipts)


def test_a_second_run_finds_nothing_to_do(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    order = adas_order(office)
    batch = office.hub.batch(*order.to_ready().owed())
    with before_the_upgrade(monkeypatch, "pickup."):
        office.hub.must("POST", "/v1/push", batch)
    read_again(office.central)
    before = told(office)
    assert read_again(office.central) == 0
    assert told(office) == before


def test_what_is_still_unknown_stays_as_it_is(office: Office) -> None:
    order = adas_order(office)
    batch = office.hub.batch(*order.to_ready().owed())
    batch["rows"][0]["type"] = "pickup.teleported"
    office.hub.must("POST", "/v1/push", batch)
    assert read_again(office.central) == 0
    assert office.count("ledger", "reason = 'unknown_kind'") == 1


def test_a_body_of_a_later_version_that_cannot_be_read_yet_is_not_parked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub may be upgraded a night before central is: its row is kept, and what nobody can read is parked."""
    order = adas_order(office)
    batch = office.hub.batch(*order.to_ready().owed())
    first, second = batch["rows"][:2]
    first["data"] = second["data"] = {"in": "the words of a later version"}
    first["dataschema"] = schema_urn(first["type"], BODY_VERSION + 1)
    receipts = office.hub.must("POST", "/v1/push", batch)["receipts"]
    assert (receipts[0]["verdict"], receipts[0]["reason"]) == ("recorded", "unknown_version")
    assert receipts[1]["verdict"] == "unreadable"
    assert read_again(office.central) == 0
    monkeypatch.setattr("central.app.ingest.BODY_VERSION", BODY_VERSION + 1)
    assert read_again(office.central) == 1, "the version that knows it says what it is"
    assert office.count("ledger", "verdict = 'unreadable'") == 2


def test_more_facts_than_fit_one_transaction_are_all_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = next(fact for fact in ONE_OF_EACH if isinstance(fact, facts.KioskVisitEnded))
    body = office.hub.batch(*[visit] * (2 * AT_ONCE + 3))
    with before_the_upgrade(monkeypatch, "kiosk."):
        office.hub.must("POST", "/v1/push", body)
    assert read_again(office.central) == 2 * AT_ONCE + 3
