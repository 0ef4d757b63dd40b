"""What staff may do at a desk: see the board, work an order off, hand over, take back. A session and its token each time."""

import msgspec
from flask import Blueprint, Response, request

from edge.api.problems import answer
from edge.api.speaking import speaks
from edge.api.staff_only import CLERK, COOKIE, MANAGER, StaffDoor, is_from_elsewhere, staff
from edge.app.accept_order import AcceptAsked, accept_order
from edge.app.answer_cancel import CancelAnswered, answer_cancel
from edge.app.at_the_desk import HandOverAsked
from edge.app.board import Board, read_board
from edge.app.call_staff import CallDone, close_call
from edge.app.decline_order import DeclineAsked, decline_order
from edge.app.hand_over import hand_over
from edge.app.hub import Hub
from edge.app.leave_shop import HandedOver
from edge.app.move_pickup import OrderNow
from edge.app.ops_view import OpsView, read_ops
from edge.app.order_detail import OrderDetail, read_order
from edge.app.pick_line import PicksAsked, pick_line
from edge.app.read_scan import ScanAsked, ScanRead, read_scan
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.sign_in import Session, SignInAsked, sign_in, sign_out
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.app.take_back import ReturnAsked, TakenBack, take_back
from edge.domain.errors import Refusal
from sync.http_server import problem


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
    @speaks("Sign in at a desk", answers=SignedInView, doors=())
    def enter(asked: SignInAsked) -> Response | Refusal:
        if is_from_elsewhere():
            return problem(403, "other_origin", "another site asked for this")
        result = sign_in(hub, asked)
        if isinstance(result, Refusal):
            return result
        reply = answer(SignedInView(result.session.csrf, result.session))
        reply.set_cookie(COOKIE, result.token, httponly=True, samesite="Strict", path="/")
        return reply

    @routes.post("/v1/staff/sign-out")
    @door.require(CLERK, MANAGER)
    @speaks("Sign out")
    def leave() -> Response:
        sign_out(hub, request.cookies.get(COOKIE, ""))
        reply = Response(status=204)
        reply.delete_cookie(COOKIE, httponly=True, samesite="Strict", path="/")
        return reply


def _add_reading(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.get("/v1/board")
    @door.require(CLERK, MANAGER)
    @speaks("Every open order, in columns")
    def board() -> Board:
        return read_board(hub)

    @routes.get("/v1/pickups/<order_id>")
    @door.require(CLERK, MANAGER)
    @speaks("One order with its lines and parcels")
    def order(order_id: str) -> OrderDetail | Response:
        return read_order(hub, order_id) or problem(404, "unknown_order", "no such order here")

    @routes.get("/v1/ops")
    @door.require(CLERK, MANAGER)
    @speaks("How this hub is, and what a person should look at")
    def ops() -> OpsView:
        return read_ops(hub)


def _add_orders(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.post("/v1/pickups/<order_id>/accept")
    @door.require(CLERK, MANAGER)
    @speaks("Accept an order")
    def accept(asked: AcceptAsked) -> OrderNow | Refusal:
        return accept_order(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/decline")
    @door.require(CLERK, MANAGER)
    @speaks("Decline an order")
    def decline(asked: DeclineAsked) -> OrderNow | Refusal:
        return decline_order(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/picks")
    @door.require(CLERK, MANAGER)
    @speaks("Units were picked")
    def picks(asked: PicksAsked) -> OrderNow | Refusal:
        return pick_line(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/shorts")
    @door.require(CLERK, MANAGER)
    @speaks("Units are not to be had")
    def shorts(asked: ShortAsked) -> OrderNow | Refusal:
        return short_pick(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/parcels")
    @door.require(CLERK, MANAGER)
    @speaks("A parcel was packed and put on a shelf")
    def parcels(asked: StageAsked) -> Staged | Refusal:
        return stage_parcel(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/cancel")
    @door.require(CLERK, MANAGER)
    @speaks("Answer central's ask to cancel")
    def cancel(asked: CancelAnswered) -> OrderNow | Refusal:
        return answer_cancel(hub, asked, staff().actor)


def _add_desk(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    @routes.post("/v1/scans")
    @door.require(CLERK, MANAGER)
    @speaks("What a scanned code is, and what may be done with it")
    def scans(asked: ScanAsked) -> ScanRead:
        return read_scan(hub, asked, staff().actor)

    @routes.post("/v1/handovers")
    @door.require(CLERK, MANAGER)
    @speaks("Hand parcels over")
    def handovers(asked: HandOverAsked) -> HandedOver | Refusal:
        return hand_over(hub, asked, actor=staff().actor, desk=staff().desk)

    @routes.post("/v1/returns")
    @door.require(CLERK, MANAGER)
    @speaks("Take goods back")
    def returns(asked: ReturnAsked) -> TakenBack | Refusal:
        return take_back(hub, asked, staff().actor)

    @routes.post("/v1/staff-calls/<call_id>/done")
    @door.require(CLERK, MANAGER)
    @speaks("A call was answered")
    def call_done(call_id: str) -> CallDone | Refusal:
        return close_call(hub, call_id, staff().actor)
