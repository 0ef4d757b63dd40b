"""Many at once: a few are served, a few wait, and everybody else is told when to come back; pushes never wait for polls."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.db import Connection
from sync.envelope import Batch, PushReply
from sync.errors import PeerBusy
from sync.feed import Page
from sync.http_server.views import COME_BACK_MS, IN_LINE_MAX, PUSHING_MAX, WAITING_MAX
from sync.ledger import Judge, SqliteLedger
from sync.pull import pull_once
from sync.push import RoundReport, push_round
from tests.exchange.pair import Hub, Receiver, hub_at
from tests.exchange.rows import events, owe

STORE = "store:S001"


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path / "central")
    yield receiver
    receiver.close()


@pytest.fixture
def hub(tmp_path: Path, receiver: Receiver) -> Iterator[Hub]:
    with receiver.listening() as port:
        hub = hub_at(tmp_path / "hub", receiver, f"http://127.0.0.1:{port}")
        yield hub
        hub.peer.close()
        hub.db.close()


def until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_only_so_many_may_wait_and_the_rest_are_told_when_to_come_back(receiver: Receiver, hub: Hub) -> None:
    sent_away: list[Page] = []
    seated: list[Page] = []

    def wait() -> None:
        page = pull_once(hub.peer, {STORE: 0}, wait_s=20)
        (sent_away if page.come_back_ms else seated).append(page)

    waiting = [threading.Thread(target=wait) for _ in range(WAITING_MAX + 6)]
    for thread in waiting:
        thread.start()
    deadline = time.monotonic() + 15
    while len(sent_away) < 6 and time.monotonic() < deadline:
        time.sleep(0.02)
    pauses_ms = [page.come_back_ms for page in sent_away]
    assert all(page.rows == () and COME_BACK_MS <= page.come_back_ms < 2 * COME_BACK_MS for page in sent_away)
    assert len(set(pauses_ms)) == 6, "each has a pause of its own"
    receiver.put(STORE, "order", "A")
    for thread in waiting:
        thread.join(10)
    assert [[row.key for row in page.rows] for page in seated] == [["A"]] * WAITING_MAX


def test_pushes_are_taken_while_every_seat_for_waiting_is_taken(receiver: Receiver, hub: Hub) -> None:
    waiting = [
        threading.Thread(target=pull_once, args=(hub.peer, {STORE: 0}), kwargs={"wait_s": 20})
        for _ in range(WAITING_MAX)
    ]
    for thread in waiting:
        thread.start()
    until(lambda: receiver.nonces.size >= WAITING_MAX)
    owe(hub.db, *events("a", range(1, 4)))
    assert push_round(hub.pusher) == RoundReport(settled=3)
    assert all(thread.is_alive() for thread in waiting)
    receiver.put(STORE, "order", "A")
    for thread in waiting:
        thread.join(10)


class Slow:
    """A ledger that takes its time."""

    def __init__(self) -> None:
        self.real: SqliteLedger | None = None
        self.begun, self.go = threading.Semaphore(0), threading.Event()

    def take(self, pushed: Batch, judge: Judge[Connection], *, received_at_ms: int) -> PushReply:
        self.begun.release()
        self.go.wait(20)
        assert self.real is not None
        return self.real.take(pushed, judge, received_at_ms=received_at_ms)


def test_a_herd_of_pushes_works_four_by_four_and_whoever_finds_no_place_is_told_a_time(tmp_path: Path) -> None:
    slow = Slow()
    receiver = Receiver(tmp_path / "slow", ledger=slow)
    slow.real = SqliteLedger(receiver.db)
    with receiver.listening() as port:
        hubs = [
            hub_at(tmp_path / f"hub {n}", receiver, f"http://127.0.0.1:{port}", seed=f"hub {n}")
            for n in range(PUSHING_MAX + IN_LINE_MAX + 1)
        ]
        for n, hub in enumerate(hubs):
            owe(hub.db, f"a{n}")
        pushing = [threading.Thread(target=push_round, args=(hub.pusher,)) for hub in hubs[:-1]]
        for thread in pushing:
            thread.start()
        until(lambda: receiver.nonces.size >= len(pushing))  # each was heard, and stands at the gate
        time.sleep(0.1)
        with pytest.raises(PeerBusy) as busy:
            push_round(hubs[-1].pusher)
        assert busy.value.retry_after_s >= 1
        assert [slow.begun.acquire(timeout=5) for _ in range(PUSHING_MAX)] == [True] * PUSHING_MAX
        assert not slow.begun.acquire(blocking=False), "never more than four at once"
        slow.go.set()
        for thread in pushing:
            thread.join(20)
        assert push_round(hubs[-1].pusher) == RoundReport(settled=1)
        assert sorted(receiver.effects()) == sorted(f"a{n}" for n in range(len(hubs)))
        for hub in hubs:
            hub.peer.close()
            hub.db.close()
    receiver.close()
