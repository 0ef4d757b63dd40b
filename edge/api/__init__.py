"""The hub's HTTP: one factory that puts routes, guards and problems together; views only ask and answer."""

from collections.abc import Sequence

import msgspec
from flask import Blueprint, Flask, Response

from edge.api.ask_routes import add_asking, add_kiosk_answers
from edge.api.asking import BODY_BYTES_MAX
from edge.api.counter_routes import counter_routes
from edge.api.kiosk_routes import BEACON, KIOSK, kiosk_routes
from edge.api.live_route import live_route
from edge.api.openapi import add_document
from edge.api.problems import install
from edge.api.promise_routes import promise_routes
from edge.api.shelf_routes import shelf_routes
from edge.api.staff_only import StaffDoor
from edge.api.staff_routes import staff_routes
from edge.app.hub import Hub
from edge.app.known_devices import key_of, note_heard
from edge.app.take_facts import judge_device_fact
from sync.db import Connection
from sync.http_server import Authenticator, SyncPorts, sync_blueprint
from sync.ledger import SqliteLedger
from sync.signing import Caller, Nonces, Signer


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub signs with and is known by. `public_url` is the name its devices sign their requests to."""

    signer: Signer
    public_url: str
    nonces: Nonces


def create_app(hub: Hub, trust: Trust, blueprints: Sequence[Blueprint] = ()) -> Flask:
    """The hub's application; `blueprints` are the screens that wiring adds (staff, ops, signage, design)."""
    app = Flask("edge.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
    auth = Authenticator(
        keys=lambda keyid: key_of(hub, keyid),
        public_url=trust.public_url,
        nonces=trust.nonces,
        signer=trust.signer,
        now_ms=hub.clock.now_ms,
    )
    auth.install(app)
    install(app)
    door = StaffDoor(hub)
    kiosks, desks = kiosk_routes(hub, auth), staff_routes(hub, door)
    add_kiosk_answers(kiosks, hub, auth)
    add_asking(desks, hub, door)
    app.register_blueprint(kiosks)
    app.register_blueprint(desks)
    app.register_blueprint(counter_routes(hub, door))
    app.register_blueprint(promise_routes(hub, door))
    app.register_blueprint(shelf_routes(hub, door))
    app.register_blueprint(live_route(hub, door))
    app.register_blueprint(sync_blueprint(_ports(hub), auth, hub.clock.now_ms, roles=(KIOSK, BEACON)))
    app.add_url_rule("/healthz", view_func=_healthz)
    add_document(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.after_request(_strict)
    return app


def _ports(hub: Hub) -> SyncPorts[Connection]:
    def heard(who: Caller, _owed: tuple[int, int, int] | None) -> None:
        note_heard(hub, who)

    return SyncPorts(
        ledger=SqliteLedger(hub.state, relay=True),
        judge=judge_device_fact,
        may_read=lambda _who, _feed: False,
        heard=heard,
        bell=hub.bell,
        confirmed=hub.clock.confirmed,
    )


def _healthz() -> Response:
    return Response(b'{"ok":true}', content_type="application/json")


def _strict(reply: Response) -> Response:
    """Nothing of the API is ever shown as a page, framed or guessed at."""
    reply.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers.setdefault("Referrer-Policy", "no-referrer")
    return reply
