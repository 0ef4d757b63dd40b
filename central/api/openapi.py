"""Describes central's API: its table of routes and the exchange with the stores, in one OpenAPI document."""

from typing import Annotated

from msgspec import Meta

from central.api.routes import Role, Route
from edge.domain.facts import FACTS
from edge.domain.truth import BODIES
from sync.envelope import Envelope
from sync.http_server.openapi import SIGNATURE_SCHEME, Api, Operation, describe, exchange
from sync.http_server.snapshot_view import SnapshotQuery
from sync.hub_statement import HubStatement
from sync.snapshot import MEDIA_TYPE

_DOORS: dict[Role, tuple[str, ...]] = {
    Role.hub: ("signature",),
    Role.app: ("signature",),
    Role.operator: ("signature",),
    Role.newcomer: ("signature",),
    Role.guest: ("orderToken",),
    Role.anyone: (),
}

_CENTRAL = Api(
    title="Storefloor central",
    description="The profile service: catalogue, carts, orders and passes, and the exchange with the stores.",
    schemes={
        "signature": SIGNATURE_SCHEME,
        "orderToken": {"type": "http", "scheme": "bearer", "description": "The token a guest got for one order."},
    },
    raw={
        ("Envelope", "data"): tuple(FACTS.values()),
        ("FeedRow", "body"): (*BODIES, HubStatement, None),
        ("FactRow", "envelope"): (Envelope,),
    },
)


_SNAPSHOT = Operation(
    method="GET",
    path="/v1/snapshot",
    summary="Everything that stands on some feeds of copies, as one stream",
    tag=Role.hub.value,
    doors=("signature",),
    query=SnapshotQuery,
    answers=Annotated[str, Meta(description="Frames, as docs/protocol.md says under Snapshot")],
    media=MEDIA_TYPE,
)


def operations(routes: tuple[Route, ...]) -> tuple[Operation, ...]:
    """What central answers to under /v1."""
    return (*(_operation(route) for route in routes), *exchange("signature", tag=Role.hub.value), _SNAPSHOT)


def document(routes: tuple[Route, ...]) -> bytes:
    """The document, as JSON."""
    return describe(_CENTRAL, operations(routes))


def _operation(route: Route) -> Operation:
    return Operation(
        method=route.method,
        path=route.path,
        summary=route.summary,
        tag=route.role.value,
        doors=_DOORS[route.role],
        body=route.body,
        query=route.query,
        answers=route.answers,
    )
