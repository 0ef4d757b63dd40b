"""GET /openapi.json: what the hub takes and gives, read off the views that are served."""

from collections.abc import Iterator

from flask import Flask, Response

from edge.api.speaking import Spoken
from edge.domain.facts import FACTS
from edge.domain.truth import BODIES
from sync.http_server.openapi import SIGNATURE_SCHEME, Api, Operation, describe, exchange

SIGNED, SESSION = "signature", "staffSession"
DOORS = {
    "kiosk_api": (SIGNED,),
    "staff_api": (SESSION,),
    "counter_api": (SESSION,),
    "promise_api": (SESSION,),
    "shelf_api": (SESSION,),
    "live_api": (SESSION,),
}
"""How each blueprint is guarded."""

_HUB = Api(
    title="Storefloor hub",
    description="A store's hub: kiosks and beacons by signature, desks by a session, and the exchange with its devices.",
    schemes={
        SIGNED: SIGNATURE_SCHEME,
        SESSION: {
            "type": "apiKey",
            "in": "cookie",
            "name": "sf_staff",
            "description": "A sign-in at a desk; whatever changes something also carries its token in X-CSRF-Token.",
        },
    },
    raw={("Envelope", "data"): tuple(FACTS.values()), ("FeedRow", "body"): (*BODIES, None)},
)


def operations(app: Flask) -> tuple[Operation, ...]:
    """What the hub answers to under /v1."""
    return (*_spoken(app), *exchange(SIGNED, tag="device"))


def add_document(app: Flask) -> None:
    """Serve the document; call it when every route is there."""
    described = describe(_HUB, operations(app))

    def openapi() -> Response:
        return Response(described, content_type="application/json", headers={"Cache-Control": "no-cache"})

    app.add_url_rule("/openapi.json", view_func=openapi)


def _spoken(app: Flask) -> Iterator[Operation]:
    for rule in app.url_map.iter_rules():
        said = getattr(app.view_functions[rule.endpoint], "__spoken__", None)
        if isinstance(said, Spoken):
            blueprint = rule.endpoint.partition(".")[0]
            (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            yield Operation(
                method=method,
                path=rule.rule,
                summary=said.summary,
                tag=blueprint.removesuffix("_api"),
                doors=DOORS[blueprint] if said.doors is None else said.doors,
                status=said.status,
                media=said.media,
                body=said.body,
                answers=said.answers,
            )
