"""Facts on the wire: each kind is pinned by a golden file, read strictly, and lies in its lane."""

import json
from pathlib import Path

import msgspec
import pytest

from edge.domain.cart import CartChange, OrderWish, OrderWishLine
from edge.domain.clock import SimClock
from edge.domain.consent import Channel, ConsentAct, Purpose
from edge.domain.errors import BadFact
from edge.domain.facts import (
    FACTS,
    At,
    CartChangeAsked,
    ConsentRecorded,
    Fact,
    OrderAsked,
    at_of,
    decode,
    encode,
    is_known,
    kind_of,
    lane_of,
    subject_of,
)
from tests.cast.facts import EVENT, ONE_OF_EACH, as_before
from tests.cast.pickups import AT, ORDER, SOAP

GOLDEN = Path(__file__).parents[2] / "golden" / "facts"
each_kind = pytest.mark.parametrize("fact", ONE_OF_EACH, ids=[fact.KIND for fact in ONE_OF_EACH])

SUBJECTS = {
    "return.recorded": "BUGQAAAAAAAAA",
    "cart.change_asked": "CART5AAAAAAAA",
    "order.asked": "CART5AAAAAAAA",
    "consent.recorded": "ADAAAAAAAAAAA",
    "presence.entered": "5f2a9c",
    "presence.moved": "5f2a9c",
    "presence.left": "5f2a9c",
    "kiosk.visit_ended": "",
    "staff.called": "K1",
    "clock.corrected": "boot-1",
    "device.enrolled": "K1",
    "store.promise": "",
    "journal.head": "H1",
    "shelf.counted": EVENT,
    "incident.reviewed": "12",
}


def golden(fact: Fact) -> bytes:
    return (GOLDEN / f"{fact.KIND}.json").read_bytes()


@each_kind
def test_a_fact_is_written_byte_for_byte_as_its_golden_file(fact: Fact) -> None:
    assert encode(fact) + b"\n" == golden(fact)


@each_kind
def test_a_golden_file_reads_back_as_the_same_fact(fact: Fact) -> None:
    assert decode(fact.KIND, golden(fact)) == fact


@pytest.mark.parametrize("before", sorted((GOLDEN / "before").glob("*.json")), ids=lambda path: path.stem)
def test_what_the_version_before_wrote_is_read_as_the_same_fact(before: Path) -> None:
    (fact,) = [each for each in ONE_OF_EACH if before.stem == each.KIND]
    assert decode(before.stem, before.read_bytes()) == as_before(fact)


def test_every_kind_has_its_golden_file_and_no_file_lacks_its_kind() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(FACTS)
    assert {fact.KIND for fact in ONE_OF_EACH} == set(FACTS)


@each_kind
def test_a_field_of_a_later_version_is_read_over(fact: Fact) -> None:
    later = json.loads(golden(fact)) | {"field_of_a_later_version": {"deep": [1, 2]}}
    assert decode(fact.KIND, json.dumps(later).encode()) == fact


@each_kind
def test_a_fact_without_a_field_it_needs_is_refused(fact: Fact) -> None:
    whole = json.loads(golden(fact))
    needed = {field.name for field in msgspec.structs.fields(type(fact)) if field.required}
    for name in needed:
        lacking = {key: value for key, value in whole.items() if key != name}
        with pytest.raises(BadFact):
            decode(fact.KIND, json.dumps(lacking).encode())


@each_kind
def test_a_fact_is_about_its_subject(fact: Fact) -> None:
    assert subject_of(fact) == SUBJECTS.get(fact.KIND, ORDER)


@each_kind
def test_a_fact_is_known_by_its_kind(fact: Fact) -> None:
    assert is_known(kind_of(fact))
    assert FACTS[kind_of(fact)] is type(fact)


def test_pickups_travel_first_wishes_second_telemetry_last() -> None:
    lanes = {kind: lane_of(kind) for kind in FACTS}
    assert {kind for kind, lane in lanes.items() if lane == 1} == {
        "cart.change_asked",
        "order.asked",
        "consent.recorded",
        "device.enrolled",
        "journal.head",
        "store.promise",
    }
    acts = ("pickup.", "return.", "shelf.", "incident.")
    assert all(lane == 0 for kind, lane in lanes.items() if kind.startswith(acts))
    assert all(
        lane == 2 for kind, lane in lanes.items() if kind.startswith(("presence.", "kiosk.", "staff.", "clock."))
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"actor": 1}',
        b'{"actor":"hub:H1","at":{"boot_id":"b","monotonic_ms":"1","confirmed":true},"order":"O"}',
        b'{"actor":"hub:H1","at":{"boot_id":"b","monotonic_ms":1,"confirmed":1},"order":"O"}',
        b'{"actor":"hub:H1","at":{"boot_id":"b","monotonic_ms":1.5,"confirmed":true},"order":"O"}',
        b'{"actor":"\xff","at":{}}',
        b"[" * 100_000,
    ],
)
def test_bytes_of_another_shape_are_no_fact(raw: bytes) -> None:
    with pytest.raises(BadFact):
        decode("pickup.ready", raw)


def test_a_kind_of_a_later_version_is_unknown_and_not_read() -> None:
    assert not is_known("pickup.teleported")
    with pytest.raises(BadFact):
        decode("pickup.teleported", b"{}")
    with pytest.raises(BadFact):
        lane_of("pickup.teleported")


def test_lanes_zero_and_one_carry_no_field_for_a_name_a_phone_or_an_address() -> None:
    personal = {"name", "phone", "email", "address", "birthday", "last4", "masked_name", "loyalty"}
    for fact in FACTS.values():
        if fact.LANE < 2:
            assert not personal & {field.name for field in msgspec.structs.fields(fact)}, fact.KIND


def test_a_wish_becomes_a_fact_and_the_same_wish_again() -> None:
    wish = CartChange(
        wish_id=EVENT,
        cart="CART",
        base_version=7,
        after="before",
        line=None,
        line_version=0,
        gtin=SOAP,
        target_qty=2,
        seen_price_minor=6_000,
    )
    assert CartChangeAsked.of(wish, actor="shopper", at=AT).wish(EVENT) == wish
    line = OrderWishLine(line=EVENT, line_version=3, qty=2, seen_price_minor=6_000)
    order = OrderWish(wish_id=EVENT, cart="CART", base_version=7, after="before", store="S001", lines=(line,))
    assert OrderAsked.of(order, actor="shopper", at=AT).wish(EVENT) == order


def test_a_recorded_consent_is_an_act_at_the_envelopes_time() -> None:
    recorded = next(fact for fact in ONE_OF_EACH if isinstance(fact, ConsentRecorded))
    assert recorded.act(5) == ConsentAct(
        identity="ADAAAAAAAAAAA",
        purpose=Purpose.service,
        channel=Channel.kiosk,
        given=True,
        at_ms=5,
        source="kiosk:K1",
        policy_version="2026-11",
    )


def test_a_fact_says_by_which_clock_it_happened() -> None:
    clock = SimClock(1_000, confirmed=False, boot_id="boot-9")
    clock.advance(250)
    assert at_of(clock) == At(boot_id="boot-9", monotonic_ms=250, confirmed=False)
