"""What is asked when something is short: the picker asks, the shopper (or a clerk on her word) answers, another product comes in."""

from flask import Blueprint, request

from edge.api.kiosk_routes import KIOSK, node
from edge.api.speaking import speaks
from edge.api.staff_only import CLERK, MANAGER, StaffDoor, staff
from edge.app.answer_question import (
    AnswerAsked,
    AnswerNow,
    KioskAnswerAsked,
    answer_at_kiosk,
    answer_for_staff,
)
from edge.app.ask_shopper import QuestionAsked, QuestionNow, ask_shopper
from edge.app.hub import Hub
from edge.app.move_pickup import OrderNow
from edge.app.pick_list import PickList, read_pick_list
from edge.app.substitute import SubstituteAsked, substitute
from edge.domain.errors import Refusal
from sync.http_server.auth import Authenticator


def add_asking(routes: Blueprint, hub: Hub, door: StaffDoor) -> None:
    """The picker's side, behind the staff door."""

    @routes.get("/v1/pick-lists")
    @door.require(CLERK, MANAGER)
    @speaks("What to fetch, aisle by aisle: for `order` (up to 50 of them), or for the next wave")
    def pick_list() -> PickList:
        return read_pick_list(hub, request.args.getlist("order") or None)

    @routes.post("/v1/pickups/<order_id>/questions")
    @door.require(CLERK, MANAGER)
    @speaks("Ask the shopper about units that cannot be picked")
    def ask(asked: QuestionAsked) -> QuestionNow | Refusal:
        return ask_shopper(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/questions/<question_id>/answer")
    @door.require(CLERK, MANAGER)
    @speaks("What the shopper said, on the clerk's word")
    def answer(asked: AnswerAsked) -> AnswerNow | Refusal:
        return answer_for_staff(hub, asked, staff().actor)

    @routes.post("/v1/pickups/<order_id>/substitutions")
    @door.require(CLERK, MANAGER)
    @speaks("Another product was picked instead")
    def substitutions(asked: SubstituteAsked) -> OrderNow | Refusal:
        return substitute(hub, asked, staff().actor)


def add_kiosk_answers(routes: Blueprint, hub: Hub, auth: Authenticator) -> None:
    """The shopper's side, at a kiosk."""

    @routes.post("/v1/visits/<visit_id>/questions/<question_id>")
    @auth.require(KIOSK)
    @speaks("What she chose instead of units that cannot be picked")
    def answer(asked: KioskAnswerAsked) -> AnswerNow | Refusal:
        return answer_at_kiosk(hub, asked, kiosk=node())
