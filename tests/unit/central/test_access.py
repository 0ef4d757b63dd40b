"""Who may call what: every route has one role, and what is not signed for it stays outside."""

import re
from pathlib import Path

import pytest

from central.api.factory import ROUTES
from central.api.routes import Role, Route
from central.app import build
from central.app.add_staff import add_staff
from central.app.enrol_node import enrol
from central.errors import KeyFileUnusable, UnknownRole, UnknownStore
from central.settings import CentralSettings
from edge.passes import pin_fits
from sync.signing import load_or_make_key, public_bytes, public_text
from tests.cast.office import STORE, Office

SIGNED = [route for route in ROUTES if route.role in {Role.hub, Role.app, Role.operator}]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def address(route: Route) -> str:
    return re.sub(r"<[a-z]+>", "AAAAAAAAAAAAA", route.path)


@pytest.mark.parametrize("route", SIGNED, ids=named)
def test_a_route_is_closed_without_a_signature_and_to_every_other_role(office: Office, route: Route) -> None:
    assert office.anyone.ask(route.method, address(route), {}).status_code == 401
    voices = {Role.hub: office.hub, Role.app: office.ada, Role.operator: office.operator}
    for role, voice in voices.items():
        status = voice.ask(route.method, address(route), {}).status_code
        assert (status == 403) is (role is not route.role), f"{role} got {status}"


def test_a_changed_body_is_not_the_signed_one(office: Office) -> None:
    headers = office.ada.signed("PUT", "/v1/me/store", b'{"store":"S001"}')
    reply = office.app.test_client().put("/v1/me/store", data=b'{"store":null}', headers=headers)
    assert (reply.status_code, reply.get_json()["reason"]) == (401, "digest")


def test_a_request_heard_twice_counts_once(office: Office) -> None:
    headers = office.ada.signed("GET", "/v1/me", b"")
    client = office.app.test_client()
    assert client.get("/v1/me", headers=headers).status_code == 200
    assert client.get("/v1/me", headers=headers).get_json()["reason"] == "replayed"


def test_a_hub_reads_the_feeds_of_its_own_store_alone(office: Office) -> None:
    for feed in ("store:S002", "people:S002", "config:S002", "stock:S002", "everything"):
        reply = office.hub.ask("GET", f"/v1/changes?cursor=%7B%22{feed}%22:0%7D")
        assert (reply.status_code, reply.get_json()["reason"]) == (403, "not_your_feed")


def test_a_hub_pushes_for_its_own_store_alone(office: Office) -> None:
    body = b'{"origin":{"store":"S002","node":"H1","epoch":"e","lane":0},"previous":null,"rows":[]}'
    assert office.hub.ask("POST", "/v1/push", body).status_code in {400, 403}


def test_another_process_may_enrol_a_hub_and_add_staff_while_this_one_serves(office: Office, tmp_path: Path) -> None:
    beside = build(CentralSettings(directory=str(tmp_path)), office.clock, office.rng)
    key = load_or_make_key(tmp_path / "second.key", office.rng)
    enrol(beside, "hub", "H2", STORE, public_text(public_bytes(key)))
    add_staff(beside, STORE, "kim", "김직원", role="clerk", pin="246810")
    beside.close()
    second = office.hub_with(key, "H2")
    (staff,) = [row["body"]["list"] for row in second.pull() if row["kind"] == "staff"]
    assert [(member["staff_id"], member["role"]) for member in staff] == [("kim", "clerk")]
    assert pin_fits(staff[0]["pin_hash"], "246810")


def test_staff_need_a_store_a_role_and_six_digits(office: Office) -> None:
    with pytest.raises(UnknownStore):
        add_staff(office.central, "S999", "kim", "Kim", role="clerk", pin="246810")
    with pytest.raises(UnknownRole):
        add_staff(office.central, STORE, "kim", "Kim", role="king", pin="246810")
    with pytest.raises(ValueError, match="six digits"):
        add_staff(office.central, STORE, "kim", "Kim", role="clerk", pin="1234")


def test_a_kiosk_is_not_enrolled_at_central(office: Office) -> None:
    key = load_or_make_key(Path(office.central.settings.directory) / "k.key", office.rng)
    with pytest.raises(UnknownRole):
        enrol(office.central, "kiosk", "K1", STORE, public_text(public_bytes(key)))


def test_a_key_that_others_may_read_stops_the_start(tmp_path: Path, office: Office) -> None:
    office.close()
    (tmp_path / "central.key").chmod(0o644)
    with pytest.raises(KeyFileUnusable):
        build(CentralSettings(directory=str(tmp_path)), office.clock, office.rng)


def test_a_start_with_a_foreign_pass_key_stops_instead_of_signing_what_nobody_reads(
    tmp_path: Path, office: Office
) -> None:
    office.close()
    (tmp_path / "pass-1.key").write_bytes(b"\1" * 32)
    with pytest.raises(KeyFileUnusable):
        build(CentralSettings(directory=str(tmp_path)), office.clock, office.rng)
