"""The hub's disk is lost, or an old one comes back: what it did is found out again, once, and nothing is decided meanwhile."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.app.accept_order import AcceptAsked, accept_order
from edge.app.answer_cancel import CancelAnswered, answer_cancel
from edge.app.apply_changes import apply_page, cursor_of
from edge.app.decline_order import DeclineAsked, decline_order
from edge.app.forget import Forgotten, forget
from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.recover import notice_old_file
from edge.app.sign_in import ManagerSays
from edge.app.take_back import ReturnAsked, ReturnLineAsked, take_back
from edge.domain.errors import Refusal
from edge.domain.pickup import DeclineReason, OrderState
from edge.store import incidents
from sync.pull import pull_once
from tests.cast.counter import PIN
from tests.cast.floor import refused
from tests.cast.lost_hub import LostHub
from tests.cast.pickups import SOAP

LEE_SAYS = ManagerSays(staff_id="lee", pin=PIN)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LostHub]:
    """A whole line, Ada, and an empty shop."""
    store = LostHub(tmp_path)
    yield store
    store.close()


def test_a_file_copied_back_from_yesterday_learns_what_it_did_and_everything_is_at_central_once(
    store: LostHub, tmp_path: Path
) -> None:
    """[restore_from_yesterday]: by plain cp, found out at the first push."""
    old = [store.placed() for _ in range(4)]
    store.sync()
    store.staged(old[0])
    store.sync()
    store.copy_to(tmp_path / "yesterday")
    store.tick(86_400_000)
    new = [store.placed() for _ in range(3)]
    store.sync()
    for order in (old[1], new[0], new[1]):
        store.staged(order)
    for order in (old[0], new[0]):
        store.hands_over(order)
    store.sync()
    assert store.owed() == 0
    book = {order: store.order(order) for order in (*old, *new)}
    units = store.reserved()

    store.copied_back(tmp_path / "yesterday")
    assert store.order(old[0]).state is OrderState.ready
    store.staged(old[2])
    store.sync()

    assert store.incidents() == {"origin_forked": 1, "shelf_count_due": 1, "facts_may_be_lost": 1}
    assert store.order(old[0]).state is OrderState.handed_over
    for order in {*old, *new} - {old[2]}:
        now, was = store.order(order), book[order]
        assert (now.state, now.lines, now.parcels) == (was.state, was.lines, was.parcels)
        assert store.at_central(order) == now.state
    assert store.reserved() == (units[0] - 1, units[1] + 1, units[2])
    events = [event for event, _, _ in store.ledger()]
    assert len(events) == len(set(events))
    assert {verdict for _, verdict, _ in store.ledger()} == {"recorded"}
    assert set(store.answered) <= set(events)


def test_a_lost_disk_costs_nothing_when_the_journal_lies_on_another_one(store: LostHub) -> None:
    """[restore_while_cut]: backup and journal are enough; the line heals later and takes everything once."""
    first = store.placed()
    store.sync()
    store.staged(first)
    store.backed_up()
    second = store.placed()
    third = store.placed(2)
    store.sync()
    store.line.cut = True
    store.staged(second)
    store.hands_over(first)
    book = {order: store.order(order) for order in (first, second, third)}
    units, owed = store.reserved(), store.owed()

    store.pull_the_plug()
    told = store.restored()

    assert {order: store.order(order) for order in book} == book
    assert store.reserved() == units
    assert store.owed() == owed == sum(told.owed)
    assert store.incidents() == {"recovering": 1}
    assert refused(store.hands_over(first, manager=LEE_SAYS)) == "already_collected"
    store.line.cut = False
    store.sync()
    assert store.incidents() == {"shelf_count_due": 1}
    assert store.owed() == 0
    assert [store.at_central(order) for order in (first, second, third)] == ["handed_over", "ready", "accepted"]
    assert_once_at_central(store)


def test_the_same_press_gets_the_same_answer_from_the_restored_hub(store: LostHub) -> None:
    order = store.placed()
    store.sync()
    store.staged(order)
    store.backed_up()
    press, shown = store.press(), store.pass_of(order)
    asked = HandOverAsked(event_id=press, pass_text=shown, labels=(store.label(order),))
    done = hand_over(store.hub, asked, actor="clerk:kim", desk="1")
    store.pull_the_plug()
    store.restored()
    assert hand_over(store.hub, asked, actor="clerk:kim", desk="1") == done


def test_while_it_is_recovering_a_hub_promises_nothing_and_forgets_nothing(store: LostHub) -> None:
    waiting, asked = store.placed(), store.placed()
    store.sync()
    store.backed_up()
    store.pull_the_plug()
    store.restored()
    store.confirm_time()
    placed = store.placed()
    cancel = {"event_id": store.office.new_id()}
    store.office.ada.must("POST", f"/v1/me/orders/{asked}/cancel", cancel)
    apply_page(store.hub, pull_once(store.peer, cursor_of(store.hub)))

    assert store.order(placed).state is OrderState.placed
    accept = AcceptAsked(event_id=store.press(), order_id=placed)
    assert refused(accept_order(store.hub, accept, "clerk:kim")) == "recovering"
    decline = DeclineAsked(event_id=store.press(), order_id=waiting, reason=DeclineReason.closed)
    assert refused(decline_order(store.hub, decline, "clerk:kim")) == "recovering"
    answer = CancelAnswered(event_id=store.press(), order_id=asked, grant=True)
    assert refused(answer_cancel(store.hub, answer, "clerk:kim")) == "recovering"
    assert store.order(asked).marks.cancel_asked_at_ms is not None
    store.tick(90 * 86_400_000)
    assert forget(store.hub) == Forgotten()

    store.sync()
    assert store.order(placed).state is OrderState.accepted
    assert store.at_central(asked) == "cancelled"
    assert_once_at_central(store)


def test_line_down_and_recovering_pass_and_label_and_a_manager_hand_over_even_what_the_book_never_saw(
    store: LostHub,
) -> None:
    """[restore_while_cut]: the one exception to [pass_before_order]; central flags what it could not know."""
    known = store.placed()
    store.sync()
    store.backed_up()
    told, untold = store.placed(), store.placed()
    store.sync()
    store.staged(told)
    store.sync()
    shown = {order: store.pass_of(order) for order in (known, told, untold)}
    store.line.cut = True
    for order in (known, untold):
        store.staged(order)
    never_receipted = store.owed_events()
    lost_answers = {event for event in store.answered if event in never_receipted}
    store.pull_the_plug()
    store.forget_the_journal()
    store.restored()

    assert refused(store.hands_over(told, shown=shown[told])) == "manager_needed"
    wrong = ManagerSays(staff_id="lee", pin="111111")
    assert refused(store.hands_over(told, shown=shown[told], manager=wrong)) == "wrong_manager_pin"
    clerk = ManagerSays(staff_id="kim", pin=PIN)
    assert refused(store.hands_over(told, shown=shown[told], manager=clerk)) == "wrong_manager_pin"
    other = store.hands_over(known, shown=shown[told], manager=LEE_SAYS)
    assert refused(other) == "wrong_parcel"
    for order in (told, untold, known):
        done = store.hands_over(order, shown=shown[order], manager=LEE_SAYS)
        assert isinstance(done, HandedOver)
        again = store.hands_over(order, shown=shown[order], manager=LEE_SAYS)
        assert refused(again) in ("parcel_left", "already_collected")

    store.line.cut = False
    store.sync()
    assert store.incidents()["facts_may_be_lost"] == 1
    assert store.incidents()["shelf_count_due"] == 1
    assert "origin_forked" not in store.incidents(), "a restored hub counts under an epoch of its own"
    ledger = {event: (verdict, reason) for event, verdict, reason in store.ledger()}
    assert len(ledger) == len(store.ledger())
    assert set(store.answered) - set(ledger) == lost_answers, "exactly what never got a receipt is missing"
    flagged = {reason for verdict, reason in ledger.values() if verdict == "flagged"}
    assert flagged == {"unknown_parcel"}
    assert store.at_central(told) == "handed_over"
    assert store.order(told).state is OrderState.handed_over
    assert not store.order(untold).parcels_here
    assert not store.order(known).parcels_here


def test_both_disks_lost_exactly_what_never_got_a_receipt_is_missing_and_its_history_is_named(store: LostHub) -> None:
    orders = [store.placed() for _ in range(4)]
    store.sync()
    for order in orders[:3]:
        store.staged(order)
    store.hands_over(orders[0])
    store.sync()
    epoch = store.epoch()
    store.line.cut = True
    store.hands_over(orders[1])
    lost = store.owed_events()
    assert lost
    store.pull_the_plug()
    shutil.rmtree(store.second_disk)
    store.second_disk.mkdir()
    store.line.cut = False
    store.folder.mkdir()
    store.hub = store.open()
    assert notice_old_file(store.hub, store.peer)
    store.sync()

    assert [store.order(order).state for order in orders] == ["handed_over", "ready", "ready", "accepted"]
    assert store.made_here() == 0, "what came back is nobody's to tell again"
    held = {event for event, _, _ in store.ledger()}
    assert set(store.answered) - held == {event for event in lost if event in store.answered}
    with store.hub.state.reading() as conn:
        named = [each for each in incidents.waiting(conn) if each.kind == "facts_may_be_lost"]
    assert [(each.subject, each.detail) for each in named] == [
        (f"S001/H1/{epoch}/0", f"what was recorded there after {len(held)} and never got its receipt")
    ]
    back = ReturnLineAsked(order_id=orders[0], line=1, gtin=SOAP, qty=1, amount_minor=6_000)
    returned = take_back(store.hub, ReturnAsked(event_id=store.press(), lines=(back,), refund_minor=6_000), "clerk:kim")
    assert not isinstance(returned, Refusal)
    assert store.reserved() == (1, 2, 1)


def test_a_press_that_central_remembers_is_not_done_again(store: LostHub, tmp_path: Path) -> None:
    order = store.placed(3)
    store.sync()
    store.copy_to(tmp_path / "yesterday")
    pick = Pick(event_id=store.press(), line=store.order(order).lines[0].line, qty=1, gtin=SOAP)
    assert not isinstance(pick_line(store.hub, PicksAsked(order_id=order, picks=(pick,)), "clerk:kim"), Refusal)
    store.sync()
    store.copied_back(tmp_path / "yesterday")
    assert notice_old_file(store.hub, store.peer)
    store.sync()
    again = pick_line(store.hub, PicksAsked(order_id=order, picks=(pick,)), "clerk:kim")
    assert refused(again) == "recorded_before_restore"
    assert store.order(order).lines[0].picked_qty == 1


def assert_once_at_central(store: LostHub, verdicts: frozenset[str] = frozenset({"recorded"})) -> None:
    """Every answer that was ever given is a fact at central, once."""
    events = [event for event, _, _ in store.ledger()]
    assert len(events) == len(set(events))
    assert {verdict for _, verdict, _ in store.ledger()} <= verdicts
    assert set(store.answered) <= set(events)
