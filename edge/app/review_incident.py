"""Look at what is on the review list, and say what became of it: seen, voided, overridden, or a loss the shop owns."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app import recovering
from edge.app.act import Tx, in_one_transaction, once
from edge.app.asked import EventId
from edge.app.at_the_desk import was_answered
from edge.app.hub import Hub
from edge.app.sign_in import ManagerSays, vouch
from edge.app.void_handover import void_all_of
from edge.domain.errors import Refusal
from edge.domain.facts import IncidentOutcome, IncidentReviewed, VoidReason
from edge.store import handovers, incidents, pickups
from edge.store.handovers import Handover
from edge.store.incidents import Incident
from sync import backlog
from sync.db import Connection

NUMBER_MAX = 2**63 - 1
REVIEWED_SHOWN = 100
SPOKEN_KINDS = (
    "origin_forked",
    "row_refused",
    "row_given_up",
    "row_damaged",
    "rows_lost_upstream",
    "cancel_of_unknown_order",
    "open_order_withdrawn",
    "order_missing_at_central",
    "refused_by_central",
    "disk_full",
    "outbox_tight",
    "recovering",
    "superseded",
    "digest_differs",
    "shelf_count_due",
    "facts_may_be_lost",
    "fact_not_folded",
    "second_disk_away",
    "backup_failed",
    "log_held_back",
    "file_damaged",
    "journal_head_not_here",
    "parcel_missing",
    "parcel_unknown",
    "parcel_should_have_left",
    "wrong_bag",
    "parcel_is_here",
)
"""Kinds with a sentence of their own on every screen; another kind is "something to look at", its detail beside it."""


class ReviewReason(StrEnum):
    """Why there is nothing to review, or not in that way."""

    unknown_incident = "unknown_incident"
    already_reviewed = "already_reviewed"
    nothing_to_void = "nothing_to_void"  # the incident is about no handover of this shop's


class HandoverView(msgspec.Struct, frozen=True, kw_only=True):
    """The handover an incident is about."""

    event_id: str
    made_at_ms: int
    actor: str
    desk: str
    how: str  # HandoverHow
    voided_at_ms: int | None


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """One incident with what a person needs to decide about it; `outcomes` are those that can be chosen."""

    incident_id: int
    kind: str
    subject: str  # an order, a wish, an event id; never a person
    detail: str
    at_ms: int
    order_id: str | None
    display_code: str | None
    handover: HandoverView | None
    outcomes: tuple[IncidentOutcome, ...]
    outcome: str | None
    note_code: str | None
    done_at_ms: int | None
    done_by: str | None


class ReviewList(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents that wait, newest first, or those that were reviewed, the last one first."""

    incidents: tuple[ReviewView, ...]
    waiting: int


class ReviewAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What a manager made of it; `note_code` is a word of the screen's list, never free text."""

    event_id: EventId
    incident_id: Annotated[int, Meta(ge=0, le=NUMBER_MAX)] = 0
    outcome: IncidentOutcome
    note_code: Annotated[str, Meta(pattern=r"\A[a-z_]{0,32}\Z")] = ""
    manager: ManagerSays


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands now; `voided` are the parcels that are here again."""

    incident_id: int
    outcome: IncidentOutcome
    by: str
    at_ms: int
    voided: tuple[int, ...] = ()


def list_incidents(hub: Hub, *, is_open: bool) -> ReviewList:
    """The review list. What central flagged since it was looked at last is on it."""
    _take_flagged(hub)
    with hub.state.reading() as conn:
        found = incidents.waiting(conn) if is_open else incidents.reviewed(conn, REVIEWED_SHOWN)
        shown = tuple(_view(conn, each) for each in found)
        return ReviewList(incidents=shown, waiting=incidents.open_count(conn))


def review_incident(hub: Hub, asked: ReviewAsked, actor: str) -> Reviewed | Refusal:
    """Review one incident, once. `voided` voids the handover it is about in the same transaction."""
    by = "" if was_answered(hub, asked.event_id) else vouch(hub, asked.manager)
    if isinstance(by, Refusal):
        return by
    question = msgspec.structs.replace(asked, manager=msgspec.structs.replace(asked.manager, pin=""))

    def act(tx: Tx) -> Reviewed | Refusal:
        incident = incidents.get(tx.conn, asked.incident_id)
        if incident is None:
            return Refusal(ReviewReason.unknown_incident)
        if incident.outcome is not None:
            found: dict[str, str | int] = {"outcome": incident.outcome, "when_ms": incident.done_at_ms or 0}
            return Refusal(ReviewReason.already_reviewed, found)
        return _review(tx, incident, asked, actor=actor, by=by)

    return once(hub, asked.event_id, question, Reviewed, act)


def _review(tx: Tx, incident: Incident, asked: ReviewAsked, *, actor: str, by: str) -> Reviewed | Refusal:
    parcels: tuple[int, ...] = ()
    if asked.outcome is IncidentOutcome.voided:
        done = _void(tx, incident, actor=actor, by=by)
        if isinstance(done, Refusal):
            return done
        parcels = done
    incidents.review(
        tx.conn,
        incident.incident_id,
        outcome=asked.outcome.value,
        note_code=asked.note_code,
        by=by,
        now_ms=tx.now_ms,
    )
    fact = IncidentReviewed(
        actor=actor,
        at=tx.at,
        incident=f"{incident.kind}/{incident.subject}"[:200],
        outcome=asked.outcome,
        note_code=asked.note_code,
        by=by,
    )
    tx.owe(fact, asked.event_id)
    tx.tell("board")
    return Reviewed(incident_id=incident.incident_id, outcome=asked.outcome, by=by, at_ms=tx.now_ms, voided=parcels)


def _void(tx: Tx, incident: Incident, *, actor: str, by: str) -> tuple[int, ...] | Refusal:
    waits = recovering.refusal(tx.conn)
    if waits is not None:
        return waits
    if handovers.get(tx.conn, incident.subject) is None:
        return Refusal(ReviewReason.nothing_to_void)
    done = void_all_of(tx, incident.subject, VoidReason.mistake, actor=actor, by=by, event_id=tx.hub.new_id())
    return done if isinstance(done, Refusal) else done.parcels


def _take_flagged(hub: Hub) -> None:
    with hub.state.reading() as conn:
        if not backlog.flagged(conn):
            return
    in_one_transaction(hub, lambda tx: incidents.raise_flagged(tx.conn, tx.now_ms))


def _view(conn: Connection, incident: Incident) -> ReviewView:
    made = handovers.get(conn, incident.subject)
    pickup = pickups.get(conn, made.order_id if made else incident.subject)
    return ReviewView(
        incident_id=incident.incident_id,
        kind=incident.kind,
        subject=incident.subject,
        detail=incident.detail,
        at_ms=incident.at_ms,
        order_id=pickup.order_id if pickup else None,
        display_code=pickup.display_code if pickup else None,
        handover=_handover(made) if made else None,
        outcomes=_outcomes(incident, made),
        outcome=incident.outcome,
        note_code=incident.note_code,
        done_at_ms=incident.done_at_ms,
        done_by=incident.done_by,
    )


def _handover(made: Handover) -> HandoverView:
    return HandoverView(
        event_id=made.event_id,
        made_at_ms=made.made_at_ms,
        actor=made.actor,
        desk=made.desk,
        how=made.how,
        voided_at_ms=made.voided_at_ms,
    )


def _outcomes(incident: Incident, made: Handover | None) -> tuple[IncidentOutcome, ...]:
    if incident.outcome is not None:
        return ()
    can_void = made is not None and made.voided_at_ms is None
    return tuple(each for each in IncidentOutcome if can_void or each is not IncidentOutcome.voided)
