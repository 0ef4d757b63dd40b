"""Looking a shopper up: her own app code, once, with confirmed time; what this store does not hold, central proves."""

import pytest

from edge.app.end_visit import end_visit
from edge.app.look_up_cart import LookUpAsked, VisitView, look_up_cart, see_visit
from edge.app.visits import QUIET_MS
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.truth import Identified
from tests.cast.floor import KIOSK, Floor, refused


def show(floor: Floor, scan: str, *, kiosk: str = KIOSK) -> VisitView | Refusal:
    return look_up_cart(floor.hub, LookUpAsked(event_id=floor.press(), scan=scan), kiosk=kiosk)


def test_her_own_code_opens_her_cart_with_the_line_cut(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    seen = floor.look_up(floor.ada)
    assert seen.shopper.masked_name == "A*a"
    assert [(line.line, line.qty) for line in seen.cart.lines] == [("l1", 2)]
    assert floor.head_office.asked == 0


def test_a_code_counts_once(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    code = floor.ada.code(floor.clock.now_ms())
    assert isinstance(show(floor, code), VisitView)
    assert refused(show(floor, code)) == "used_code"
    assert refused(show(floor, code, kiosk="K2")) == "used_code"


def test_the_same_press_gets_its_visit_again(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    asked = LookUpAsked(event_id=floor.press(), scan=floor.ada.code(floor.clock.now_ms()))
    assert look_up_cart(floor.hub, asked, kiosk=KIOSK) == look_up_cart(floor.hub, asked, kiosk=KIOSK)


def test_a_code_of_two_minutes_ago_has_expired(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    code = floor.ada.code(floor.clock.now_ms())
    floor.clock.advance(120_000)
    assert refused(show(floor, code)) == "expired_code"


def test_while_time_is_unconfirmed_nobody_is_proven(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    object.__setattr__(floor.hub, "clock", SimClock(floor.clock.now_ms(), confirmed=False))
    no = show(floor, floor.ada.code(floor.clock.now_ms()))
    assert no == Refusal("not_proven", {"why": "time_unconfirmed"})


def test_a_forged_code_is_answered_like_one_nobody_knows(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    assert refused(show(floor, floor.ada.code(floor.clock.now_ms(), forged=True))) == "unknown_code"


@pytest.mark.parametrize(
    ("scan", "reason"),
    [
        ("x" * 5_000, "code_too_long"),
        ("안녕하세요", "unknown_code"),
        ("", "unknown_code"),
        ("U1" + "A" * 124, "unknown_code"),
    ],
)
def test_what_is_no_code_is_said_to_be_none(floor: Floor, scan: str, reason: str) -> None:
    before = floor.dump()
    assert refused(show(floor, scan)) == reason
    assert floor.dump() == before


def test_a_pass_and_a_label_are_nobody(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    assert refused(show(floor, floor.pass_of(order))) == "pass_is_no_person"
    assert refused(show(floor, staged.label)) == "pass_is_no_person"


def test_without_her_card_and_without_the_line_the_no_says_since_when(floor: Floor) -> None:
    no = show(floor, floor.ada.code(floor.clock.now_ms()))
    assert no == Refusal("no_card_line_cut", {"line_since_ms": floor.hub.link.since_ms})


def test_central_proves_whom_this_store_does_not_hold_and_her_cart_stays_in_memory(floor: Floor) -> None:
    floor.line_up()
    floor.head_office.away = False
    floor.head_office.knows[floor.ada.identity] = Identified(card=floor.ada.card(), cart=floor.ada.cart(("l1", 1, 2)))
    before = floor.dump()
    seen = show(floor, floor.ada.code(floor.clock.now_ms()))
    assert isinstance(seen, VisitView)
    assert [line.qty for line in seen.cart.lines] == [2]
    assert floor.dump() == before


def test_central_that_gives_no_answer_counts_as_cut(floor: Floor) -> None:
    floor.line_up()
    assert refused(show(floor, floor.ada.code(floor.clock.now_ms()))) == "no_card_line_cut"


@pytest.mark.parametrize(
    ("said", "reason"),
    [("used_code", "used_code"), ("expired_code", "expired_code"), ("not_proven", "unknown_code")],
)
def test_centrals_no_is_said_without_telling_whether_she_is_a_member(floor: Floor, said: str, reason: str) -> None:
    floor.line_up()
    floor.head_office.away = False
    floor.head_office.refuses_with = said
    assert refused(show(floor, floor.ada.code(floor.clock.now_ms()))) == reason


def test_a_card_past_its_time_is_proven_by_central_again(floor: Floor) -> None:
    floor.down((f"people:{floor.hub.store}", "card", floor.ada.identity, floor.ada.card(expires_at_ms=1)))
    assert refused(show(floor, floor.ada.code(floor.clock.now_ms()))) == "no_card_line_cut"


def test_a_visit_belongs_to_its_kiosk_and_ends_with_bye_or_quiet(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    assert refused(see_visit(floor.hub, visit.visit_id, kiosk="K2")) == "unknown_visit"
    assert not end_visit(floor.hub, visit.visit_id, kiosk="K2")
    assert end_visit(floor.hub, visit.visit_id, kiosk=KIOSK)
    assert refused(see_visit(floor.hub, visit.visit_id, kiosk=KIOSK)) == "unknown_visit"
    quiet = floor.look_up(floor.ada)
    floor.clock.advance(QUIET_MS + 1)
    assert refused(see_visit(floor.hub, quiet.visit_id, kiosk=KIOSK)) == "unknown_visit"


def test_a_withdrawn_card_ends_her_visit_and_drops_her_key(floor: Floor) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    visit = floor.look_up(floor.ada)
    floor.gone("people", "card", floor.ada.identity)
    assert refused(see_visit(floor.hub, visit.visit_id, kiosk=KIOSK)) == "unknown_visit"
    assert floor.dump()["replica.carts"] == floor.dump()["replica.cards"] == []
    assert floor.subjects_with_keys() == []
