"""Puts central's web application together: routes, the exchange with the stores, the page of stores, the document."""

from flask import Flask, Response

from central.api.access_log import install_access_log
from central.api.hub import HUB_ROUTES
from central.api.hubs import PLACE_ROUTES
from central.api.openapi import document
from central.api.operator import OPERATOR_ROUTES
from central.api.problems import install_problems
from central.api.serve import blueprint
from central.api.shopper import SHOPPER_ROUTES
from central.api.stores_page import stores_page
from central.app.central import Central
from central.app.enrol_node import look_up_key
from central.app.hear_node import Hearing, may_read
from central.app.hold_place import PlaceKeeper
from central.app.ingest import Ingest
from central.app.serve_snapshot import may_copy, present
from central.store.database import Tx
from central.store.feeds import SqlFeed
from central.store.ledger import SqlLedger
from kiosk_ui.design import blueprint as design
from sync.http_server import Authenticator, Copies, SyncPorts, snapshot_blueprint, sync_blueprint

ROUTES = (*SHOPPER_ROUTES, *HUB_ROUTES, *OPERATOR_ROUTES, *PLACE_ROUTES)

BODY_BYTES_MAX = 4 * 1024 * 1024
"""A thousand products with texts in two languages are half of it."""


def create_app(central: Central) -> Flask:
    """The application of one central; it holds no state of its own."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
    install_access_log(app, central.clock)
    auth = _authenticator(central)
    auth.install(app)
    ports = ports_of(central)
    app.register_blueprint(sync_blueprint(ports, auth, central.now_ms))
    app.register_blueprint(snapshot_blueprint(ports, Copies(present=present(central), may_copy=may_copy), auth))
    for name, routes in (
        ("shopper", SHOPPER_ROUTES),
        ("hub", HUB_ROUTES),
        ("operator", OPERATOR_ROUTES),
        ("place", PLACE_ROUTES),
    ):
        app.register_blueprint(blueprint(name, routes, central, auth))
    app.register_blueprint(design())
    app.register_blueprint(stores_page(central))
    _add_plain_routes(app)
    install_problems(app)
    return app


def ports_of(central: Central) -> SyncPorts[Tx]:
    """What central plugs into the exchange: its ledger, its judge, its feeds."""
    return SyncPorts(
        ledger=SqlLedger(central.books),
        judge=Ingest(central),
        feed=SqlFeed(central.books, now_ms=central.now_ms),
        may_read=may_read,
        heard=Hearing(central),
        bell=central.bell,
        place_of=PlaceKeeper(central),
    )


def _authenticator(central: Central) -> Authenticator:
    return Authenticator(
        keys=lambda keyid: look_up_key(central, keyid),
        public_url=central.settings.signed_as,
        nonces=central.nonces,
        signer=central.signer,
        now_ms=central.now_ms,
    )


def _add_plain_routes(app: Flask) -> None:
    described = document(ROUTES)

    @app.get("/openapi.json")
    def openapi() -> Response:
        return Response(described, content_type="application/json", headers={"Cache-Control": "no-cache"})

    @app.get("/healthz")
    def healthz() -> Response:
        return Response('{"status":"ok"}', content_type="application/json", headers={"Cache-Control": "no-store"})
