"""Checking in, and being noticed: a mark that brings a card to the top, set once, never a release."""

import pytest

from edge.app.board import Wait, read_board
from edge.app.check_in import CheckedIn, CheckInAsked, check_in
from edge.app.record_presence import PresenceAsked, ZoneChangeAsked, record_presence
from edge.domain.consent import Channel, Purpose
from edge.domain.truth import ConsentDown
from tests.cast.counter import STORE
from tests.cast.floor import KIOSK, Floor, refused

NOTICED = ConsentDown(purpose=Purpose.location, channel=Channel.beacon, given=True)
TAG = "tag-of-ada"


def by_pass(floor: Floor, scan: str) -> object:
    return check_in(floor.hub, CheckInAsked(event_id=floor.press(), scan=scan), kiosk=KIOSK)


def heard(floor: Floor, *zones: str | None, tag: str = TAG) -> tuple[int, int]:
    changes = []
    for zone in zones:
        floor.clock.advance(1_000)
        changes.append(ZoneChangeAsked(tag=tag, zone=zone, at_ms=floor.clock.now_ms()))
    taken = record_presence(floor.hub, PresenceAsked(changes=tuple(changes)), node="B1")
    return taken.changed, taken.arrived


def test_a_pass_at_the_kiosk_shows_the_code_and_nothing_else(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    done = by_pass(floor, floor.pass_of(order))
    assert isinstance(done, CheckedIn)
    assert done.display_code == order.display_code
    assert floor.facts()[-1] == "pickup.arrived"


def test_checked_in_twice_she_is_marked_once_and_waits_since_the_first_time(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    by_pass(floor, floor.pass_of(order))
    first_ms = floor.clock.now_ms()
    floor.clock.advance(200_000)
    by_pass(floor, floor.pass_of(order))
    (card,) = read_board(floor.hub).arrived
    assert (card.arrived_at_ms, card.waited_ms, card.wait) == (first_ms, 200_000, Wait.AMBER)
    assert len(floor.facts("pickup.arrived")) == 1


def test_from_her_visit_she_checks_in_for_her_own_orders_only(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    hers, _ = floor.ready((1, 1))
    other, _ = floor.ready((4, 1))
    floor.named(hers, floor.ada)
    floor.named(other, floor.minjun)
    visit = floor.look_up(floor.ada)
    assert [order.order_id for order in visit.cart.orders] == [hers.order_id]

    def by_visit(order_id: str) -> object:
        asked = CheckInAsked(event_id=floor.press(), visit_id=visit.visit_id, order_id=order_id)
        return check_in(floor.hub, asked, kiosk=KIOSK)

    assert isinstance(by_visit(hers.order_id), CheckedIn)
    before = floor.dump()
    assert refused(by_visit(other.order_id)) == "unknown_order"
    assert floor.dump() == before


def test_after_it_was_collected_there_is_nothing_to_check_in_for(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    floor.hand_over(order, staged)
    assert refused(by_pass(floor, floor.pass_of(order))) == "already_collected"


def test_a_consented_tag_at_the_door_brings_her_order_up(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    floor.named(order, floor.ada)
    floor.down((f"people:{STORE}", "card", floor.ada.identity, floor.ada.card(NOTICED, tags=(TAG,))))
    assert heard(floor, "door", "aisle-3", None) == (3, 1)
    (card,) = read_board(floor.hub).arrived
    assert (card.order_id, card.arrived_by) == (order.order_id, "beacon")
    assert [kind for kind in floor.facts() if kind.startswith("presence")] == [
        "presence.entered",
        "presence.moved",
        "presence.left",
    ]


@pytest.mark.parametrize("consents", [(), (ConsentDown(purpose="location", channel="beacon", given=False),)])
def test_without_her_consent_a_tag_is_only_counted(floor: Floor, consents: tuple[ConsentDown, ...]) -> None:
    order, _ = floor.ready((1, 1))
    floor.named(order, floor.ada)
    floor.down((f"people:{STORE}", "card", floor.ada.identity, floor.ada.card(*consents, tags=(TAG,))))
    assert heard(floor, "door") == (1, 0)
    assert read_board(floor.hub).arrived == ()


def test_the_same_zone_again_and_an_older_reading_change_nothing(floor: Floor) -> None:
    assert heard(floor, "door", "door") == (1, 0)
    old = ZoneChangeAsked(tag=TAG, zone="desk", at_ms=1)
    assert record_presence(floor.hub, PresenceAsked(changes=(old,)), node="B1").changed == 0


def test_no_tag_is_written_down_as_it_was_heard(floor: Floor) -> None:
    heard(floor, "door", tag="MAC-00-11-22")
    everything = repr(floor.dump()) + repr(floor.envelopes())
    assert "MAC-00-11-22" not in everything
    assert "presence.entered" in everything
