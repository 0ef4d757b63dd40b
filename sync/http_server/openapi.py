"""Describes an API as OpenAPI 3.1, from the very types that check what comes in and make what goes out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from sync.envelope import Envelope, PushReply
from sync.feed import PAGE_ROWS_MAX, Page
from sync.http_server.problems import ProblemBody
from sync.http_server.views import TimeNow, Who
from sync.pull import WAIT_S_MAX
from sync.wire import PushBody

_PARTS = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")
_NUMBERS = re.compile(r"<int(?:\([^)]*\))?:([a-z_]+)>")
_TEMPLATE = "#/components/schemas/{name}"

Schema = dict[str, Any]

SIGNATURE_SCHEME: Schema = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": "RFC 9421 with Ed25519 over @method, @target-uri and content-digest; see docs/protocol.md.",
}
"""The security scheme of whoever has a key."""


class Operation(Struct, frozen=True, kw_only=True):
    """One method of one path. `answers` None: 204 without a body; `media` is what a 2xx is written in.

    `doors` are the names of security schemes of which one opens it; none: anybody may call. `query` is a struct type
    with one field per parameter.
    """

    method: str
    path: str
    summary: str
    tag: str
    answers: Any
    status: int = 200
    media: str = "application/json"
    doors: tuple[str, ...] = ()
    body: Any = None
    query: Any = None

    @property
    def types(self) -> list[Any]:
        """The types it speaks with."""
        return [kind for kind in (self.answers, self.body, self.query) if kind is not None]


class Api(Struct, frozen=True, kw_only=True):
    """What a document says of itself. `schemes`: security schemes by name, as OpenAPI writes them.

    `raw` names what stands where a type passes bytes on unread: (component, property) → the types it holds.
    """

    title: str
    description: str
    schemes: Mapping[str, Schema]
    raw: Mapping[tuple[str, str], tuple[Any, ...]] = {}


class ChangesQuery(Who, frozen=True, kw_only=True):
    """The cursor is JSON, feed to number; `wait_s` lets the request wait for news."""

    cursor: Annotated[str, Meta(max_length=8000)]
    wait_s: Annotated[float, Meta(ge=0, le=WAIT_S_MAX)] = 0.0
    limit: Annotated[int, Meta(ge=1, le=PAGE_ROWS_MAX)] = PAGE_ROWS_MAX


class TimeQuery(Who, frozen=True, kw_only=True):
    """What the caller owes, per lane: `0,2,31`."""

    owed: Annotated[str, Meta(pattern=r"^[0-9]{1,12},[0-9]{1,12},[0-9]{1,12}$")] = "0,0,0"


def exchange(*doors: str, tag: str) -> tuple[Operation, ...]:
    """The three routes of the exchange, which `sync_blueprint` serves."""
    push = Operation(
        method="POST",
        path="/v1/push",
        summary="Facts up, receipts back",
        tag=tag,
        doors=doors,
        body=PushBody,
        answers=PushReply,
    )
    changes = Operation(
        method="GET",
        path="/v1/changes",
        summary="What changed after a cursor",
        tag=tag,
        doors=doors,
        query=ChangesQuery,
        answers=Page,
    )
    time = Operation(
        method="GET",
        path="/v1/time",
        summary="The signed time",
        tag=tag,
        doors=doors,
        query=TimeQuery,
        answers=TimeNow,
    )
    return push, changes, time


def describe(api: Api, operations: Sequence[Operation]) -> bytes:
    """The document, as JSON."""
    types: list[Any] = [ProblemBody, Envelope, *(kind for kinds in api.raw.values() for kind in kinds)]
    types += [kind for operation in operations for kind in operation.types]
    schemas, components = msgspec.json.schema_components(types, ref_template=_TEMPLATE)
    of_type = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    _name_what_is_passed_on(api, components, of_type)
    paths: dict[str, Schema] = {}
    for operation in operations:
        path = _PARTS.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, of_type, components)
    document = {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": version("storefloor"), "description": api.description},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": dict(api.schemes)},
    }
    return msgspec.json.encode(document)


def _name_what_is_passed_on(api: Api, components: dict[str, Schema], of_type: Mapping[int, Schema]) -> None:
    """Bytes that are passed on unread have no type of their own: say which bodies they are."""
    for (component, name), kinds in {("PushBody", "rows"): (Envelope,), **api.raw}.items():
        if component not in components:
            continue
        held = _one_of(of_type[id(kind)] for kind in kinds)
        member = components[component]["properties"][name]
        if "items" in member:
            member["items"] = held
        else:
            components[component]["properties"][name] = held


def _one_of(schemas: Iterable[Schema]) -> Schema:
    listed = list(schemas)
    return listed[0] if len(listed) == 1 else {"anyOf": listed}


def _operation(operation: Operation, of_type: Mapping[int, Schema], components: Mapping[str, Schema]) -> Schema:
    described: Schema = {
        "operationId": _name(operation),
        "summary": operation.summary,
        "tags": [operation.tag],
        "security": [{door: []} for door in operation.doors],
        "parameters": [*_in_path(operation), *_in_query(operation, of_type, components)],
        "responses": {
            str(operation.status): _done(operation, of_type),
            "default": {
                "description": "Why not",
                "content": {"application/problem+json": {"schema": of_type[id(ProblemBody)]}},
            },
        },
    }
    if operation.body is not None:
        content = {"application/json": {"schema": of_type[id(operation.body)]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _done(operation: Operation, of_type: Mapping[int, Schema]) -> Schema:
    if operation.answers is None:
        return {"description": "Done"}
    return {"description": "Done", "content": {operation.media: {"schema": of_type[id(operation.answers)]}}}


def _name(operation: Operation) -> str:
    words = _PARTS.sub(r"by_\1", operation.path).strip("/").replace("/", "_").replace("-", "_")
    return f"{operation.method.lower()}_{words}"


def _in_path(operation: Operation) -> list[Schema]:
    numbers = set(_NUMBERS.findall(operation.path))
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0} if name in numbers else {"type": "string", "minLength": 1},
        }
        for name in _PARTS.findall(operation.path)
    ]


def _in_query(operation: Operation, of_type: Mapping[int, Schema], components: Mapping[str, Schema]) -> list[Schema]:
    if operation.query is None:
        return []
    described = components[of_type[id(operation.query)]["$ref"].rpartition("/")[2]]
    required = set(described.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in described["properties"].items()
    ]
