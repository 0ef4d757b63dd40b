"""One step of a page at the shelf: what was scanned or pressed there, and what the screen does about it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec
from flask import Blueprint, Response, abort

from kiosk_ui.staff.answers import Problem, asked, refused
from kiosk_ui.staff.frame import Desk
from kiosk_ui.staff.refusals import RefusalView, refusal_view

MOST_DIGITS = 7
"""A quantity with more digits is a slip of the scanner."""

H = TypeVar("H", bound=msgspec.Struct)


class WorkAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What the page carried from the step before, and one of: a scan, a press with its fields, a refused act."""

    held: str
    scan: str | None = None
    press: str | None = None
    fields: dict[str, str] = {}
    problem: Problem | None = None

    def units(self, name: str, most: int) -> int:
        """A quantity that was typed: between 0 and `most`, 0 for anything that is no number."""
        typed = self.fields.get(name, "")
        return min(int(typed), most) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else 0


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One request to /v1; its event_id is in the body, so that it may be asked again and undone later."""

    path: str
    body: Mapping[str, object]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What the page does now: acts in their order, then what it carries on, shows, says, and where it goes.

    `html` fills the panel over the page ("" shuts it), `undo` shows the way back, `fields` fills what is typed into. In
    `go`, {parcel} stands for the parcel that the last act made.
    """

    acts: tuple[Act, ...] = ()
    held: str | None = None
    html: str | None = None
    refusal: str | None = None
    said: str = ""
    undo: bool = False
    fields: dict[str, str] = {}
    go: str | None = None


def add_work(
    pages: Blueprint, desk: Desk, rule: str, endpoint: str, held: type[H], step: Callable[[H, WorkAsked], Step]
) -> None:
    """The address where a page's module asks at every step; a refused act is said full-screen whatever the page."""

    def work() -> Response:
        question = asked(WorkAsked)
        if question.problem is not None:
            done = no(desk, question.problem.reason, question.problem.found or {})
        else:
            done = step(_held(question, held), question)
        return Response(msgspec.json.encode(done), content_type="application/json")

    pages.add_url_rule(rule, view_func=work, endpoint=endpoint, methods=["POST"])


def no(desk: Desk, reason: str, found: dict[str, str | int] | None = None) -> Step:
    """The full-screen no for a reason."""
    return no_seen(refusal_view(reason, found or {}, desk.zone))


def no_seen(view: RefusalView) -> Step:
    """The full-screen no with what was scanned against what was meant."""
    return Step(refusal=refused(view))


def as_held(held: msgspec.Struct) -> str:
    """What a page starts with, as its template writes it down."""
    return msgspec.json.encode(held).decode()


def _held(question: WorkAsked, held: type[H]) -> H:
    try:
        return msgspec.json.decode(question.held, type=held)
    except msgspec.DecodeError:
        abort(400)
