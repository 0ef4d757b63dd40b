"""Bad input: each gets a clear answer in one form, and leaves every book as it was, but for one `pickup.pass_seen`."""

import msgspec
import pytest
from flask import Flask

from tests.cast.floor import Desk, Floor, Machine

LONG = "x" * 5_000


@pytest.fixture
def app(floor: Floor) -> Flask:
    """The hub's HTTP."""
    return floor.app()


def said(reply: object) -> tuple[int, str]:
    """Status and reason of a problem in the one form all have."""
    body = reply.get_json()  # type: ignore[attr-defined]  # a test response
    assert reply.content_type == "application/problem+json"  # type: ignore[attr-defined]  # a test response
    assert body["type"] == f"urn:storefloor:problem:{body['reason'].replace('_', '-')}"
    assert body["title"]
    assert body["status"] == reply.status_code  # type: ignore[attr-defined]  # a test response
    return body["status"], body["reason"]


@pytest.mark.parametrize(
    "what",
    [
        "unknown QR",
        "another store's pass",
        "forged pass",
        "expired pass",
        "5,000 characters",
        "a label nobody can read",
    ],
)
def test_a_bad_scan_at_the_desk_is_answered_and_changes_nothing(floor: Floor, app: Flask, what: str) -> None:
    order, staged = floor.ready((1, 1))
    desk = Desk(floor, app)
    expired = floor.pass_of(order, expires_in_ms=-7_200_000)
    shown, label, reason = {
        "unknown QR": ("HELLO WORLD", staged.label, "not_a_pass"),
        "another store's pass": (floor.pass_of(order, store_number=7), staged.label, "other_store"),
        "forged pass": (floor.pass_of(order, forged=True), staged.label, "forged"),
        "expired pass": (expired, staged.label, "pass_expired"),
        "5,000 characters": (LONG, staged.label, "not_a_pass"),
        "a label nobody can read": (floor.pass_of(order), LONG, "unreadable_label"),
    }[what]
    before = floor.dump()
    body = {"event_id": floor.press(), "pass": shown, "labels": [label]}
    assert said(desk.post("/v1/handovers", body)) == (409, reason)
    assert desk.post("/v1/scans", {"scan": shown}).status_code == 200
    assert floor.dump() == before


def test_a_pass_for_an_unknown_order_leaves_one_pass_seen_and_nothing_else(floor: Floor, app: Flask) -> None:
    order, staged = floor.ready((1, 1))
    with floor.hub.state.writing() as conn:
        for table in ("parcel_units", "parcels", "pickup_lines", "pickup_past", "pickups", "reservations"):
            conn.execute(f"DELETE FROM {table}")
    desk, kiosk = Desk(floor, app), Machine(floor, app)
    before, facts = floor.dump(), floor.facts()
    shown = floor.pass_of(order)
    body = {"event_id": floor.press(), "pass": shown, "labels": [staged.label]}
    assert said(desk.post("/v1/handovers", body)) == (409, "unknown_order")
    assert desk.post("/v1/scans", {"scan": shown}).get_json()["refusal"]["reason"] == "unknown_order"
    check_in = msgspec.json.encode({"event_id": floor.press(), "scan": shown})
    assert said(kiosk.ask("POST", "/v1/check-ins", check_in)) == (409, "unknown_order")
    assert floor.facts() == [*facts, "pickup.pass_seen"]
    after = floor.dump()
    assert {name for name in after if after[name] != before[name]} == {"state.outbox_rows", "state.outbox_origins"}


@pytest.mark.parametrize("scan", [LONG, "HELLO", "P1" + "A" * 133, "U1" + "A" * 124])
@pytest.mark.parametrize("path", ["/v1/visits", "/v1/check-ins"])
def test_a_bad_scan_at_a_kiosk_is_answered_and_changes_nothing(floor: Floor, app: Flask, path: str, scan: str) -> None:
    kiosk = Machine(floor, app)
    before = floor.dump()
    status, reason = said(kiosk.ask("POST", path, msgspec.json.encode({"event_id": floor.press(), "scan": scan})))
    assert (status, bool(reason)) == (409, True)
    assert floor.dump() == before


BAD_BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"{}",
    b"\xff\xfe",
    b'{"event_id": "not-one"}',
    b'{"event_id": 7}',
    b"[" * 20_000,
)
STAFF_PRESSES = (
    "/v1/pickups/AAAAAAAAAAAAA/accept",
    "/v1/pickups/AAAAAAAAAAAAA/decline",
    "/v1/pickups/AAAAAAAAAAAAA/picks",
    "/v1/pickups/AAAAAAAAAAAAA/shorts",
    "/v1/pickups/AAAAAAAAAAAAA/parcels",
    "/v1/pickups/AAAAAAAAAAAAA/cancel",
    "/v1/pickups/AAAAAAAAAAAAA/undo",
    "/v1/pickups/AAAAAAAAAAAAA/resend",
    "/v1/pickups/AAAAAAAAAAAAA/arrived",
    "/v1/pickups/AAAAAAAAAAAAA/extend",
    "/v1/pickups/find",
    "/v1/scans",
    "/v1/typing",
    "/v1/handovers",
    "/v1/handovers/by-name",
    "/v1/handovers/parcel-is-here",
    "/v1/handovers/01a1fc7f-7188-7000-8000-000000000059/undo",
    "/v1/incidents/1/review",
    "/v1/returns",
)
KIOSK_PRESSES = (
    "/v1/visits",
    "/v1/visits/AAAA/changes",
    "/v1/visits/AAAA/orders",
    "/v1/check-ins",
    "/v1/staff-calls",
    "/v1/presence",
    "/v1/push",
)


@pytest.mark.parametrize("path", STAFF_PRESSES)
def test_what_is_not_the_question_is_a_clear_400_for_staff(floor: Floor, app: Flask, path: str) -> None:
    desk = Desk(floor, app)
    floor.ready((1, 1))
    before = floor.dump()
    for body in BAD_BODIES:
        reply = desk.client.post(path, data=body, headers={"X-CSRF-Token": desk.csrf})
        assert said(reply)[0] == 400, body[:40]
    assert floor.dump() == before


@pytest.mark.parametrize("path", KIOSK_PRESSES)
def test_what_is_not_the_question_is_a_clear_400_for_kiosks(floor: Floor, app: Flask, path: str) -> None:
    kiosk = Machine(floor, app)
    before = floor.dump()
    for body in BAD_BODIES:
        reply = kiosk.ask("POST", path, body)
        assert (reply.status_code, reply.content_type) == (400, "application/problem+json"), body[:40]
    assert floor.dump() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("qty", 0),
        ("qty", -1),
        ("qty", 10**7),
        ("qty", 1.5),
        ("qty", True),
        ("gtin", "1"),
        ("gtin", "x" * 14),
        ("line", -1),
    ],
)
def test_a_scan_outside_of_its_limits_is_refused_before_anybody_looks(
    floor: Floor, app: Flask, field: str, value: object
) -> None:
    order = floor.order((1, 2))
    before = floor.dump()
    pick = {"event_id": floor.press(), "line": 1, "qty": 1, "gtin": None, field: value}
    assert said(Desk(floor, app).post(f"/v1/pickups/{order.order_id}/picks", {"picks": [pick]}))[0] == 400
    assert floor.dump() == before


def test_a_body_as_large_as_a_film_is_refused_unread(floor: Floor, app: Flask) -> None:
    desk, kiosk = Desk(floor, app), Machine(floor, app)
    film = b"x" * 3_000_000
    reply = desk.client.post("/v1/returns", data=film, headers={"X-CSRF-Token": desk.csrf})
    assert reply.status_code == 413
    assert kiosk.ask("POST", "/v1/visits", film).status_code == 413


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/nothing", 404), ("PUT", "/v1/board", 405)])
def test_an_address_that_leads_nowhere_says_so_in_the_same_form(
    floor: Floor, app: Flask, method: str, path: str, status: int
) -> None:
    assert said(app.test_client().open(path, method=method))[0] == status


def test_an_order_nobody_knows_is_a_404_to_look_at_and_a_409_to_press_on(floor: Floor, app: Flask) -> None:
    desk = Desk(floor, app)
    assert said(desk.get("/v1/pickups/AAAAAAAAAAAAB")) == (404, "unknown_order")
    body = {"event_id": floor.press(), "shelf": "A-1", "units": None}
    assert said(desk.post("/v1/pickups/AAAAAAAAAAAAB/parcels", body)) == (409, "unknown_order")


@pytest.mark.parametrize("amount_minor", [2**63, -(2**63) - 1, 10**13])
def test_a_charge_that_no_book_can_hold_is_refused_before_it_is_read(
    floor: Floor, app: Flask, amount_minor: int
) -> None:
    before = floor.dump()
    charge = {"code": "POST", "amount_minor": amount_minor}
    body = {"event_id": floor.press(), "lines": [], "charges": [charge], "refund_minor": 0}
    assert said(Desk(floor, app).post("/v1/returns", body)) == (400, "bad_request")
    assert floor.dump() == before
