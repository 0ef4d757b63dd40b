"""Serving the feeds: who owns an order at which moment, and how a waiting pull meets a write."""

import threading
from typing import Any

from central.store.feeds import SqlFeed
from tests.cast.office import STORE, Office
from tests.cast.pickups import SOAP

FEED = f"store:{STORE}"


def served_up_to(office: Office) -> int:
    with office.central.books.reading() as tx:
        found = tx.exec_driver_sql("SELECT served_up_to FROM served WHERE feed = ?", (FEED,)).scalar_one_or_none()
    return int(found or 0)


def adas_order(office: Office) -> str:
    office.ada.put_in(SOAP, 1)
    return str(office.ada.order()["order_id"])


def cancel(office: Office, order: str) -> dict[str, Any]:
    return dict(office.ada.must("POST", f"/v1/me/orders/{order}/cancel", {"event_id": office.new_id()})["order"])


def test_an_order_belongs_to_its_store_from_the_page_that_holds_it(office: Office) -> None:
    order = adas_order(office)
    with office.central.books.reading() as tx:
        first_seq = tx.exec_driver_sql("SELECT first_seq FROM orders WHERE order_id = ?", (order,)).scalar_one()
    assert served_up_to(office) < first_seq
    office.hub.pull()
    assert served_up_to(office) >= first_seq
    assert cancel(office, order)["state"] == "placed"


def test_a_page_that_holds_no_order_makes_nobody_its_owner(office: Office) -> None:
    order = adas_order(office)
    office.hub.must("GET", "/v1/changes?cursor=%7B%22catalogue:main%22:0%7D")
    assert served_up_to(office) == 0
    assert cancel(office, order)["state"] == "cancelled"


def test_an_order_cancelled_while_its_page_was_made_does_not_leave(office: Office) -> None:
    order = adas_order(office)
    cancelled: list[str] = []

    def clock_that_is_slow() -> int:
        """Asked while the page is made: just then the phone cancels."""
        if not cancelled:
            cancelled.append(cancel(office, order)["state"])
        return office.clock.now_ms()

    page = SqlFeed(office.central.books, now_ms=clock_that_is_slow).serve({FEED: 0}, 100)
    assert cancelled == ["cancelled"]
    assert [(row.key, row.tombstone) for row in page.rows if row.kind == "order"] == [(order, True)]


def test_a_pull_that_waits_holds_nobody_up_and_hears_of_the_write_at_once(office: Office) -> None:
    office.hub.pull()
    asked = "%7B%22people:S001%22:" + str(office.hub.cursor["people:S001"]) + "%7D"
    waiting = office.app.test_client()
    address = f"/v1/changes?cursor={asked}&wait_s=20"
    headers = office.hub.signed("GET", address, b"")
    pages: list[Any] = []
    puller = threading.Thread(target=lambda: pages.append(waiting.get(address, headers=headers).get_json()))
    puller.start()
    puller.join(0.3)
    assert puller.is_alive(), "nothing to say yet"
    office.ada.put_in(SOAP, 1)
    puller.join(10.0)
    assert [row["kind"] for row in pages[0]["rows"]] == ["cart"]


def test_a_cursor_from_another_life_is_told_to_begin_again(office: Office) -> None:
    reply = office.hub.ask("GET", "/v1/changes?cursor=%7B%22catalogue:main%22:9999%7D")
    assert (reply.status_code, reply.get_json()["feed"]) == (410, "catalogue:main")


def test_a_cart_that_changes_often_is_one_row_for_who_comes_late(office: Office) -> None:
    for _ in range(3):
        office.ada.put_in(SOAP, 1)
    rows = [row for row in office.hub.pull() if row["kind"] == "cart" and row["key"] == office.ada.cart]
    assert [len(row["body"]["lines"]) for row in rows] == [3]
