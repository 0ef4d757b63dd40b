"""What a failing disk and a crash between two statements do to the hub: an act is whole or it never was."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.app.accept_order import AcceptAsked, accept_order
from edge.app.act import Tx, in_one_transaction
from edge.app.answer_cancel import CancelAnswered, answer_cancel
from edge.app.call_staff import CallAsked, call_staff
from edge.app.check_in import CheckInAsked, check_in
from edge.app.decline_order import DeclineAsked, decline_order
from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.stage_parcel import StageAsked, stage_parcel
from edge.app.take_back import ReturnAsked, ReturnLineAsked, take_back
from edge.domain.pickup import DeclineReason, ShortReason
from sync.db import IntegrityError, OperationalError
from tests.cast.counter import KIM, gtin_of
from tests.cast.floor import KIOSK, Desk, Floor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    """A hub on a disk of its own."""
    floor = Floor(tmp_path)
    yield floor
    floor.close()


def accept(floor: Floor) -> Callable[[], object]:
    order = floor.order((0, 900))
    return lambda: accept_order(
        floor.hub, AcceptAsked(event_id=floor.press(), order_id=order.order_id, vouched=True), KIM
    )


def decline(floor: Floor) -> Callable[[], object]:
    order = floor.order((1, 1))
    asked = DeclineAsked(event_id=floor.press(), order_id=order.order_id, reason=DeclineReason.damaged)
    return lambda: decline_order(floor.hub, asked, KIM)


def picks(floor: Floor) -> Callable[[], object]:
    order = floor.order((1, 2), (4, 1))
    made = tuple(
        Pick(event_id=floor.press(), line=line, qty=1, gtin=gtin_of(place)) for line, place in ((1, 1), (1, 1), (2, 4))
    )
    return lambda: pick_line(floor.hub, PicksAsked(order_id=order.order_id, picks=made), KIM)


def short(floor: Floor) -> Callable[[], object]:
    order = floor.order((1, 1), (4, 1))
    floor.pick(order, lines=1)
    floor.stage(order, "A-1")
    asked = ShortAsked(event_id=floor.press(), order_id=order.order_id, line=2, qty=1, reason=ShortReason.no_stock)
    return lambda: short_pick(floor.hub, asked, KIM)


def stage(floor: Floor) -> Callable[[], object]:
    order = floor.order((1, 1))
    floor.pick(order)
    asked = StageAsked(event_id=floor.press(), order_id=order.order_id, shelf="A-1")
    return lambda: stage_parcel(floor.hub, asked, KIM)


def arrive(floor: Floor) -> Callable[[], object]:
    order, _ = floor.ready((1, 1))
    asked = CheckInAsked(event_id=floor.press(), scan=floor.pass_of(order))
    return lambda: check_in(floor.hub, asked, kiosk=KIOSK)


def give(floor: Floor) -> Callable[[], object]:
    order, staged = floor.ready((1, 1))
    asked = HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=(staged.label,))
    return lambda: hand_over(floor.hub, asked, actor=KIM, desk="1")


def cancel(floor: Floor) -> Callable[[], object]:
    order, _ = floor.ready((1, 1))
    floor.ask_cancel(order)
    asked = CancelAnswered(event_id=floor.press(), order_id=order.order_id, grant=True)
    return lambda: answer_cancel(floor.hub, asked, KIM)


def bring_back(floor: Floor) -> Callable[[], object]:
    line = ReturnLineAsked(gtin=gtin_of(1), qty=1, amount_minor=1_000)
    asked = ReturnAsked(event_id=floor.press(), lines=(line,), refund_minor=1_000)
    return lambda: take_back(floor.hub, asked, KIM)


def call(floor: Floor) -> Callable[[], object]:
    asked = CallAsked(event_id=floor.press(), screen="cart")
    return lambda: call_staff(floor.hub, asked, kiosk=KIOSK)


ACTS = (accept, decline, picks, short, stage, arrive, give, cancel, bring_back, call)


@pytest.mark.parametrize("prepare", ACTS, ids=lambda act: act.__name__)
def test_every_act_is_exactly_one_transaction_with_its_fact_and_its_answer(
    floor: Floor, prepare: Callable[[Floor], Callable[[], object]]
) -> None:
    act = prepare(floor)
    statements: list[str] = []
    floor.hub.state._writer.set_trace_callback(statements.append)
    act()
    floor.hub.state._writer.set_trace_callback(None)
    inside = "\n".join(statements)
    assert [each for each in statements if each in ("BEGIN IMMEDIATE", "COMMIT")] == ["BEGIN IMMEDIATE", "COMMIT"]
    assert "INSERT INTO outbox_rows" in inside
    assert "INSERT INTO answers" in inside
    assert statements[-1] == "COMMIT"


@pytest.mark.parametrize("prepare", ACTS, ids=lambda act: act.__name__)
def test_a_crash_before_commit_leaves_nothing_and_the_same_press_then_does_it(
    floor: Floor, prepare: Callable[[Floor], Callable[[], object]]
) -> None:
    """Every statement of the act fails once in its turn, as if the plug were pulled there."""
    act = prepare(floor)
    before, told, place = floor.dump(), floor.hub.live.version, 0
    while True:
        place += 1
        if _fails_at(floor, act, place):
            assert floor.dump() == before, f"after statement {place} something stayed"
            assert floor.hub.live.version == told, "a screen heard of what never was"
        else:
            break
    assert place > 4
    assert floor.dump() != before


def _fails_at(floor: Floor, act: Callable[[], object], place: int) -> bool:
    """Run the act, the plug pulled before its statement number `place`; False when it had fewer."""
    left, pulled = place, False

    def step() -> int:
        nonlocal pulled
        if left > 0 or pulled:
            return 0
        pulled = True  # once: rolling back is what the next start does from the log, and must not fail
        return 1

    def count(_statement: str) -> None:
        nonlocal left
        left -= 1

    writer = floor.hub.state._writer
    writer.set_trace_callback(count)
    writer.set_progress_handler(step, 1)
    try:
        act()
    except OperationalError:
        return True
    finally:
        writer.set_trace_callback(None)
        writer.set_progress_handler(None, 0)
    return False


def test_a_full_disk_is_said_in_words_and_the_same_press_works_once_there_is_room(floor: Floor) -> None:
    order, staged = floor.ready((1, 1))
    desk = Desk(floor, floor.app())
    writer = floor.hub.state._writer
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    room = writer.execute("PRAGMA max_page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OperationalError, match="full"):
        _fill_up(floor)
    before = floor.dump()
    body = {"event_id": floor.press(), "pass": floor.pass_of(order), "labels": [staged.label]}
    full = desk.post("/v1/handovers", body)
    assert (full.status_code, full.get_json()["reason"]) == (503, "cannot_write")
    assert full.headers["Retry-After"] == "2"
    assert floor.dump() == before
    writer.execute(f"PRAGMA max_page_count = {room}")
    assert desk.post("/v1/handovers", body).status_code == 200


def _fill_up(floor: Floor) -> None:
    for _ in range(1_000):
        call_staff(floor.hub, CallAsked(event_id=floor.press(), screen="cart"), kiosk=KIOSK)


def test_a_commit_that_fails_tells_nobody_and_rings_no_bell(floor: Floor) -> None:
    told, rung = floor.hub.live.version, floor.hub.bell.heard()

    def act(tx: Tx) -> None:
        tx.conn.execute("PRAGMA defer_foreign_keys = ON")
        tx.conn.execute(
            "INSERT INTO parcels (order_id, number, state, shelf, staged_at_ms) VALUES ('AAAAAAAAAAAAB', 1, 'shelved', 'A-1', 0)"
        )
        tx.tell("board")

    with pytest.raises(IntegrityError):
        in_one_transaction(floor.hub, act)
    assert (floor.hub.live.version, floor.hub.bell.heard()) == (told, rung)
    assert isinstance(give(floor)(), HandedOver)
