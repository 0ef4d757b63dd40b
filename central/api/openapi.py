"""Describes the table of routes as OpenAPI 3.1, from the very types that check what comes in."""

import re
from importlib.metadata import version
from typing import Any

import msgspec

from central.api.routes import Problem, Role, Route

_PARTS = re.compile(r"<([a-z_]+)>")
_TEMPLATE = "#/components/schemas/{name}"

_SECURITY: dict[Role, list[dict[str, list[str]]]] = {
    Role.hub: [{"signature": []}],
    Role.app: [{"signature": []}],
    Role.operator: [{"signature": []}],
    Role.guest: [{"orderToken": []}],
    Role.anyone: [],
}

_SCHEMES = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "RFC 9421 with Ed25519 over @method, @target-uri and content-digest; see docs/protocol.md.",
    },
    "orderToken": {"type": "http", "scheme": "bearer", "description": "The token a guest got for one order."},
}


def describe(routes: tuple[Route, ...]) -> bytes:
    """The document, as JSON."""
    types: list[Any] = [Problem]
    for route in routes:
        types += [kind for kind in (route.answers, route.body, route.query) if kind is not None]
    schemas, components = msgspec.json.schema_components(types, ref_template=_TEMPLATE)
    of_type = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _PARTS.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, of_type, components)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Storefloor central",
            "version": version("storefloor"),
            "description": "The profile service: catalogue, carts, orders and passes, and the exchange with the stores.",
        },
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SCHEMES},
    }
    return msgspec.json.encode(document)


def _operation(route: Route, of_type: dict[int, dict[str, Any]], components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _name(route),
        "summary": route.summary,
        "tags": [route.role.value],
        "security": _SECURITY[route.role],
        "parameters": [*_path_parameters(route), *_query_parameters(route, of_type, components)],
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": of_type[id(route.answers)]}}},
            "default": {
                "description": "Why not",
                "content": {"application/problem+json": {"schema": of_type[id(Problem)]}},
            },
        },
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": of_type[id(route.body)]}},
        }
    return operation


def _name(route: Route) -> str:
    words = _PARTS.sub(r"by_\1", route.path).strip("/").replace("/", "_")
    return f"{route.method.lower()}_{words}"


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _PARTS.findall(route.path)
    ]


def _query_parameters(
    route: Route, of_type: dict[int, dict[str, Any]], components: dict[str, Any]
) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    name = of_type[id(route.query)]["$ref"].rpartition("/")[2]
    described = components[name]
    required = set(described.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in described["properties"].items()
    ]
