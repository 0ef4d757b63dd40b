"""A hub reads back what its store recorded: all of it in order, page by page, with its orders, and nobody else's."""

from typing import Any
from urllib.parse import quote

import msgspec

from edge.domain.facts import ArrivedHow, PickupArrived
from tests.cast.office import STORE, Office
from tests.cast.pickups import AT, SOAP


def facts(office: Office, after: dict[str, int] | None = None, **more: object) -> dict[str, Any]:
    asked = f"/v1/facts?store={STORE}&after={quote(msgspec.json.encode(after or {}).decode(), safe='')}"
    return dict(office.hub.must("GET", asked + "".join(f"&{name}={value}" for name, value in more.items())))


def arrived(order: str) -> PickupArrived:
    return PickupArrived(actor="clerk:kim", at=AT, order=order, how=ArrivedHow.staff)


def placed(office: Office, *, served: bool = True) -> str:
    office.ada.put_in(SOAP, 1)
    order = str(office.ada.order()["order_id"])
    if served:
        office.hub.pull()
    return order


def test_every_fact_comes_back_once_in_the_order_of_its_origin_whatever_a_page_holds(office: Office) -> None:
    orders = [placed(office) for _ in range(3)]
    office.hub.push(*(arrived(order) for order in orders), ids=["a1", "a2", "a3"])
    office.hub.push(arrived(orders[0]), ids=["a4"])
    marks: dict[str, int] = {}
    seen, sizes = [], []
    while True:
        page = facts(office, marks, limit=2)
        sizes.append(len(page["rows"]))
        for row in page["rows"]:
            origin = row["origin"]
            marks[f"{origin['node']}/{origin['epoch']}/{origin['lane']}"] = int(row["envelope"]["sequence"])
            seen.append(row["envelope"]["id"])
        if not page["more"]:
            break
    assert (seen, sizes) == (["a1", "a2", "a3", "a4"], [2, 2])
    assert [(mark["origin"]["epoch"], mark["sequence"]) for mark in page["marks"]] == [("e1", 4)]


def test_the_orders_come_with_their_facts_but_never_one_that_did_not_leave_central(office: Office) -> None:
    known, unserved = placed(office), placed(office, served=False)
    office.hub.push(arrived(known), arrived(unserved), ids=["a1", "a2"])
    page = facts(office)
    assert [row["envelope"]["id"] for row in page["rows"]] == ["a1", "a2"]
    assert [(order["key"], order["body"]["order_id"]) for order in page["orders"]] == [(known, known)]


def test_what_is_older_than_asked_stays_out_unless_its_order_is_open(office: Office) -> None:
    order = placed(office)
    office.hub.push(arrived(order), arrived("A" * 13), ids=["open", "gone"])
    later = office.clock.now_ms() + 1
    assert [row["envelope"]["id"] for row in facts(office, since_ms=later)["rows"]] == ["open"]


def test_a_hub_reads_its_own_store_only(office: Office) -> None:
    reply = office.other_hub().ask("GET", f"/v1/facts?store={STORE}")
    assert (reply.status_code, reply.get_json()["reason"]) == (403, "not_your_store")
    assert office.ada.ask("GET", f"/v1/facts?store={STORE}").status_code == 403


def test_marks_that_are_no_map_are_refused_with_words(office: Office) -> None:
    for after in ("[]", "{", '{"H1/e1/0":-1}', '{"H1/e1/0":"x"}'):
        reply = office.hub.ask("GET", f"/v1/facts?store={STORE}&after={quote(after, safe='')}")
        assert reply.status_code == 400, after
