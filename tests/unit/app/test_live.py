"""Live events: after COMMIT, in order, for forty screens, boards first; whoever missed too much fetches again."""

import threading

import pytest

from edge.app.act import Tx, in_one_transaction
from edge.app.live import KEPT, Live
from tests.cast.floor import Floor


def test_a_screen_gets_what_is_published_after_it_came_in_order() -> None:
    live = Live(first=100)
    live.publish("order", {"order_id": "A"})
    stream = live.open(None, board=True)
    assert stream is not None
    live.publish("order", {"order_id": "B"})
    live.publish("line", {"state": "cut"})
    events = [stream.next(0), stream.next(0), stream.next(0)]
    assert [event and (event.number, event.name) for event in events] == [(102, "order"), (103, "line"), None]


def test_a_screen_that_was_away_goes_on_where_it_broke() -> None:
    live = Live(first=100)
    for number in range(5):
        live.publish("order", {"order_id": str(number)})
    stream = live.open(103, board=True)
    assert stream is not None
    found = [stream.next(0), stream.next(0)]
    assert [event.number for event in found if event] == [104, 105]


@pytest.mark.parametrize("after", [3, 10**15])
def test_who_missed_too_much_or_speaks_of_the_future_is_told_to_fetch_again(after: int) -> None:
    live = Live(first=100)
    for number in range(KEPT + 10):
        live.publish("order", {"order_id": str(number)})
    stream = live.open(after, board=True)
    assert stream is not None
    event = stream.next(0)
    assert event is not None
    assert (event.name, event.number) == ("board", live.version)
    assert stream.next(0) is None


def test_forty_screens_at_most_and_a_board_takes_the_place_of_another_screen() -> None:
    live = Live(first=1, limit=3)
    boards = [live.open(None, board=True) for _ in range(2)]
    picker = live.open(None, board=False)
    assert picker is not None
    assert live.open(None, board=False) is None
    assert live.open(None, board=True) is not None
    assert picker.evicted
    assert live.open(None, board=True) is None
    assert boards[0] is not None
    boards[0].close()
    boards[0].close()
    assert live.open_streams == 2


def test_a_waiting_screen_wakes_at_once() -> None:
    live = Live(first=1)
    stream = live.open(None, board=True)
    assert stream is not None
    heard = []
    listener = threading.Thread(target=lambda: heard.append(stream.next(30)))
    listener.start()
    live.publish("board", {})
    listener.join(10)
    assert [event and event.name for event in heard] == ["board"]


def test_what_was_rolled_back_is_told_to_nobody(floor: Floor) -> None:
    before, rung = floor.hub.live.version, floor.hub.bell.heard()

    def act(tx: Tx) -> None:
        tx.tell("board")
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        in_one_transaction(floor.hub, act)
    assert (floor.hub.live.version, floor.hub.bell.heard()) == (before, rung)
