"""Who may come in where: role by route, the token, the origin, the signature; and that no route was forgotten."""

import pytest
from flask import Flask

from tests.cast.counter import PIN
from tests.cast.floor import Desk, Floor, Machine

ORDER = "AAAAAAAAAAAAA"
EVENT = "01a1fc7f-7188-7000-8000-000000000059"

OPEN_TO_ALL = {("GET", "/healthz"), ("GET", "/openapi.json"), ("GET", "/v1/hub"), ("POST", "/v1/staff/sign-in")}
KIOSK_ONLY = {
    ("POST", "/v1/visits"),
    ("GET", "/v1/visits/<visit_id>"),
    ("DELETE", "/v1/visits/<visit_id>"),
    ("POST", "/v1/visits/<visit_id>/changes"),
    ("POST", "/v1/visits/<visit_id>/orders"),
    ("POST", "/v1/visits/<visit_id>/questions/<question_id>"),
    ("GET", "/v1/wishes/<wish_id>"),
    ("POST", "/v1/check-ins"),
    ("POST", "/v1/staff-calls"),
    ("GET", "/v1/presence/greeting"),
}
DEVICES = {
    ("GET", "/v1/status"),
    ("POST", "/v1/presence"),
    ("POST", "/v1/push"),
    ("GET", "/v1/changes"),
    ("GET", "/v1/time"),
}
STAFF = {
    ("POST", "/v1/staff/sign-out"),
    ("GET", "/v1/board"),
    ("GET", "/v1/ops"),
    ("GET", "/v1/live"),
    ("GET", "/v1/pickups/<order_id>"),
    ("POST", "/v1/pickups/<order_id>/accept"),
    ("POST", "/v1/pickups/<order_id>/decline"),
    ("POST", "/v1/pickups/<order_id>/picks"),
    ("POST", "/v1/pickups/<order_id>/shorts"),
    ("POST", "/v1/pickups/<order_id>/parcels"),
    ("POST", "/v1/pickups/<order_id>/cancel"),
    ("POST", "/v1/pickups/<order_id>/undo"),
    ("POST", "/v1/pickups/<order_id>/resend"),
    ("POST", "/v1/pickups/<order_id>/arrived"),
    ("POST", "/v1/pickups/<order_id>/extend"),
    ("POST", "/v1/pickups/<order_id>/questions"),
    ("POST", "/v1/pickups/<order_id>/questions/<question_id>/answer"),
    ("POST", "/v1/pickups/<order_id>/substitutions"),
    ("POST", "/v1/pickups/<order_id>/parcels/<int(max=255):number>/shelf"),
    ("POST", "/v1/pickups/<order_id>/unpack"),
    ("POST", "/v1/pickups/find"),
    ("GET", "/v1/pick-lists"),
    ("POST", "/v1/shelf-counts"),
    ("GET", "/v1/shelf-counts/last"),
    ("GET", "/v1/no-shows"),
    ("GET", "/v1/stock-drift"),
    ("GET", "/v1/kpi"),
    ("GET", "/v1/shift"),
    ("GET", "/v1/incidents"),
    ("POST", "/v1/incidents/<int(max=9223372036854775807):incident_id>/review"),
    ("POST", "/v1/typing"),
    ("POST", "/v1/handovers/by-name"),
    ("POST", "/v1/handovers/parcel-is-here"),
    ("POST", "/v1/handovers/<handover_id>/undo"),
    ("POST", "/v1/scans"),
    ("POST", "/v1/handovers"),
    ("POST", "/v1/returns"),
    ("POST", "/v1/staff-calls/<call_id>/done"),
}
MANAGERS = {
    ("POST", "/v1/no-shows"),
    ("POST", "/v1/no-shows/<run_id>/undo"),
}
EVERY_ROUTE = sorted(OPEN_TO_ALL | KIOSK_ONLY | DEVICES | STAFF | MANAGERS)


def address(route: str) -> str:
    return (
        route.replace("<order_id>", ORDER)
        .replace("<visit_id>", EVENT)
        .replace("<wish_id>", EVENT)
        .replace("<call_id>", EVENT)
        .replace("<question_id>", EVENT)
        .replace("<handover_id>", EVENT)
        .replace("<run_id>", EVENT)
        .replace("<int(max=255):number>", "1")
        .replace("<int(max=9223372036854775807):incident_id>", "1")
    )


@pytest.fixture
def app(floor: Floor) -> Flask:
    """The hub's HTTP."""
    return floor.app()


def test_every_route_stands_in_one_list_of_this_page(app: Flask) -> None:
    offered = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert offered == set(EVERY_ROUTE)


@pytest.mark.parametrize(("method", "route"), sorted(set(EVERY_ROUTE) - OPEN_TO_ALL))
def test_nobody_comes_in_without_showing_who_it_is(app: Flask, method: str, route: str) -> None:
    reply = app.test_client().open(address(route), method=method, json={})
    assert reply.status_code == 401
    assert reply.content_type == "application/problem+json"


@pytest.mark.parametrize(("method", "route"), sorted(STAFF | MANAGERS))
def test_a_kiosks_signature_opens_no_staff_route(floor: Floor, app: Flask, method: str, route: str) -> None:
    assert Machine(floor, app).ask(method, address(route), b"{}").status_code == 401


@pytest.mark.parametrize(("method", "route"), sorted(KIOSK_ONLY | DEVICES))
def test_a_sign_in_opens_no_kiosk_route(floor: Floor, app: Flask, method: str, route: str) -> None:
    desk = Desk(floor, app)
    reply = desk.client.open(address(route), method=method, json={}, headers={"X-CSRF-Token": desk.csrf})
    assert reply.status_code == 401


@pytest.mark.parametrize(("method", "route"), sorted(KIOSK_ONLY))
def test_a_beacon_opens_no_kiosk_route(floor: Floor, app: Flask, method: str, route: str) -> None:
    assert Machine(floor, app, node="B1", role="beacon").ask(method, address(route), b"{}").status_code == 403


@pytest.mark.parametrize(("method", "route"), sorted(DEVICES))
@pytest.mark.parametrize("role", ["kiosk", "beacon"])
def test_both_kinds_of_devices_come_in_at_the_device_routes(
    floor: Floor, app: Flask, method: str, route: str, role: str
) -> None:
    assert Machine(floor, app, node="D1", role=role).ask(method, address(route), b"{}").status_code not in (401, 403)


@pytest.mark.parametrize(("method", "route"), sorted(each for each in STAFF if each[0] == "POST"))
def test_a_press_without_the_token_or_from_another_site_is_refused(
    floor: Floor, app: Flask, method: str, route: str
) -> None:
    desk = Desk(floor, app)
    without = desk.client.post(address(route), json={})
    assert (without.status_code, without.get_json()["reason"]) == (403, "no_csrf")
    headers = {"X-CSRF-Token": desk.csrf, "Origin": "http://evil.test"}
    elsewhere = desk.client.post(address(route), json={}, headers=headers)
    assert (elsewhere.status_code, elsewhere.get_json()["reason"]) == (403, "other_origin")


def test_a_sign_in_made_by_another_site_is_refused(floor: Floor, app: Flask) -> None:
    reply = app.test_client().post(
        "/v1/staff/sign-in",
        json={"staff_id": "kim", "pin": PIN, "desk": "1"},
        headers={"Origin": "http://evil.test"},
    )
    assert reply.status_code == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(floor: Floor, app: Flask) -> None:
    reply = app.test_client().post("/v1/staff/sign-in", json={"staff_id": "kim", "pin": PIN, "desk": "1"})
    cookie = reply.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize("what", ["never enrolled", "revoked", "under another role"])
def test_a_machine_nobody_trusts_is_refused(floor: Floor, app: Flask, what: str) -> None:
    machine = Machine(floor, app, enrol=what != "never enrolled")
    with floor.hub.state.writing() as conn:
        if what == "revoked":
            conn.execute("UPDATE devices SET state = 'revoked'")
        elif what == "under another role":
            conn.execute("UPDATE devices SET role = 'beacon'")
    assert machine.ask("GET", "/v1/status").status_code == 401


def test_when_a_kiosk_was_heard_is_seen_on_the_ops_page(floor: Floor, app: Flask) -> None:
    Machine(floor, app).ask("GET", "/v1/status")
    (device,) = Desk(floor, app).get("/v1/ops").get_json()["devices"]
    assert (device["node"], device["last_seen_ms"]) == ("K1", floor.clock.now_ms())
