"""The review list and the shift report: every incident once, with a manager's word; every hand-over counted for its clerk."""

import json

from edge.app.fold_fact import fold_fact
from edge.app.review_incident import ReviewAsked, Reviewed, list_incidents, review_incident
from edge.app.shift_report import read_shift
from edge.domain.errors import Refusal
from edge.domain.facts import IncidentOutcome, decode
from edge.domain.pickup import ParcelState
from edge.store import incidents
from tests.cast.counter import KIM
from tests.cast.desk_acts import (
    LEE,
    book,
    both_work,
    by_name,
    has_code,
    kim_says,
    last_handover,
    lee_says,
    press,
    still_here,
    undo,
)
from tests.cast.floor import Floor, refused
from tests.cast.recorded import last_fact


def review(floor: Floor, number: int, outcome: IncidentOutcome, **more: object) -> Reviewed | Refusal:
    """Kim types what Lee decides."""
    given: dict[str, object] = {"manager": lee_says(), **more}
    asked = ReviewAsked(event_id=floor.press(), incident_id=number, outcome=outcome, **given)  # type: ignore[arg-type]  # a test's keywords
    return review_incident(floor.hub, asked, KIM)


def flag_the_last(floor: Floor, reason: str) -> str:
    """Central flags the newest hand-over in its receipt."""
    event = last_handover(floor)
    with floor.hub.state.writing() as conn:
        conn.execute(
            "UPDATE outbox_rows SET verdict = 'flagged', reason = ?, settled_at_ms = 1 WHERE event_id = ?",
            (reason, event),
        )
    return event


def test_what_central_flagged_stands_on_the_list_once_with_its_hand_over(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label, desk="2")
    event = flag_the_last(floor, "parcel_left_twice")
    list_incidents(floor.hub, is_open=True)
    (shown,) = list_incidents(floor.hub, is_open=True).incidents
    assert (shown.kind, shown.subject, shown.display_code) == ("parcel_left_twice", event, order.display_code)
    assert shown.handover is not None
    assert (shown.handover.actor, shown.handover.desk) == (KIM, "2")
    assert IncidentOutcome.voided in shown.outcomes


def test_a_manager_voids_the_hand_over_an_incident_is_about(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    flag_the_last(floor, "parcel_left_twice")
    (shown,) = list_incidents(floor.hub, is_open=True).incidents
    assert refused(review(floor, shown.incident_id, IncidentOutcome.voided, manager=kim_says())) == "wrong_manager_pin"
    done = review(floor, shown.incident_id, IncidentOutcome.voided)
    assert isinstance(done, Reviewed)
    assert (done.voided, done.by) == ((1,), LEE)
    assert book(floor, order).parcels[0].state is ParcelState.shelved
    assert floor.facts()[-2:] == ["pickup.voided", "incident.reviewed"]
    assert last_fact(floor)["outcome"] == "voided"
    assert list_incidents(floor.hub, is_open=True).incidents == ()
    (kept,) = list_incidents(floor.hub, is_open=False).incidents
    assert (kept.outcome, kept.done_by, kept.outcomes) == ("voided", LEE, ())


def test_an_incident_is_reviewed_once(floor: Floor) -> None:
    both_work(floor)
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    still_here(floor, order, staged.label)
    (shown,) = list_incidents(floor.hub, is_open=True).incidents
    assert isinstance(review(floor, shown.incident_id, IncidentOutcome.loss_owned, note_code="goods_gone"), Reviewed)
    assert last_fact(floor)["note_code"] == "goods_gone"
    assert refused(review(floor, shown.incident_id, IncidentOutcome.seen)) == "already_reviewed"
    assert refused(review(floor, 4_711, IncidentOutcome.seen)) == "unknown_incident"
    assert len(floor.facts("incident.reviewed")) == 1


def test_what_is_about_no_hand_over_cannot_be_voided_and_waits_on(floor: Floor) -> None:
    both_work(floor)
    order = floor.order((1, 1))
    floor.gone("store", "order", order.order_id)
    (shown,) = list_incidents(floor.hub, is_open=True).incidents
    assert IncidentOutcome.voided not in shown.outcomes
    assert refused(review(floor, shown.incident_id, IncidentOutcome.voided)) == "nothing_to_void"
    assert list_incidents(floor.hub, is_open=True).waiting == 1
    assert isinstance(review(floor, shown.incident_id, IncidentOutcome.overridden), Reviewed)


def test_the_shift_report_counts_for_each_clerk_how_things_left(floor: Floor) -> None:
    both_work(floor)
    orders = [floor.ready((1, 1)) for _ in range(4)]
    (one, first), (two, second), (three, third), (_, _) = orders
    has_code(floor, three)
    press(floor, one, first.label)
    by_name(floor, two, second.label)
    press(floor, three, third.label, pass_text="7QK4MMNP", digits="5678", manager=lee_says())
    undo(floor, last_handover(floor))
    late = floor.order((4, 1))
    floor.clock.advance(5 * 3_600_000)
    report = read_shift(floor.hub)
    (kim,) = report.per_clerk
    assert (kim.actor, kim.handed_over, kim.without_pass, kim.typed, kim.voided) == (KIM, 3, 1, 1, 1)
    assert (report.handed_over, report.without_pass, report.voided, report.open) == (2, 1, 1, 3)
    assert [each.order_id for each in report.overdue] == [late.order_id]
    assert [each.void_reason for each in report.voids] == ["undo"]
    assert report.owed_since_ms is not None
    assert report.not_told == report.ready == 2


def test_the_report_begins_with_the_stores_own_day(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    floor.clock.advance(24 * 3_600_000)
    report = read_shift(floor.hub)
    assert (report.handed_over, report.per_clerk, report.voids) == (0, (), ())


def test_the_report_of_a_restored_book_is_the_same(floor: Floor) -> None:
    """Hand-overs and voids are folded from their facts into the same counts."""
    order, staged = floor.ready((1, 1))
    press(floor, order, staged.label)
    undo(floor, last_handover(floor))
    press(floor, order, staged.label)
    before = read_shift(floor.hub)
    refold(floor)
    assert read_shift(floor.hub) == before


def refold(floor: Floor) -> None:
    """The counts are lost and made again from what was recorded."""
    with floor.hub.state.writing() as conn:
        conn.execute("DELETE FROM handovers")
        for raw in [
            row[0] for row in conn.execute("SELECT envelope FROM outbox_rows ORDER BY origin, sequence").fetchall()
        ]:
            envelope = json.loads(raw)
            fact = decode(envelope["type"], json.dumps(envelope["data"]).encode())
            fold_fact(conn, fact, event_id=envelope["id"], at_ms=floor.clock.now_ms())
        assert incidents.open_count(conn) == 0
