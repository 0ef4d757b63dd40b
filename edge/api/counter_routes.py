"""What staff may do at the counter when it is not the plain case: no pass, no scanner, second thoughts, a review, the shift."""

from flask import Blueprint, request

from edge.api.speaking import speaks
from edge.api.staff_only import CLERK, MANAGER, StaffDoor, staff
from edge.app.at_the_desk import HandOverAsked
from edge.app.check_in import StaffCheckInAsked, check_in_by_staff
from edge.app.find_order import FindAsked, OrdersFound, find_orders
from edge.app.hand_over_by_name import ByNameAsked, hand_over_by_name
from edge.app.hub import Hub
from edge.app.leave_shop import HandedOver
from edge.app.move_pickup import OrderNow
from edge.app.parcel_is_here import parcel_is_here
from edge.app.review_incident import NUMBER_MAX, ReviewAsked, Reviewed, ReviewList, list_incidents, review_incident
from edge.app.shift_report import ShiftReport, read_shift
from edge.app.tell_again import TellAgainAsked, tell_again
from edge.app.typed_at_desk import AllowTypingAsked, TypingAllowed, allow_typing
from edge.app.undo_step import UndoAsked, undo_step
from edge.app.void_handover import UndoHandoverAsked, Voided, undo_handover
from edge.domain.errors import Refusal


def counter_routes(hub: Hub, door: StaffDoor) -> Blueprint:
    """The routes of the counter beside the plain hand-over."""
    routes = Blueprint("counter_api", __name__)
    _add_hand_over(routes, hub, door)
    _add_orders(routes, hub, door)
    _add_review(routes, hub, door)
    return routes


def _add_hand_over(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.post("/v1/handovers/by-name")
    @door.require(CLERK, MANAGER)
    @speaks("Hand parcels over without a pass: a document looked at, a manager's PIN")
    def by_name(asked: ByNameAsked) -> HandedOver | Refusal:
        return hand_over_by_name(hub, asked, actor=staff().actor, desk=staff().desk)

    @routes.post("/v1/handovers/parcel-is-here")
    @door.require(CLERK, MANAGER)
    @speaks("It was recorded as handed over, but the parcel is here: void that record and hand over")
    def is_here(asked: HandOverAsked) -> HandedOver | Refusal:
        return parcel_is_here(hub, asked, actor=staff().actor, desk=staff().desk)

    @routes.post("/v1/handovers/<handover_id>/undo")
    @door.require(CLERK, MANAGER)
    @speaks("Take a handover back: within ten seconds at its desk, later with a manager's PIN")
    def undo(asked: UndoHandoverAsked) -> Voided | Refusal:
        return undo_handover(hub, asked, actor=staff().actor, desk=staff().desk)

    @routes.post("/v1/typing")
    @door.require(CLERK, MANAGER)
    @speaks("A manager vouches for what is typed at this desk in this shift")
    def typing(asked: AllowTypingAsked) -> TypingAllowed | Refusal:
        return allow_typing(hub, asked, actor=staff().actor, desk=staff().desk)


def _add_orders(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.post("/v1/pickups/find")
    @door.require(CLERK, MANAGER)
    @speaks("Open orders by code, number or the last four digits of the phone")
    def find(asked: FindAsked) -> OrdersFound:
        return find_orders(hub, asked)

    @routes.post("/v1/pickups/<order_id>/undo")
    @door.require(CLERK, MANAGER)
    @speaks("Take one step of an order back")
    def step_back(asked: UndoAsked) -> OrderNow | Refusal:
        return undo_step(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/resend")
    @door.require(CLERK, MANAGER)
    @speaks("Have the shopper told again that it is ready")
    def resend(asked: TellAgainAsked) -> OrderNow | Refusal:
        return tell_again(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/arrived")
    @door.require(CLERK, MANAGER)
    @speaks("The shopper is here")
    def arrived(asked: StaffCheckInAsked) -> OrderNow | Refusal:
        return check_in_by_staff(hub, asked, staff().actor)


def _add_review(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.get("/v1/shift")
    @door.require(CLERK, MANAGER)
    @speaks("How the day stands: open, overdue, owed, incidents, who handed over how")
    def shift() -> ShiftReport:
        return read_shift(hub)

    @routes.get("/v1/incidents")
    @door.require(CLERK, MANAGER)
    @speaks("The review list: what waits, or with open=0 what was reviewed")
    def incidents() -> ReviewList:
        return list_incidents(hub, is_open=request.args.get("open", "1") != "0")

    @routes.post(f"/v1/incidents/<int(max={NUMBER_MAX}):incident_id>/review")
    @door.require(CLERK, MANAGER)
    @speaks("Say what became of an incident, with a manager's PIN")
    def review(asked: ReviewAsked) -> Reviewed | Refusal:
        return review_incident(hub, asked, staff().actor)
