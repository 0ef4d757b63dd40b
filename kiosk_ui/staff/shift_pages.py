"""What is looked at once a shift: how the day stands, what is on the review list, who never came."""

import msgspec
from flask import Blueprint, request

from edge.app.board import LineView, read_line
from edge.app.no_show import read_no_shows
from edge.app.review_incident import SPOKEN_KINDS, ReviewView, list_incidents
from edge.app.shift_report import read_shift
from edge.app.store_config import store_config
from edge.domain.facts import IncidentOutcome
from kiosk_ui.staff.frame import Desk, page
from kiosk_ui.staff.words import WORDS

SCRIPT = "desk-page.mjs"
NOTES = ("goods_found", "goods_missing", "shopper_called", "machine", "other")
"""What a manager may note: a word of a list, so that nobody writes a name into it."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What every one of these pages says at its top."""

    store_name: dict[str, str]
    line: LineView
    now_ms: int


def add_shift(pages: Blueprint, desk: Desk) -> None:
    """The routes of the three pages."""

    def shift() -> str:
        return page("shift.html", SCRIPT, report=read_shift(desk.hub), head=_head(desk))

    def review() -> str:
        is_open = request.args.get("open", "1") != "0"
        listed = list_incidents(desk.hub, is_open=is_open)
        chosen = _chosen(listed.incidents, request.args.get("incident"))
        return page(
            "review.html",
            SCRIPT,
            listed=listed,
            chosen=chosen,
            is_open=is_open,
            kind_of=_kind_of,
            notes=[(note, WORDS.text(f"note.{note}")) for note in NOTES],
            head=_head(desk),
        )

    def no_shows() -> str:
        return page("no_shows.html", SCRIPT, seen=read_no_shows(desk.hub), head=_head(desk))

    pages.add_url_rule("/shift", view_func=shift, endpoint="shift")
    pages.add_url_rule("/review", view_func=review, endpoint="review")
    pages.add_url_rule("/no-shows", view_func=no_shows, endpoint="no_shows")


def keys_by_value() -> set[str]:
    """Every key these pages build out of a value."""
    waits = ("time_unconfirmed", "recovering", "superseded", "no_store")
    return (
        {f"outcome.{outcome}" for outcome in IncidentOutcome}
        | {f"note.{note}" for note in NOTES}
        | {f"incident.{kind}" for kind in (*SPOKEN_KINDS, "other")}
        | {f"noshow_waits.{why}" for why in waits}
    )


def _kind_of(kind: str) -> str:
    """What happened, as a person says it."""
    return WORDS.text(f"incident.{kind if kind in SPOKEN_KINDS else 'other'}")


def _head(desk: Desk) -> Head:
    store = store_config(desk.hub)
    return Head(store_name=store.name if store else {}, line=read_line(desk.hub), now_ms=desk.hub.clock.now_ms())


def _chosen(incidents: tuple[ReviewView, ...], wanted: str | None) -> ReviewView | None:
    """The one asked for; else the first."""
    named = (each for each in incidents if str(each.incident_id) == wanted)
    return next(named, incidents[0] if incidents else None)
