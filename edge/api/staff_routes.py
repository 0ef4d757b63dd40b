"""What staff may do at a desk: see the board, work an order off, hand over, take back. A session and its token each time."""

import msgspec
from flask import Blueprint, Response, request

from edge.api.asking import asked
from edge.api.problems import answer, problem
from edge.api.staff_only import CLERK, COOKIE, MANAGER, StaffDoor, is_from_elsewhere, staff
from edge.app.accept_order import AcceptAsked, accept_order
from edge.app.answer_cancel import CancelAnswered, answer_cancel
from edge.app.board import read_board
from edge.app.call_staff import close_call
from edge.app.decline_order import DeclineAsked, decline_order
from edge.app.hand_over import HandOverAsked, hand_over
from edge.app.hub import Hub
from edge.app.ops_view import close_incident, read_ops
from edge.app.order_detail import read_order
from edge.app.pick_line import PicksAsked, pick_line
from edge.app.read_scan import ScanAsked, read_scan
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.sign_in import Session, SignedIn, SignInAsked, sign_in, sign_out
from edge.app.stage_parcel import StageAsked, stage_parcel
from edge.app.take_back import ReturnAsked, take_back


class SignedInView(msgspec.Struct, frozen=True):
    """Who is signed in now, and the token that every further request must carry."""

    csrf: str
    staff: Session


def staff_routes(hub: Hub, door: StaffDoor) -> Blueprint:
    """The routes of the staff screen and the ops page."""
    routes = Blueprint("staff_api", __name__)
    _add_sign_in(routes, hub, door)
    _add_reading(routes, hub, door)
    _add_orders(routes, hub, door)
    _add_desk(routes, hub, door)
    return routes


def _add_sign_in(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.post("/v1/staff/sign-in")
    def enter() -> Response:
        if is_from_elsewhere():
            return problem(403, "other_origin", "another site asked for this")
        result = sign_in(hub, asked(SignInAsked))
        if not isinstance(result, SignedIn):
            return answer(result)
        reply = answer(SignedInView(result.session.csrf, result.session))
        reply.set_cookie(COOKIE, result.token, httponly=True, samesite="Strict", path="/")
        return reply

    @routes.post("/v1/staff/sign-out")
    @door.require(CLERK, MANAGER)
    def leave() -> Response:
        sign_out(hub, request.cookies.get(COOKIE, ""))
        reply = Response(status=204)
        reply.delete_cookie(COOKIE, httponly=True, samesite="Strict", path="/")
        return reply


def _add_reading(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.get("/v1/board")
    @door.require(CLERK, MANAGER)
    def board() -> Response:
        return answer(read_board(hub))

    @routes.get("/v1/pickups/<order_id>")
    @door.require(CLERK, MANAGER)
    def order(order_id: str) -> Response:
        found = read_order(hub, order_id)
        return problem(404, "unknown_order", "no such order here") if found is None else answer(found)

    @routes.get("/v1/ops")
    @door.require(CLERK, MANAGER)
    def ops() -> Response:
        return answer(read_ops(hub))

    @routes.post("/v1/incidents/<int:incident_id>/done")
    @door.require(MANAGER)
    def incident(incident_id: int) -> Response:
        if not close_incident(hub, incident_id, staff().actor):
            return problem(404, "unknown_incident", "no such open incident")
        return Response(status=204)


def _add_orders(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.post("/v1/pickups/<order_id>/accept")
    @door.require(CLERK, MANAGER)
    def accept(order_id: str) -> Response:
        return answer(accept_order(hub, asked(AcceptAsked, order_id=order_id), staff().actor))

    @routes.post("/v1/pickups/<order_id>/decline")
    @door.require(CLERK, MANAGER)
    def decline(order_id: str) -> Response:
        return answer(decline_order(hub, asked(DeclineAsked, order_id=order_id), staff().actor))

    @routes.post("/v1/pickups/<order_id>/picks")
    @door.require(CLERK, MANAGER)
    def picks(order_id: str) -> Response:
        return answer(pick_line(hub, asked(PicksAsked, order_id=order_id), staff().actor))

    @routes.post("/v1/pickups/<order_id>/shorts")
    @door.require(CLERK, MANAGER)
    def shorts(order_id: str) -> Response:
        return answer(short_pick(hub, asked(ShortAsked, order_id=order_id), staff().actor))

    @routes.post("/v1/pickups/<order_id>/parcels")
    @door.require(CLERK, MANAGER)
    def parcels(order_id: str) -> Response:
        return answer(stage_parcel(hub, asked(StageAsked, order_id=order_id), staff().actor))

    @routes.post("/v1/pickups/<order_id>/cancel")
    @door.require(CLERK, MANAGER)
    def cancel(order_id: str) -> Response:
        return answer(answer_cancel(hub, asked(CancelAnswered, order_id=order_id), staff().actor))


def _add_desk(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.post("/v1/scans")
    @door.require(CLERK, MANAGER)
    def scans() -> Response:
        return answer(read_scan(hub, asked(ScanAsked), staff().actor))

    @routes.post("/v1/handovers")
    @door.require(CLERK, MANAGER)
    def handovers() -> Response:
        return answer(hand_over(hub, asked(HandOverAsked), actor=staff().actor, desk=staff().desk))

    @routes.post("/v1/returns")
    @door.require(CLERK, MANAGER)
    def returns() -> Response:
        return answer(take_back(hub, asked(ReturnAsked), staff().actor))

    @routes.post("/v1/staff-calls/<call_id>/done")
    @door.require(CLERK, MANAGER)
    def call_done(call_id: str) -> Response:
        return answer(close_call(hub, call_id, staff().actor))
