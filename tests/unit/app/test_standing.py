"""A hub that was put aside hands nothing over, says since when, and goes on as if nothing had been once a person says so."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.app.accept_order import AcceptAsked, accept_order
from edge.app.call_staff import CallAsked, Called, call_staff
from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.put_aside import note_current, note_superseded
from edge.app.standing import Why, own_statement, take_statement
from edge.domain.errors import Refusal
from sync import outbox
from sync.hub_statement import HubStatement, is_genuine, state
from sync.signing import public_bytes, public_text
from tests.cast.counter import KIM, gtin_of
from tests.cast.floor import KIOSK, Floor
from tests.cast.place import place_of

CENTRAL, HUB, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))


def text(key: Ed25519PrivateKey) -> str:
    return public_text(public_bytes(key))


def about(key: Ed25519PrivateKey, term: int) -> HubStatement:
    return state(CENTRAL, store="S001", node="H1", term=term, public_key=text(key), stated_at_ms=1)


def test_a_new_hub_has_no_term_and_an_epoch_of_its_own(floor: Floor) -> None:
    now = place_of(floor.hub)
    with floor.hub.state.reading() as conn:
        origins = outbox.owed_origins(conn)
    assert (now.term, now.superseded_since_ms, now.why) == (0, None, None)
    assert len(now.epoch) == 16
    assert origins == []


def test_a_hub_that_was_put_aside_hands_nothing_over(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    since_ms = floor.clock.now_ms()
    note_superseded(floor.hub, Why.REPLACED, since_ms)
    asked = HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=(staged.label,))
    before = floor.dump()
    assert hand_over(floor.hub, asked, actor=KIM, desk="1") == Refusal(
        "superseded", {"since_ms": since_ms, "why": "replaced"}
    )
    assert floor.dump() == before
    assert note_current(floor.hub)
    assert isinstance(hand_over(floor.hub, asked, actor=KIM, desk="1"), HandedOver)


def test_a_press_that_was_answered_before_keeps_its_answer(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    asked = HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=(staged.label,))
    done = hand_over(floor.hub, asked, actor=KIM, desk="1")
    note_superseded(floor.hub, Why.TWIN, floor.clock.now_ms())
    assert hand_over(floor.hub, asked, actor=KIM, desk="1") == done


def test_nothing_is_accepted_or_picked_either_but_staff_can_be_called(floor: Floor) -> None:
    order = floor.order((1, 1)).order_id
    note_superseded(floor.hub, Why.REPLACED, floor.clock.now_ms())
    picks = PicksAsked(order_id=order, picks=(Pick(event_id=floor.press(), line=1, qty=1, gtin=gtin_of(1)),))
    for no in (
        pick_line(floor.hub, picks, KIM),
        accept_order(floor.hub, AcceptAsked(event_id=floor.press(), order_id=order), KIM),
    ):
        assert isinstance(no, Refusal)
        assert no.reason == "superseded"
    called = call_staff(floor.hub, CallAsked(event_id=floor.press(), screen="cart"), kiosk=KIOSK)
    assert isinstance(called, Called)


def test_a_person_is_told_once_however_often_central_says_it(floor: Floor) -> None:
    assert note_superseded(floor.hub, Why.TWIN, 5)
    assert not note_superseded(floor.hub, Why.TWIN, 9)
    assert place_of(floor.hub).superseded_since_ms == 5
    assert [each.kind for each in floor.incidents()] == ["superseded"]
    assert note_current(floor.hub)
    assert not note_current(floor.hub)


def test_only_a_newer_statement_about_its_own_key_is_kept(floor: Floor) -> None:
    with floor.hub.state.writing() as conn:
        assert take_statement(conn, about(HUB, 2), text(HUB))
        assert not take_statement(conn, about(HUB, 2), text(HUB))
        assert not take_statement(conn, about(OTHER, 3), text(HUB))
        assert own_statement(conn) == about(HUB, 2)
    assert place_of(floor.hub).term == 2


def test_a_statement_is_central_s_only_as_it_was_signed() -> None:
    good = about(HUB, 4)
    assert is_genuine(good, public_bytes(CENTRAL))
    assert not is_genuine(good, public_bytes(OTHER))
    for forged in (
        about(OTHER, 4),
        about(HUB, 5),
    ):
        stolen = HubStatement(
            store=forged.store,
            node=forged.node,
            term=forged.term,
            public_key=forged.public_key,
            stated_at_ms=forged.stated_at_ms,
            signature=good.signature,
        )
        assert not is_genuine(stolen, public_bytes(CENTRAL))
