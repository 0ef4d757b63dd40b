"""What the store asks a shopper about units it could not pick: one question per screen, one press is the answer."""

from http import HTTPStatus

import msgspec
from flask import Blueprint, g, redirect
from werkzeug.wrappers import Response

from edge.domain.errors import Refusal
from edge.gateway.asked import Answered, ChoiceMade
from edge.gateway.hub import HubAway
from kiosk_ui.kiosk.answers import GONE, press
from kiosk_ui.kiosk.asked import Choose
from kiosk_ui.kiosk.away import away
from kiosk_ui.kiosk.frame import screen
from kiosk_ui.kiosk.machine import Kiosk
from kiosk_ui.kiosk.pages import CART_POLL_MS, read_visit, to_start
from kiosk_ui.kiosk.visits import AnswerGiven, Notice, Visit
from kiosk_ui.kiosk.walk import asked_of
from kiosk_ui.kiosk.web import BadRequest, body_of, refused, wants_json

ANSWERED = "question_answered"
"""The hub's word for a question that somebody else has answered."""


def routes(kiosk: Kiosk) -> Blueprint:
    """The screens of questions."""
    pages = Blueprint("questions", __name__)
    pages.add_url_rule("/question", "question", lambda: question(kiosk))
    pages.add_url_rule("/question", "choose", lambda: choose(kiosk), methods=["POST"])
    pages.add_url_rule("/question/done", "done", lambda: done(kiosk))
    return pages


def question(kiosk: Kiosk) -> Response:
    """The next question; one that was answered elsewhere while she read it is said to be."""
    visit: Visit | None = g.visit
    if visit is None or visit.known is None:
        return to_start()
    got = read_visit(kiosk, visit)
    if got is None:
        return redirect("/notice", HTTPStatus.SEE_OTHER)
    if isinstance(got, HubAway):
        return away(kiosk)
    asked = asked_of(got.cart)
    if visit.reads_question and visit.reads_question not in {each.question_id for _, each in asked}:
        visit.reads_question, visit.notice = "", Notice(refusal=Refusal(ANSWERED), subject="question")
        return redirect("/notice", HTTPStatus.SEE_OTHER)
    if not asked:
        return redirect("/cart", HTTPStatus.SEE_OTHER)
    order, shown = asked[0]
    visit.reads_question = shown.question_id
    return screen(
        kiosk,
        "question.html",
        times=kiosk.cart_times,
        poll_ms=CART_POLL_MS,
        order=order,
        question=shown,
        count=len(asked),
    )


def choose(kiosk: Kiosk) -> Response:
    """Her choice; the hub says whether it is the answer."""
    visit: Visit | None = g.visit
    if visit is None or visit.known is None:
        return refused(Refusal(GONE)) if wants_json() else to_start()
    body, known = body_of(Choose), visit.known
    about = next((pair for pair in asked_of(known.cart) if pair[1].question_id == body.question_id), None)
    if about is None and not wants_json():
        visit.notice = Notice(refusal=Refusal(ANSWERED), subject="question")
        return redirect("/notice", HTTPStatus.SEE_OTHER)
    choice, _, gtin = body.choice.partition(" ")
    if choice not in ("substitute", "refund", "other_store"):
        raise BadRequest("choice is substitute and a GTIN, refund or other_store")
    # One event_id per choice of a question: the press twice is the same answer twice.
    pressed = f"{body.question_id} {body.choice}"
    event_id = body.event_id or visit.choices.setdefault(pressed, kiosk.new_event_id())
    asked = ChoiceMade(event_id=event_id, choice=choice, gtin=gtin or None)

    def answered(got: Answered) -> str:
        visit.reads_question = ""
        if about is not None:
            visit.answer = AnswerGiven(question=about[1], answered=got)
        return "/question/done"

    return press(
        kiosk,
        visit,
        event_id=event_id,
        subject="question",
        ask=lambda: kiosk.hub.choose(known.visit_id, body.question_id, asked),
        done=answered,
        answer=lambda got: (msgspec.to_builtins(got) | {"event_id": event_id}, HTTPStatus.OK),
    )


def done(kiosk: Kiosk) -> Response:
    """What happens now, and the next question if there is one."""
    visit: Visit | None = g.visit
    if visit is None or visit.known is None or visit.answer is None:
        return to_start()
    got = read_visit(kiosk, visit)
    more = [] if got is None or isinstance(got, HubAway) else asked_of(got.cart)
    chosen = visit.answer.answered.gtin
    instead = next((each for each in visit.answer.question.offers if each.gtin == chosen), None)
    return screen(
        kiosk,
        "question_done.html",
        times=kiosk.cart_times,
        answer=visit.answer,
        instead=instead,
        more=len(more),
    )
