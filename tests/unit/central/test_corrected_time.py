"""A label that was wrong stays as it was written; once its node has seen signed time, the right time stands beside it."""

from msgspec.structs import replace

from central.app.oversee import oversee
from edge.domain.fact_base import At
from edge.domain.facts import ClockCorrected
from tests.cast.office import Office
from tests.unit.central.test_pickups import adas_order

HOUR_MS = 3_600_000
UNPROVEN = At(boot_id="boot-7", monotonic_ms=5, confirmed=False)


def flagged_by(office: Office, at: At) -> None:
    """A handover of an order nobody knows, labelled by that clock."""
    order = adas_order(office).to_ready()
    order.owed()
    order.pickup = replace(order.pickup, order_id="AAAAAAAAAAAAA")
    office.hub.push(*[replace(fact, at=at) for fact in order.hand_over().owed()])


def correct(office: Office, boot: str, offset_ms: int) -> None:
    office.hub.push(ClockCorrected(actor="hub:H1", at=UNPROVEN, offset_ms=offset_ms, boot_id=boot))


def test_the_right_time_stands_beside_a_wrong_label_whenever_the_correction_comes(office: Office) -> None:
    flagged_by(office, UNPROVEN)
    (before,) = oversee(office.central).to_review
    assert before.corrected_at_ms is None
    correct(office, "boot-7", 3 * HOUR_MS)
    (after,) = oversee(office.central).to_review
    assert after.occurred_at_ms == before.occurred_at_ms
    assert after.corrected_at_ms == before.occurred_at_ms + 3 * HOUR_MS
    assert office.anyone.ask("GET", "/?lang=en").get_data(as_text=True).count("by the right clock") == 1


def test_a_confirmed_label_and_another_boot_are_left_alone(office: Office) -> None:
    flagged_by(office, At(boot_id="boot-7", monotonic_ms=5, confirmed=True))
    correct(office, "boot-8", 3 * HOUR_MS)
    correct(office, "boot-7", 3 * HOUR_MS)
    assert [each.corrected_at_ms for each in oversee(office.central).to_review] == [None]
