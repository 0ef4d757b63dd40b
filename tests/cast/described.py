"""What is done with an OpenAPI document: sign the requests made up from it, and look for places where anything would be taken."""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 300
"""Made-up requests for each operation; the same ones in every run."""

Headers = Callable[[str, str, str, bytes], dict[str, str]]
"""Endpoint, method, target and body → the headers of one who may ask that."""


class Signing:
    """Gives each request what its route's door asks for, on its way into the app; what is asked stays as it is."""

    def __init__(self, app: Flask, headers: Headers) -> None:
        self._app = app
        self._headers = headers
        self._rules = app.url_map.bind("127.0.0.1")

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the checks cannot unpack zstd
        target = str(environ.get("RAW_URI") or environ["REQUEST_URI"])
        for name, value in self._headers(self._endpoint(environ), environ["REQUEST_METHOD"], target, body).items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return self._app(environ, start)

    def _endpoint(self, environ: WSGIEnvironment) -> str:
        try:
            endpoint, _ = self._rules.match(environ["PATH_INFO"], environ["REQUEST_METHOD"])
        except Exception:  # noqa: BLE001 - made-up paths and methods go in unsigned
            return ""
        return str(endpoint)


SAYS_WHAT = {"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"}


def left_open(document: dict[str, Any]) -> Iterator[str]:
    """Where a schema says nothing, or is an object whose members nobody names."""
    for name, schema in document["components"]["schemas"].items():
        yield from _open(schema, name)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield from _open_operation(operation, f"{method} {path}")


def _open_operation(operation: dict[str, Any], where: str) -> Iterator[str]:
    for parameter in operation["parameters"]:
        yield from _open(parameter["schema"], f"{where} {parameter['name']}")
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for said in [*bodies, *operation["responses"].values()]:
        for media, content in said.get("content", {}).items():
            yield from _open(content.get("schema", {}), f"{where} {media}")
    if "application/problem+json" not in operation["responses"]["default"]["content"]:
        yield f"{where} names no problem"


def _open(schema: Any, where: str) -> Iterator[str]:
    if not isinstance(schema, dict) or not SAYS_WHAT & schema.keys():
        yield where
        return
    if schema.get("type") == "object" and not {"properties", "additionalProperties"} & schema.keys():
        yield where
    for name, member in schema.get("properties", {}).items():
        yield from _open(member, f"{where}.{name}")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _open(schema["additionalProperties"], f"{where}.*")
    if isinstance(schema.get("items"), dict):
        yield from _open(schema["items"], f"{where}[]")
    for part in (*schema.get("anyOf", ()), *schema.get("prefixItems", ())):
        yield from _open(part, f"{where}|")
