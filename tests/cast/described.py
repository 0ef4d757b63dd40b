"""Looks through an OpenAPI document for places where anything at all would be taken."""

from collections.abc import Iterator
from typing import Any

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
