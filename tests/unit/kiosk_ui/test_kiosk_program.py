"""A program uses the kiosk as a shopper does: the same routes with JSON, the hub's typed answers, its own event_ids."""

from typing import Any

from tests.cast.counter import GOODS
from tests.cast.kiosk_site import KioskSite


def opened(site: KioskSite) -> dict[str, Any]:
    status, visit = site.ask("POST", "/scan", {"scan": site.min_jun.qr(site.clock.now_ms())})
    assert status == 201
    assert isinstance(visit, dict)
    return visit


def test_a_scan_answers_with_the_visit_and_the_cart_with_itself(site: KioskSite) -> None:
    visit = opened(site)
    assert visit["shopper"] == {"masked_name": "김*준", "locale": "ko", "tier": None}
    status, again = site.ask("GET", "/cart")
    assert status == 200
    assert [line["name"]["en"] for line in again["cart"]["lines"]] == [GOODS[place][2] for place in (0, 1, 4)]


def test_a_change_is_recorded_under_the_programs_own_event_id_and_repeating_it_changes_nothing(site: KioskSite) -> None:
    opened(site)
    event_id = site.counter.press()
    body = {key: value for key, value in site.change_fields(0, 4).items() if key != "here"} | {"event_id": event_id}
    first = site.ask("POST", "/cart/changes", body)
    assert first[0] == 200
    assert first[1]["event_id"] == event_id
    assert first == site.ask("POST", "/cart/changes", body)
    status, wish = site.ask("GET", f"/wishes/{event_id}")
    assert (status, wish["state"]) == (200, "asked")


def test_a_pickup_of_named_lines_answers_with_the_wish(site: KioskSite) -> None:
    visit = opened(site)
    line = visit["cart"]["lines"][0]
    lines = [
        {
            "line": line["line"],
            "line_version": line["line_version"],
            "qty": line["qty"],
            "seen_price_minor": line["price_minor"],
        }
    ]
    event_id = site.counter.press()
    status, wish = site.ask("POST", "/orders", {"event_id": event_id, "lines": lines})
    assert (status, wish["wish_id"], wish["state"]) == (200, event_id, "asked")
    assert site.ask("GET", "/order/result")[1]["wish_id"] == event_id


def test_without_lines_everything_that_is_here_is_asked_for(site: KioskSite) -> None:
    opened(site)
    wish_id = site.ask("POST", "/orders", {})[1]["wish_id"]
    with site.hub.state.reading() as conn:
        body = conn.execute("SELECT body FROM wishes WHERE wish_id = ?", (wish_id,)).fetchone()[0]
    assert all(f'"{line}"' in str(body) for line in ("L10", "L11", "L14"))


def test_check_in_call_and_wipe_answer_in_types(site: KioskSite) -> None:
    order = site.order_for(site.min_jun, (0, 1))
    opened(site)
    status, arrival = site.ask("POST", "/check-in", {"order_id": order.order_id})
    assert (status, arrival["display_code"], arrival["state"]) == (200, order.display_code, "accepted")
    assert site.ask("POST", "/scan", {"scan": site.counter.pass_of(order)})[1]["display_code"] == order.display_code
    status, called = site.ask("POST", "/call", {"here": "/cart"})
    assert (status, called["call_id"]) == (201, called["event_id"])
    assert site.ask("POST", "/wipe", {}) == (200, {"wiped": True})
    assert site.ask("GET", "/cart") == (
        409,
        {
            "type": "urn:storefloor:problem:unknown-visit",
            "title": "unknown visit",
            "status": 409,
            "reason": "unknown_visit",
            "found": {},
        },
    )


def test_a_no_of_the_hub_is_a_409_with_its_reason(site: KioskSite) -> None:
    order = site.order_for(site.min_jun, (0, 1))
    other = site.counter.pass_of(order, store_number=77)
    assert site.ask("POST", "/check-in", {"scan": other})[1]["reason"] == "other_store"
    late = site.counter.pass_of(order, forged=True)
    assert site.ask("POST", "/scan", {"scan": late})[0] == 409


def test_a_hub_that_is_away_is_a_503_that_names_the_event_id_to_ask_again_with(site: KioskSite) -> None:
    opened(site)
    site.line.cut()
    event_id = site.counter.press()
    body = {key: value for key, value in site.change_fields(0, 4).items() if key != "here"} | {"event_id": event_id}
    status, answer = site.ask("POST", "/cart/changes", body)
    assert (status, answer["reason"], answer["event_id"]) == (503, "hub_away", event_id)
    site.line.restore()
    assert site.ask("POST", "/cart/changes", body)[0] == 200


def test_the_screen_at_the_door_says_a_count_only_when_the_hub_allows_one(site: KioskSite) -> None:
    assert site.ask("GET", "/signage/greeting") == (200, {"products_here": None, "words": None})
    site.line.cut()
    assert site.ask("GET", "/signage/greeting") == (200, {"products_here": None, "words": None})
    assert "어서 오세요" in site.browser.get("/signage").text
