"""What a kiosk may ask: visits, wishes, check-ins, calls for staff, and how the line is. Every request is signed."""

from flask import Blueprint, Response, g

from edge.api.speaking import speaks
from edge.app.ask_cart_change import CartAfter, ChangeAsked, ask_cart_change
from edge.app.ask_order import OrderWishAsked, ask_order
from edge.app.call_staff import CallAsked, Called, call_staff
from edge.app.check_in import CheckedIn, CheckInAsked, check_in
from edge.app.end_visit import end_visit
from edge.app.greet import Greeting, read_greeting
from edge.app.hub import Hub
from edge.app.known_devices import note_heard
from edge.app.look_up_cart import LookUpAsked, VisitView, look_up_cart, see_visit
from edge.app.record_presence import PresenceAsked, PresenceTaken, record_presence
from edge.app.standing import read_introduction
from edge.app.status import Status, read_status
from edge.app.wish_state import WishView, wish_state
from edge.domain.errors import Refusal
from sync.http_server.auth import Authenticator, caller
from sync.hub_statement import HubStatement

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
    @speaks("Begin a visit with a code, a card or a pass", status=201)
    def open_visit(asked: LookUpAsked) -> VisitView | Refusal:
        return look_up_cart(hub, asked, kiosk=node())

    @routes.get("/v1/visits/<visit_id>")
    @auth.require(KIOSK)
    @speaks("The cart of a visit as it is now")
    def visit(visit_id: str) -> VisitView | Refusal:
        return see_visit(hub, visit_id, kiosk=node())

    @routes.delete("/v1/visits/<visit_id>")
    @auth.require(KIOSK)
    @speaks("End a visit and forget her")
    def close_visit(visit_id: str) -> None:
        end_visit(hub, visit_id, kiosk=node())

    @routes.post("/v1/visits/<visit_id>/changes")
    @auth.require(KIOSK)
    @speaks("Ask for another quantity")
    def change(asked: ChangeAsked) -> CartAfter | Refusal:
        return ask_cart_change(hub, asked, kiosk=node())

    @routes.post("/v1/visits/<visit_id>/orders")
    @auth.require(KIOSK)
    @speaks("Ask for a pickup")
    def order(asked: OrderWishAsked) -> WishView | Refusal:
        return ask_order(hub, asked, kiosk=node())

    @routes.get("/v1/wishes/<wish_id>")
    @auth.require(KIOSK)
    @speaks("What became of a wish")
    def wish(wish_id: str) -> WishView | Refusal:
        return wish_state(hub, wish_id)


def _add_floor(routes: Blueprint, hub: Hub, auth: Authenticator) -> None:
    @routes.post("/v1/check-ins")
    @auth.require(KIOSK)
    @speaks("Say that she has come for her order")
    def arrive(asked: CheckInAsked) -> CheckedIn | Refusal:
        return check_in(hub, asked, kiosk=node())

    @routes.post("/v1/staff-calls")
    @auth.require(KIOSK)
    @speaks("Call a member of staff")
    def call(asked: CallAsked) -> Called | Refusal:
        return call_staff(hub, asked, kiosk=node())

    @routes.get("/v1/hub")
    @speaks("Central's word that this machine is the hub of its store, for whoever does not know its key", doors=())
    def introduction() -> HubStatement | Refusal:
        return read_introduction(hub)

    @routes.get("/v1/status")
    @auth.require(KIOSK, BEACON)
    @speaks("How the line, the time and the shop are")
    def status() -> Status:
        return read_status(hub)

    @routes.post("/v1/presence")
    @auth.require(KIOSK, BEACON)
    @speaks("What a radio heard")
    def presence(asked: PresenceAsked) -> PresenceTaken:
        return record_presence(hub, asked, node=node())

    @routes.get("/v1/presence/greeting")
    @auth.require(KIOSK)
    @speaks("Whom the signage may greet")
    def greeting() -> Greeting:
        return read_greeting(hub)
