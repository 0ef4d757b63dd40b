"""Central keeps to its own description: requests made up from the document are answered as the document says."""

import io
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from central.api.factory import ROUTES
from central.api.openapi import operations
from tests.cast.described import left_open
from tests.cast.office import Office

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


class Signing:
    """Signs each request as the role its route asks for, on its way into central; what is asked stays as it is."""

    def __init__(self, office: Office) -> None:
        self._app = office.app
        self._voices = {"hub": office.hub, "app": office.ada, "operator": office.operator}
        self._rules = office.app.url_map.bind("127.0.0.1")
        self._roles = {f"{route.method} {route.path}".replace(".", "_"): route.role.value for route in ROUTES}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the checks cannot unpack zstd
        voice = self._voices.get(self._role(environ))
        if voice is not None:
            target = str(environ.get("RAW_URI") or environ["REQUEST_URI"])
            for name, value in voice.signed(environ["REQUEST_METHOD"], target, body).items():
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return self._app(environ, start)

    def _role(self, environ: WSGIEnvironment) -> str:
        try:
            endpoint, _ = self._rules.match(environ["PATH_INFO"], environ["REQUEST_METHOD"])
        except Exception:  # noqa: BLE001 - made-up paths and methods go in unsigned
            return ""
        if str(endpoint).startswith("sync."):
            return "hub"
        return self._roles.get(str(endpoint).partition(".")[2], "")


@pytest.fixture(scope="module")
def document(set_up_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("described")
    shutil.copytree(set_up_office, folder, dirs_exist_ok=True)
    office = Office(folder)
    yield schemathesis.openapi.from_wsgi("/openapi.json", Signing(office))
    office.close()


schema = schemathesis.pytest.from_fixture("document")


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=4, derandomize=True, suppress_health_check=list(HealthCheck))
def test_requests_made_from_the_document_are_answered_as_it_says(case: schemathesis.Case[Any]) -> None:
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
