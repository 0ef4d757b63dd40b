"""The hub's disk is lost, or an old one comes back: what it did is found out again, once, and nothing is decided meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.domain.errors import Refusal
from edge.domain.pickup import OrderState
from tests.cast.lost_hub import LostHub


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
    done = store.hands_over(first)
    book = {order: store.order(order) for order in (first, second, third)}
    units, owed = store.reserved(), store.owed()

    store.pull_the_plug()
    told = store.restored()

    assert {order: store.order(order) for order in book} == book
    assert store.reserved() == units
    assert store.owed() == owed == sum(told.owed)
    assert store.incidents() == {"recovering": 1}
    again = store.hands_over(first)
    assert isinstance(again, Refusal)
    assert again.reason == "already_collected"
    store.line.cut = False
    store.sync()
    assert store.incidents() == {"shelf_count_due": 1}
    assert store.owed() == 0
    assert [store.at_central(order) for order in (first, second, third)] == ["handed_over", "ready", "accepted"]
    assert_once_at_central(store)
    assert done in store.answered.values()


def assert_once_at_central(store: LostHub, verdicts: frozenset[str] = frozenset({"recorded"})) -> None:
    """Every answer that was ever given is a fact at central, once."""
    events = [event for event, _, _ in store.ledger()]
    assert len(events) == len(set(events))
    assert {verdict for _, verdict, _ in store.ledger()} <= verdicts
    assert set(store.answered) <= set(events)
