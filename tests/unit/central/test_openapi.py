"""Central keeps to its own description: requests made up from the document are answered as the document says."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from central.api.factory import ROUTES
from central.api.openapi import operations
from tests.cast.described import CHECKS, EXAMPLES, Signing, left_open
from tests.cast.office import Office


def signing(office: Office) -> Signing:
    """Each request is asked by one of the role its route is for."""
    voices = {"hub": office.hub, "app": office.ada, "operator": office.operator}
    roles = {f"{route.method} {route.path}".replace(".", "_"): route.role.value for route in ROUTES}

    def headers(endpoint: str, method: str, target: str, body: bytes) -> dict[str, str]:
        role = "hub" if endpoint.startswith(("sync.", "snapshot.")) else roles.get(endpoint.partition(".")[2], "")
        return voices[role].signed(method, target, body) if role in voices else {}

    return Signing(office.app, headers)


@pytest.fixture(scope="module")
def document(set_up_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("described")
    shutil.copytree(set_up_office, folder, dirs_exist_ok=True)
    office = Office(folder)
    yield schemathesis.openapi.from_wsgi("/openapi.json", signing(office))
    office.close()


schema = schemathesis.pytest.from_fixture("document")
obeying = settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@schema.include(tag=["app"]).parametrize()
@obeying
def test_what_a_phone_may_ask_is_answered_as_the_document_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)


@pytest.mark.slow
@schema.include(tag=["operator"]).parametrize()
@obeying
def test_what_head_office_may_ask_is_answered_as_the_document_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)


@pytest.mark.slow
@schema.exclude(tag=["app", "operator"]).parametrize()
@obeying
def test_what_hubs_and_guests_may_ask_is_answered_as_the_document_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)


def test_every_route_that_is_served_is_described_and_the_other_way_round(office: Office) -> None:
    served = {
        (method, str(rule))
        for rule in office.app.url_map.iter_rules()
        for method in rule.methods or ()
        if str(rule).startswith("/v1/") and method in {"GET", "POST", "PUT", "DELETE"}
    }
    assert served == {(each.method, each.path) for each in operations(ROUTES)}


def test_the_document_is_openapi_31_and_names_every_type_it_uses(office: Office) -> None:
    document = office.anyone.must("GET", "/openapi.json")
    assert document["openapi"].startswith("3.1.")
    named = set(document["components"]["schemas"])

    def references(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"].rpartition("/")[2]
            for each in value.values():
                yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    assert set(references(document)) <= named


def test_nothing_in_the_document_is_left_open(office: Office) -> None:
    assert list(left_open(office.anyone.must("GET", "/openapi.json"))) == []
