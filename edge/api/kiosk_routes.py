"""What a kiosk may ask: visits, wishes, check-ins, calls for staff, and how the line is. Every request is signed."""

from flask import Blueprint, Response, g

from edge.api.asking import asked
from edge.api.problems import answer
from edge.app.ask_cart_change import ChangeAsked, ask_cart_change
from edge.app.ask_order import OrderWishAsked, ask_order
from edge.app.call_staff import CallAsked, call_staff
from edge.app.check_in import CheckInAsked, check_in
from edge.app.end_visit import end_visit
from edge.app.greet import read_greeting
from edge.app.hub import Hub
from edge.app.known_devices import note_heard
from edge.app.look_up_cart import LookUpAsked, look_up_cart, see_visit
from edge.app.record_presence import PresenceAsked, record_presence
from edge.app.status import read_status
from edge.app.wish_state import wish_state
from sync.http_server.auth import Authenticator, caller

KIOSK, BEACON = "kiosk", "beacon"


def kiosk_routes(hub: Hub, auth: Authenticator) -> Blueprint:
    """The routes of kiosks and beacons."""
    routes = Blueprint("kiosk_api", __name__)
    _add_visits(routes, hub, auth)
    _add_floor(routes, hub, auth)

    @routes.after_request
    def heard(reply: Response) -> Response:
        if "caller" in g:
            note_heard(hub, caller())
        return reply

    return routes


def node() -> str:
    """Which machine asks."""
    return caller().node or ""


def _add_visits(routes: Blueprint, hub: Hub, auth: Authenticator) -> None:
    @routes.post("/v1/visits")
    @auth.require(KIOSK)
    def open_visit() -> Response:
        return answer(look_up_cart(hub, asked(LookUpAsked), kiosk=node()), 201)

    @routes.get("/v1/visits/<visit_id>")
    @auth.require(KIOSK)
    def visit(visit_id: str) -> Response:
        return answer(see_visit(hub, visit_id, kiosk=node()))

    @routes.delete("/v1/visits/<visit_id>")
    @auth.require(KIOSK)
    def close_visit(visit_id: str) -> Response:
        end_visit(hub, visit_id, kiosk=node())
        return Response(status=204)

    @routes.post("/v1/visits/<visit_id>/changes")
    @auth.require(KIOSK)
    def change(visit_id: str) -> Response:
        return answer(ask_cart_change(hub, asked(ChangeAsked, visit_id=visit_id), kiosk=node()))

    @routes.post("/v1/visits/<visit_id>/orders")
    @auth.require(KIOSK)
    def order(visit_id: str) -> Response:
        return answer(ask_order(hub, asked(OrderWishAsked, visit_id=visit_id), kiosk=node()))

    @routes.get("/v1/wishes/<wish_id>")
    @auth.require(KIOSK)
    def wish(wish_id: str) -> Response:
        return answer(wish_state(hub, wish_id))


def _add_floor(routes: Blueprint, hub: Hub, auth: Authenticator) -> None:
    @routes.post("/v1/check-ins")
    @auth.require(KIOSK)
    def arrive() -> Response:
        return answer(check_in(hub, asked(CheckInAsked), kiosk=node()))

    @routes.post("/v1/staff-calls")
    @auth.require(KIOSK)
    def call() -> Response:
        return answer(call_staff(hub, asked(CallAsked), kiosk=node()))

    @routes.get("/v1/status")
    @auth.require(KIOSK, BEACON)
    def status() -> Response:
        return answer(read_status(hub))

    @routes.post("/v1/presence")
    @auth.require(KIOSK, BEACON)
    def presence() -> Response:
        return answer(record_presence(hub, asked(PresenceAsked), node=node()))

    @routes.get("/v1/presence/greeting")
    @auth.require(KIOSK)
    def greeting() -> Response:
        return answer(read_greeting(hub))
