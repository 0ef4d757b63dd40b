"""The hub keeps to its own description: requests made up from the document are answered as the document says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings

from edge.api.openapi import DOORS, operations
from tests.cast.described import CHECKS, EXAMPLES, Signing, left_open
from tests.cast.floor import Desk, Floor, Machine


def signing(floor: Floor, app: Flask) -> Signing:
    """Kiosk routes are asked by a kiosk, staff routes by a manager who signs in again whenever she was signed out."""
    floor.promote_kim()
    kiosk = Machine(floor, app)
    desks = [Desk(floor, app)]

    def headers(endpoint: str, method: str, target: str, body: bytes) -> dict[str, str]:
        blueprint, _, view = endpoint.partition(".")
        if blueprint in ("kiosk_api", "sync"):
            return kiosk.signed(method, target, body)
        if DOORS.get(blueprint) != ("staffSession",) or view == "enter":
            return {}
        if desks[0].get("/v1/pickups/-").status_code != 404:  # the cheapest question that a session may ask
            desks[0] = Desk(floor, app)
        return {"Cookie": f"sf_staff={desks[0].token}", "X-CSRF-Token": desks[0].csrf}

    return Signing(app, headers)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Floor, Flask]]:
    floor = Floor(tmp_path_factory.mktemp("described"))
    floor.ready((1, 2))
    yield floor, floor.app()
    floor.close()


@pytest.fixture(scope="module")
def document(shop: tuple[Floor, Flask]) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", signing(*shop))


AT_A_DESK = [blueprint.removesuffix("_api") for blueprint, doors in DOORS.items() if doors == ("staffSession",)]
schema = schemathesis.pytest.from_fixture("document").exclude(path="/v1/live")  # a stream never ends
obeying = settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@schema.include(tag=AT_A_DESK).parametrize()
@obeying
def test_what_staff_may_ask_is_answered_as_the_document_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)


@pytest.mark.slow
@schema.exclude(tag=AT_A_DESK).parametrize()
@obeying
def test_what_devices_may_ask_is_answered_as_the_document_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)


def test_every_route_that_is_served_is_described_and_the_other_way_round(shop: tuple[Floor, Flask]) -> None:
    _, app = shop
    served = {
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if str(rule).startswith("/v1/") and method in {"GET", "POST", "PUT", "DELETE"}
    }
    assert served == {(each.method, each.path) for each in operations(app)}


def test_nothing_in_the_document_is_left_open(shop: tuple[Floor, Flask]) -> None:
    _, app = shop
    assert list(left_open(app.test_client().get("/openapi.json").get_json())) == []
