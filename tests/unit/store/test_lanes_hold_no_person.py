"""Lanes 0 and 1 hold no personal data: by the fields of their facts, and by the bytes of a whole day at the shop."""

import typing
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.app.ask_order import OrderLineAsked, OrderWishAsked, ask_order
from edge.app.check_in import CheckInAsked, check_in
from edge.app.take_back import ReturnAsked, ReturnLineAsked, take_back
from edge.domain.fact_base import At
from edge.domain.facts import FACTS, lane_of
from tests.cast.counter import KIM, gtin_of
from tests.cast.floor import KIOSK, Floor

# Every field a fact of lanes 0 and 1 may have: ids, products, counts, money, times, places, reasons. `note` is free text of
# staff about goods; the hub's API takes none.
ALLOWED = {
    "actor", "at", "order", "available", "promised_at_ms", "reason", "line", "qty", "gtin_scanned", "found", "parcel",
    "vouched_by",  # clerk:<number> too: the manager who stood beside
    "shelf", "units", "how", "parcels", "pass_id", "pass_revision", "receipt_no", "desk", "ask_id", "return_id", "lines",
    "charges", "refund_minor", "refund_asked", "note", "cart", "base_version", "after", "line_version", "gtin",
    "target_qty", "seen_price_minor", "store", "identity", "purpose", "channel", "given", "source", "policy_version",
    "state", "revision", "cancel_asked", "number", "picked_qty", "short_qty", "packed_qty", "code", "amount_minor",
    "condition", "node", "role", "public_key", "boot_id", "monotonic_ms", "confirmed",
    "head", "segment", "began", "hash", "signed_at_ms", "signature", "roll",  # of the journal of acts, and of labels
    "count_id", "missing", "unknown", "should_have_left",
    "substituted_qty", "step", "question_id", "offers", "price_minor", "until_ms", "choice", "new_line", "event", "kind",
    "restocked", "run_id", "was_ms", "why", "incident", "outcome", "note_code",  # a word of a list
    "by", "second_by",  # clerk:<number>, or "shopper"
    "proxy", "name_checked", "age_checked",  # yes or no: what was looked at is written nowhere
    "told_at_ms", "next_free_ms", "same_day_until_ms", "valid_until_ms", "capacity_per_h",
}  # fmt: skip


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    """A hub for one day."""
    floor = Floor(tmp_path)
    yield floor
    floor.close()


def names(kind: type[msgspec.Struct]) -> Iterator[str]:
    """Every field name of a struct and of the structs inside it."""
    for field in msgspec.structs.fields(kind):
        yield field.name
        for part in (field.type, *typing.get_args(field.type)):
            if isinstance(part, type) and issubclass(part, msgspec.Struct):
                yield from names(part)


@pytest.mark.parametrize("kind", sorted(kind for kind in FACTS if lane_of(kind) < 2))
def test_a_fact_of_lanes_0_and_1_has_no_field_a_person_could_stand_in(kind: str) -> None:
    assert set(names(FACTS[kind])) <= ALLOWED
    assert set(names(At)) <= ALLOWED


def test_after_a_whole_day_neither_name_nor_digits_nor_codes_stand_in_state_db(floor: Floor, tmp_path: Path) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    order, staged = floor.ready((1, 2))
    floor.named(order, floor.ada)
    code, shown = floor.ada.code(floor.clock.now_ms() + 31_000), floor.pass_of(order)
    visit = floor.look_up(floor.ada)
    line = visit.cart.lines[0]
    floor.wish(visit, line, 4)
    wanted = OrderLineAsked(line="l1", line_version=1, qty=2, seen_price_minor=line.price_minor)
    ask_order(floor.hub, OrderWishAsked(event_id=floor.press(), visit_id=visit.visit_id, lines=(wanted,)), kiosk=KIOSK)
    check_in(floor.hub, CheckInAsked(event_id=floor.press(), scan=shown), kiosk=KIOSK)
    floor.hand_over(order, staged)
    back = ReturnLineAsked(order_id=order.order_id, line=1, gtin=gtin_of(1), qty=1, amount_minor=1)
    take_back(floor.hub, ReturnAsked(event_id=floor.press(), lines=(back,), refund_minor=1), KIM)
    floor.hub.state._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = (tmp_path / "state.db").read_bytes()
    assert order.order_id.encode() in raw
    for secret in ("A*a", "5678", code, shown, floor.ada.card().app_public_key or ""):
        assert secret.encode() not in raw, secret
